"""Which column a word means here: the nearest of those that go by it, or none when two are equally near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from troupe.adapters.catalog import Column

from . import english
from .columns import is_numeric, is_temporal, measured_unit
from .dating import Dating
from .joins import Joins
from .lexicon import Lexicon, Sense
from .meaning import Col
from .names import RELATIVE, SYNONYM
from .unclear import Unclear
from .words import name_words

HOP = 0.35
"""What a step to another table costs a sense."""
BACKWARD = 0.3
"""What it costs that the other table holds many rows for one."""
TIE = 0.06
"""Senses closer than this are equally good."""


class Chooser(Dating):
    """Chooses among senses by nearness to the table that is spoken of."""

    def __init__(self, lexicon: Lexicon, joins: Joins) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.cost = 0.0
        self.dated_by = {}

    def distance(self, anchor: str, table: str) -> float | None:
        """How much farther a sense in `table` is when `anchor` is spoken of; None when unrelated."""
        if not anchor or anchor == table:
            return 0.0
        hops = self.joins.distance(anchor, table)
        if hops is None:
            return None
        return HOP * hops + (0.0 if table in self.joins.reach(anchor) else BACKWARD)

    def table(self, senses: Iterable[Sense], anchor: str = "") -> Sense | None:
        """The best table among the senses."""
        costs = (
            (sense.cost + (self.distance(anchor, sense.table) or 0.0) * 0.1, sense.table, sense)
            for sense in senses
            if sense.kind == "table"
        )
        ranked = sorted(costs, key=lambda entry: entry[:2])
        if not ranked:
            return None
        if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < TIE and ranked[1][1] != ranked[0][1]:
            raise Unclear(f"it could mean {ranked[0][1]} or {ranked[1][1]}", ambiguous=True)
        best = ranked[0][2]
        if best.via and self.joins.between(best.via.partition(".")[0], best.table) != 1:
            raise Unclear(f"{best.table} and {best.via.partition('.')[0]} are related in several ways", ambiguous=True)
        return best

    def column(
        self, senses: Sequence[Sense], anchor: str, numeric: bool = False, only: Sequence[str] = ()
    ) -> Col | None:
        """The nearest column among the senses, or None when none is related. Raises Unclear on a tie."""
        ranked: list[tuple[float, Col]] = []
        for sense in senses:
            if sense.kind != "column" or (only and sense.table not in only):
                continue
            away = self.distance(anchor, sense.table)
            if away is None:
                continue
            if away and sense.cost >= RELATIVE and not only and sense.table in self.joins.reach(anchor):
                continue  # only a relative of the word: `ships and their titles` are not their owners' names
            catalogued = self.lexicon.column(sense.table, sense.column)
            cost = sense.cost + away
            if numeric and not is_numeric(catalogued):
                cost += 0.5
            ranked.append((cost, Col(sense.table, sense.column)))
        if not ranked:
            return None
        own = [pair for pair in ranked if pair[1].table == anchor]
        self.check_nearer_name(own, senses, anchor)
        ranked = own or ranked
        ranked.sort(key=lambda pair: (pair[0], pair[1].column not in self.lexicon.label(pair[1].table)))
        best_cost, best = ranked[0]
        self.check_one_branch(best, [col for _, col in ranked[1:]], senses, anchor)
        for cost, other in ranked[1:]:
            if cost - best_cost >= TIE:
                break
            if other.table == best.table and best.column in self.lexicon.label(best.table):
                continue  # of several names, that by which the rows go
            if other != best and not self.same_key(best, other):
                raise Unclear(f"it could mean {spoken(best)} or {spoken(other)}", ambiguous=True)
        self.cost += best_cost
        return best

    def check_one_branch(self, best: Col, others: Sequence[Col], senses: Sequence[Sense], anchor: str) -> None:
        """Two tables that rows point at may both have a word: near or far, either can be meant.

        Raises Unclear: revenue per country, where bookings are of guests and, farther on, of hotels.
        """
        forward = self.joins.reach(anchor) if anchor else {}
        if best.table == anchor or best.table not in forward:
            return
        costs = {Col(s.table, s.column): s.cost for s in senses if s.kind in ("column", "value")}
        for other in others:
            apart = other.table in forward and other.table not in self.joins.reach(best.table)
            if apart and abs(costs[other] - costs[best]) < TIE and not self.same_key(best, other):
                raise Unclear(f"it could mean {spoken(best)} or {spoken(other)}", ambiguous=True)

    def check_nearer_name(self, own: Sequence[tuple[float, Col]], senses: Sequence[Sense], anchor: str) -> None:
        """A relative of a word is not meant where a table that the rows point at has the very word.

        Raises Unclear: `templates with the description …`, with details of their own and a type that is described.
        """
        label = self.lexicon.label(anchor) if own else ()
        if not own or min(cost for cost, _ in own) < RELATIVE or any(col.column in label for _, col in own):
            return
        for sense in senses:
            other = Col(sense.table, sense.column)
            near = sense.kind == "column" and sense.cost < SYNONYM and self.joins.distance(anchor, sense.table) == 1.0
            if near and not any(self.same_key(col, other) for _, col in own):
                raise Unclear(f"it could mean {spoken(own[0][1])} or {sense.table}.{sense.column}", ambiguous=True)

    def same_key(self, one: Col, other: Col) -> bool:
        """Whether one is a foreign key to the other, or both to the same."""
        return bool(self.targets(one) & self.targets(other))

    def targets(self, col: Col) -> set[Col]:
        found = {col}
        for key in self.lexicon.table(col.table).foreign_keys:
            for column, target in zip(key.columns, key.to, strict=True):
                if column == col.column:
                    found.add(Col(key.table, target))
        return found

    def value(self, senses: Sequence[Sense], anchor: str, link: str = "") -> tuple[Col, tuple[str | bool, ...]]:
        """The column in which a value is meant, with its spellings there. Raises Unclear when there is no best one."""
        ranked: list[tuple[float, Col, tuple[str | bool, ...]]] = []
        for sense in senses:
            if sense.kind != "value":
                continue
            away = self.distance(anchor, sense.table)
            if away is None:
                continue
            label = self.lexicon.label(sense.table)
            cost = sense.cost + away
            if sense.column not in label:
                cost += (
                    1.0 if any(s.column in self.lexicon.label(s.table) for s in senses if s.kind == "value") else 0.0
                )
            elif sense.table == anchor and link in ("by", "of", "have", "from"):
                cost += 2.0
            if link == "by" and self.agent(sense.table):
                cost -= 0.5
            ranked.append((cost, Col(sense.table, sense.column), sense.values))
        if not ranked:
            raise Unclear("nothing related holds it")
        ranked.sort(key=lambda entry: entry[0])
        alike = [col for _, col, _ in ranked[1:] if name_words(col.column) == name_words(ranked[0][1].column)]
        self.check_one_branch(ranked[0][1], alike, senses, anchor)
        for cost, other, _ in ranked[1:]:
            if cost - ranked[0][0] < TIE and other != ranked[0][1]:
                raise Unclear(f"it could be in {spoken(ranked[0][1])} or in {spoken(other)}", ambiguous=True)
        self.cost += ranked[0][0]
        return ranked[0][1], ranked[0][2]

    def for_adjective(self, adjective: str, anchor: str, numeric: bool = False) -> tuple[Col, bool]:
        """The attribute that an adjective speaks of and whether more of the adjective is more of it."""
        attributes, direction = english.ADJECTIVES[adjective]
        up = direction == "up"
        tables = sorted(self.joins.reach(anchor).items(), key=lambda item: len(item[1][0]))
        if self.lexicon.label(anchor):
            tables = tables[:1]
        for depth in (0, 1):
            for attribute in attributes:
                reverse = attribute.startswith("-")
                name = attribute.lstrip("-")
                for table, paths in tables:
                    if len(paths[0]) != depth:
                        continue
                    found = self.dates(table) if name == "@date" else self.named(table, name)
                    found = [c for c in found if is_numeric(c) or is_temporal(c)]
                    if numeric:
                        found = [c for c in found if is_numeric(c) and not reverse]
                    if len(found) > 1:
                        raise Unclear(f"it could mean {' or '.join(c.name for c in found)}", ambiguous=True)
                    if found and not self.lexicon.is_key(self.lexicon.table(table), found[0]):
                        return Col(table, found[0].name), up != reverse
        raise Unclear(f"{anchor} has no attribute for it")

    def named(self, table: str, name: str) -> list[Column]:
        return self.lexicon.columns_named(table, name)

    def amount(self, anchor: str, unit: str) -> Col:
        """What `over 20 dollars` is compared with: the one column that counts in this unit, or speaks of money."""
        quantity = _kind_of(unit)
        found: list[Col] = []
        table = self.lexicon.table(anchor)
        for column in self.lexicon.columns(table):
            if not is_numeric(column) or self.lexicon.is_key(table, column):
                continue
            words = set(name_words(column.name))
            if quantity == "money":
                fits = measured_unit(column) in english.MONEY or bool(
                    words & {"total", "amount", "price", "cost", "fee"}
                )
            else:
                fits = quantity != "" and _kind_of(measured_unit(column)) == quantity
            if fits:
                found.append(Col(anchor, column.name))
        if len(found) == 1:
            return found[0]
        totals = [col for col in found if col.column.lower() in ("total", "amount", "total_amount")]
        if len(totals) == 1:
            return totals[0]
        raise Unclear("it does not say of what", ambiguous=len(found) > 1)


def _kind_of(unit: str) -> str:
    if unit in english.MONEY:
        return "money"
    for kind, table in (
        ("time", english.SECONDS),
        ("data", english.BYTES),
        ("length", english.METERS),
        ("mass", english.GRAMS),
    ):
        if unit in table:
            return kind
    return ""


def converted(number: float | int, unit: str, column: Column) -> float | int:
    """A number with a unit, in the unit of a column. Raises Unclear when they count different things."""
    held = measured_unit(column)
    if not unit or unit == held:
        return number
    if unit in english.MONEY:
        if held in english.MONEY and held != unit:
            raise Unclear(f"{column.name} is in {held}")
        return number
    if held in ("million", "thousand", "billion"):
        raise Unclear(f"{column.name} is in {held}s")
    for table in english.QUANTITIES:
        if unit in table and held in table:
            scaled = round(number * table[unit] / table[held], 9)
            return int(scaled) if float(scaled).is_integer() else scaled
    if not held and unit in ("kg", "cm", "m", "lb", "%", "day"):
        return number
    raise Unclear(f"{column.name} does not say that it counts in this unit")


def spoken(col: Col) -> str:
    """`customer.city`."""
    return f"{col.table}.{col.column}"
