"""At which grain to count and sum, so that no row is counted twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .meaning import (
    Aggregate,
    AllOf,
    AnyOf,
    Condition,
    Count,
    Exists,
    Expression,
    Meaning,
    Measured,
    Number,
    Share,
)
from .scopes import Scopes, Unreachable


class Grain(Scopes):
    """Chooses the table whose rows are counted and summed."""

    def chosen_base(self, meaning: Meaning, numbers: Sequence[Number], groups: Sequence[Expression]) -> tuple[str, str]:
        """The table whose rows are counted and summed, and the one that conditions belong to."""
        reasons: list[str] = []
        wanted = self.tables_of(groups)
        for measured in self.measure_choices(numbers):
            owners = {self.owner(number, measured) for number in numbers}
            anchor = meaning.subject if not measured else sorted(owners)[0]
            if len(owners) > 1 and any(isinstance(self.inner(n), Aggregate | Measured) for n in numbers):
                reasons.append(f"{' and '.join(sorted(owners))} are counted in different rows")
                continue
            own = owners if len(owners) == 1 else set()
            base = self.joins.base({*owners, *wanted}, prefer=next(iter(own), ""))
            if base is None:
                reasons.append(f"{' and '.join(sorted({*owners, *wanted}))} are not related by any foreign key")
                continue
            if not self.safe(base, numbers, measured, wanted):
                reasons.append(f"rows of {' and '.join(sorted(owners))} would be counted more than once")
                continue
            if measured and not self.filters_reach(meaning.conditions, base) and len(self.measure_choices(numbers)) > 1:
                finer = [c for c in self.measure_choices(numbers) if c is not measured]
                if any(self.filters_reach(meaning.conditions, self.owner(numbers[0], other)) for other in finer):
                    reasons.append("a filter needs the finer measure")
                    continue
            if self.over_counts(meaning.conditions, numbers, measured, base):
                reasons.append("a filter picks parts of what is summed as a whole")
                continue
            self.measured = measured
            self.flat = bool(measured)
            return base, (anchor if anchor in self.joins.reach(base) else base)
        raise Unreachable(reasons[0] if reasons else "nothing to measure")

    def over_counts(
        self, conditions: Iterable[Condition], numbers: Sequence[Number], measured: dict[Measured, int], base: str
    ) -> bool:
        """Whether a sum over whole rows is asked of only some of their parts: the total of invoices of Jazz tracks."""
        sums = [n for n in numbers if isinstance(self.inner(n), Aggregate | Measured)]
        if not sums or all(isinstance(i := self.inner(n), Aggregate) and i.function in ("min", "max") for n in sums):
            return False
        owners = {self.owner(number, measured) for number in sums}
        for condition in conditions:
            parts = condition.conditions if isinstance(condition, AnyOf | AllOf) else (condition,)
            for part in parts:
                if isinstance(part, Exists):
                    whole = part.anchor in owners and not part.negated and part.quantity is None
                    if whole and part.table not in self.joins.reach(base) and part.conditions:
                        return True
                elif self.condition_tables(part) - self.joins.reach(base).keys():
                    return True
        return False

    def measure_choices(self, numbers: Sequence[Number]) -> list[dict[Measured, int]]:
        measured = [inner for number in numbers if isinstance(inner := self.inner(number), Measured)]
        if not measured:
            return [{}]
        most = max(len(one.alternatives) for one in measured)
        return [{one: min(index, len(one.alternatives) - 1) for one in measured} for index in range(most)]

    @staticmethod
    def inner(number: Number) -> Count | Aggregate | Measured:
        return number.of if isinstance(number, Share) else number

    def owner(self, number: Number, measured: dict[Measured, int]) -> str:
        inner = self.inner(number)
        if isinstance(inner, Measured):
            return inner.alternatives[measured.get(inner, 0)].table
        if isinstance(inner, Aggregate):
            return inner.col.table
        return inner.col.table if inner.col else inner.table

    def safe(self, base: str, numbers: Sequence[Number], measured: dict[Measured, int], wanted: set[str]) -> bool:
        for number in numbers:
            owner = self.owner(number, measured)
            inner = self.inner(number)
            if (
                owner == base
                or isinstance(inner, Count)
                or (isinstance(inner, Aggregate) and inner.function in ("min", "max"))
            ):
                continue
            if isinstance(inner, Measured) and self.measure_repeats_safely(inner, measured):
                continue
            if not self.joins.pairs_uniquely(base, owner, wanted):
                return False
        return True

    @staticmethod
    def measure_repeats_safely(measured: Measured, chosen: dict[Measured, int]) -> bool:
        expression = measured.alternatives[chosen.get(measured, 0)].expression.upper()
        return bool(re.fullmatch(r"\s*(COUNT\s*\(\s*DISTINCT\b[^()]*\)|(MIN|MAX)\s*\([^()]*\))\s*", expression))

    def filters_reach(self, conditions: Iterable[Condition], base: str) -> bool:
        return all(self.condition_tables(condition) <= self.joins.reach(base).keys() for condition in conditions)

    def condition_tables(self, condition: Condition) -> set[str]:
        if isinstance(condition, AnyOf | AllOf):
            return {table for inner in condition.conditions for table in self.condition_tables(inner)}
        if isinstance(condition, Exists):
            inner = {table for one in condition.conditions for table in self.condition_tables(one)}
            return {condition.anchor} if condition.negated or condition.quantity else {condition.table, *inner}
        return {condition.col.table}
