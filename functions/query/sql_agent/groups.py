"""Groups, and what is said of the whole: `by region`, `per month`, `in 2024`."""

from __future__ import annotations

from collections.abc import Sequence

from .meaning import (
    Bucket,
    Col,
    Condition,
    Count,
    Exists,
    Expression,
    Sort,
)
from .phrases import (
    Being,
    Noun,
    Related,
    Said,
    Superlative,
    When,
    Where,
)
from .ranks import Ranks
from .times import Unit
from .unclear import Unclear


class Groups(Ranks):
    """Puts groups and conditions into the draft."""

    def say(self, noun: Noun, anchor: str) -> None:
        """Conditions said of a noun whose rows are counted, measured or described."""
        plain: list[Said] = []
        for said in noun.said:
            if isinstance(said, Superlative):
                raise Unclear("the best of a number is not clear")
            if (isinstance(said, Related) and said.noun.superlative is not None) or (
                isinstance(said, Related) and any(isinstance(s, Superlative) for s in said.noun.said)
            ):
                self.inner_best(said, anchor)
            else:
                plain.append(said)
        self.draft.conditions.extend(self.related_conditions(plain, anchor))

    def related_conditions(self, said: Sequence[Said], anchor: str) -> list[Condition]:
        found: list[Condition] = []
        for condition in self.conditions.of(said, anchor):
            trivial = (
                isinstance(condition, Exists) and not condition.conditions and not condition.negated
                and condition.quantity is None and condition.table in self.joins.reach(anchor)
            )  # fmt: skip
            if not trivial or any(isinstance(s, Related) and s.link in ("have", "verb", "with") for s in said):
                found.append(condition)
        return found

    def inner_best(self, said: Related, anchor: str) -> None:
        """`the weight of the youngest dog`: a row chosen by rank, described by its attributes."""
        noun = said.noun
        table = self.entity(noun, anchor)
        if table is None or (table != anchor and anchor not in self.joins.reach(table)):
            raise Unclear("of the best among others is not clear", noun.start, noun.end)
        if self.draft.numbers or said.negated:
            raise Unclear("a number of the best is not clear", noun.start, noun.end)
        self.said_of_rows(noun, table, ())

    def apply_whole(self, subject: str, counted: str) -> None:
        anchor = counted if self.draft.numbers else subject
        plain: list[Said] = []
        verbs = self.verbs()
        for said in self.whole:
            if isinstance(said, When) and not said.verbs and verbs:
                said = When(said.periods, said.year_only, verbs, said.compared)
            if isinstance(said, Superlative):
                self.rank_whole(said, subject)
            elif isinstance(said, Related) and self.entity(said.noun, anchor) == subject != anchor and said.noun.said:
                self.draft.conditions.extend(self.conditions.of(said.noun.said, subject))
            elif isinstance(said, Related) and (
                said.noun.superlative is not None or any(isinstance(s, Superlative) for s in said.noun.said)
            ):
                self.inner_best(said, anchor)
            else:
                plain.append(said)
        self.draft.conditions.extend(self.related_conditions(plain, anchor))

    def rank_whole(self, superlative: Superlative, subject: str) -> None:
        """A superlative said after the request belongs to its rows, or to its only attribute."""
        shown = [e for e in self.draft.listed if isinstance(e, Col)]
        if self.entity(self.question.heads[0], subject) == subject:
            self.rank(superlative, subject, superlative.limit)
        elif len(shown) == 1 and len(self.question.heads) == 1:
            self.rank_column(superlative, shown[0], superlative.limit)
        else:
            raise Unclear("the best of what is not clear")

    def group(self, noun: Noun, near: str) -> None:
        """A dimension: a unit of time, an attribute, or rows by their label."""
        draft = self.draft
        if noun.unit_of_time is not None and not any(s.kind == "column" and s.table == near for s in noun.senses):
            self.bucket(noun.unit_of_time, near)
            return
        if noun.limit or noun.superlative is not None or noun.quantity or noun.none:
            raise Unclear("the best in each group is not supported", noun.start, noun.end)
        if noun.count_of is not None or noun.functions or self.is_measure(noun):
            raise Unclear("it is grouped by a number", noun.start, noun.end)
        if not draft.numbers:
            if noun.each and (draft.limit is not None or self.pending_rank is not None):
                raise Unclear("the best in each group is not supported", noun.start, noun.end)
            table = self.entity(noun, near)
            several = len(self.question.heads) > 1
            within = several or all(isinstance(e, Col) and e.table in self.joins.reach(near) for e in draft.listed)
            if table == near and within:
                draft.conditions.extend(self.conditions.of(noun.said, near))
                return
            filtered = bool(noun.said) and all(isinstance(said, Being | Where | Related) for said in noun.said)
            if table and filtered and not noun.each and table in self.joins.reach(near):
                draft.conditions.extend(self.conditions.of(noun.said, table))
                return
            if table is None and noun.said and all(isinstance(said, Where) for said in noun.said):
                draft.conditions.extend(self.conditions.of(self.conditions.own_name(noun), near))
                return
            if table is None and not noun.said and self.conditions.column(noun, near) in draft.listed:
                return
            raise Unclear("it is grouped, but nothing is counted or summed", noun.start, noun.end)
        table = self.entity(noun, near)
        if table == near and any(isinstance(e, Col) and e.table == table for e in draft.listed):
            draft.conditions.extend(self.conditions.of(noun.said, table))
            return
        if table is not None:
            if table == near and not noun.plural:
                raise Unclear("each row is a group of its own", noun.start, noun.end)
            if table == near:  # `the money requested by entrepreneurs taller than 1.85`
                draft.conditions.extend(self.conditions.of(noun.said, near))
                return
            sense = self.choose.table([s for s in noun.senses if s.kind == "table"], near)
            self.choose.cost += sense.cost if sense else 0.0
            self.group_rows(table)
            draft.conditions.extend(self.conditions.of(noun.said, table))
            return
        anchor = (self.anchors(noun) or [near])[0]
        col = self.conditions.column(noun, anchor)
        if col not in draft.groups:
            draft.groups.append(col)
        said = [
            s
            for s in noun.said
            if not (isinstance(s, Related) and self.entity(s.noun, near) == anchor and not s.noun.said)
        ]
        draft.conditions.extend(self.conditions.of(said, anchor))

    def group_rows(self, table: str) -> None:
        draft = self.draft
        keys = [Col(table, key) for key in self.lexicon.table(table).primary_key]
        shown = [e for e in draft.listed if isinstance(e, Col) and e.table == table]
        label = shown or [Col(table, name) for name in self.lexicon.label(table)] or keys
        if not label:
            raise Unclear(f"rows of {table} cannot be told apart")
        draft.groups.extend(col for col in label if col not in draft.groups)
        draft.keys.extend(key for key in keys if key not in draft.keys)

    def bucket(self, unit: Unit, near: str) -> None:
        draft = self.draft
        year = self.choose.year(near) if unit == "year" and not self.choose.dates(near) else None
        expression: Expression = year if year is not None else Bucket(self.choose.date(near, self.verbs()), unit)
        if expression not in draft.groups:
            draft.groups.append(expression)
        if not draft.order and draft.limit is None:
            draft.order.append(Sort(expression))

    def implicit_groups(self, counted: str) -> None:
        """`names of teachers and the number of courses they teach` counts for each teacher."""
        draft = self.draft
        listed = [e for e in draft.listed if isinstance(e, Col) and e not in draft.groups]
        if not draft.numbers or not listed:
            return
        first, *rest = self.question.heads
        several = first.count_of is not None and first.count_of.distinct
        if several and rest and rest[0].plural and rest[0].start <= first.end + 1 and not self.is_number(rest[0]):
            # `the number of different A and B`
            raise Unclear("it is not clear whether both are counted", rest[0].start, rest[0].end, True)
        tables = {col.table for col in listed}
        if len(tables) > 1:
            raise Unclear("it is not clear for each of what to count")
        table = tables.pop()
        if any(isinstance(key, Col) and key.table == table for key in draft.keys):
            draft.groups.extend(listed)
            return
        if table != counted:
            draft.groups.extend(listed)
            draft.keys.extend(Col(table, key) for key in self.lexicon.table(table).primary_key)
            return
        label = self.lexicon.label(table)
        if not all(isinstance(number, Count) for number in draft.numbers) or any(col.column in label for col in listed):
            raise Unclear("an attribute beside a number, without a group")
        draft.groups.extend(listed)
