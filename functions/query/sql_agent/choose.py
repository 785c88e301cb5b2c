"""Which column a word means here: the nearest of those that go by it, or none when two are equally near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from troupe.adapters.catalog import Column

from . import english
from .joins import Joins
from .lexicon import Lexicon, Sense, is_numeric, is_temporal, is_year, measured_unit
from .meaning import Col
from .words import name_words

HOP = 0.35
"""What a step to another table costs a sense."""
BACKWARD = 0.3
"""What it costs that the other table holds many rows for one."""
_MADE = {"created", "crtd", "inserted", "added"}
_KEPT = {"updated", "modified", "deleted", "refreshed", "synced", "loaded"}
_DATE_WORDS = {"date", "at", "on", "time", "timestamp", "ts", "day", "t"} | {"dat", "tim"}
TIE = 0.06
"""Senses closer than this are equally good."""


class Unclear(Exception):
    """The question cannot be read in exactly one way; `start` and `end` are the words that are in the way."""

    def __init__(self, reason: str, start: int = 0, end: int = 0, ambiguous: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end
        self.ambiguous = ambiguous


class Chooser:
    """Chooses among senses by nearness to the table that is spoken of."""

    def __init__(self, lexicon: Lexicon, joins: Joins) -> None:
        self.lexicon = lexicon
        self.joins = joins
        self.cost = 0.0
        self.dated_by: dict[str, Col] = {}
        """The dates that the measures of this question state for their tables."""

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
        ranked = sorted(
            (sense.cost + (self.distance(anchor, sense.table) or 0.0) * 0.1, sense.table, sense)
            for sense in senses
            if sense.kind == "table"
        )
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
            catalogued = self.lexicon.column(sense.table, sense.column)
            cost = sense.cost + away
            if numeric and not is_numeric(catalogued):
                cost += 0.5
            ranked.append((cost, Col(sense.table, sense.column)))
        if not ranked:
            return None
        own = [pair for pair in ranked if pair[1].table == anchor]
        ranked = own or ranked
        ranked.sort(key=lambda pair: pair[0])
        best_cost, best = ranked[0]
        for cost, other in ranked[1:]:
            if cost - best_cost >= TIE:
                break
            if other != best and not self.same_key(best, other):
                raise Unclear(f"it could mean {spoken(best)} or {spoken(other)}", ambiguous=True)
        self.cost += best_cost
        return best

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
        for cost, other, _ in ranked[1:]:
            if cost - ranked[0][0] < TIE and other != ranked[0][1]:
                raise Unclear(f"it could be in {spoken(ranked[0][1])} or in {spoken(other)}", ambiguous=True)
        self.cost += ranked[0][0]
        return ranked[0][1], ranked[0][2]

    def agent(self, table: str) -> bool:
        return self.lexicon.is_agent(table)

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

    def dates(self, table: str) -> list[Column]:
        """The dates of a table; when it has others, those of mere record keeping are left out."""
        found = [c for c in self.lexicon.columns(self.lexicon.table(table)) if is_temporal(c)]
        telling = [c for c in found if not set(name_words(c.name)) & (_MADE | _KEPT)]
        return telling or found

    def date(self, anchor: str, verbs: Sequence[str] = ()) -> Col:
        """The date by which rows of a table are dated. Raises Unclear when there is none, or no one."""
        named = self.by_verb(anchor, verbs)
        if named:
            return named
        if anchor in self.dated_by:
            return self.dated_by[anchor]
        default_table, _, default_column = self.lexicon.catalog.default_date.partition(".")
        if default_table == anchor:
            return Col(default_table, default_column)
        own = self.own_date(anchor)
        if own is not None:
            return own
        if default_table and self.joins.distance(anchor, default_table) is not None:
            return Col(default_table, default_column)
        return self.near_date(anchor, bool(set(verbs) - {"have", "had", "has", "be"}))

    def own_date(self, anchor: str) -> Col | None:
        """The date in the table itself: the one named like the table, the only one, or that of its making."""
        every = [c for c in self.lexicon.columns(self.lexicon.table(anchor)) if is_temporal(c)]
        table_words = {_stem(word) for word in name_words(anchor)}
        proper = [c for c in every if {_stem(w) for w in name_words(c.name)} - _DATE_WORDS <= table_words]
        if len(proper) == 1:
            return Col(anchor, proper[0].name)
        telling = [c for c in every if not set(name_words(c.name)) & (_MADE | _KEPT)]
        made = [c for c in every if set(name_words(c.name)) & _MADE]
        if self.agent(anchor):
            return (
                None if not self.lexicon.catalog.default_date and every and telling else self.only(anchor, made, every)
            )
        if len(telling) == 1 and not made:
            return Col(anchor, telling[0].name)
        stages = [c for c in telling if any(word.endswith("ed") or word == "read" for word in name_words(c.name))]
        if len(made) == 1 and len(stages) == len(telling):
            return Col(anchor, made[0].name)
        if every:
            raise Unclear(f"it could go by {' or '.join(c.name for c in (telling or every)[:3])}", ambiguous=True)
        return None

    @staticmethod
    def only(anchor: str, made: Sequence[Column], every: Sequence[Column]) -> Col | None:
        return Col(anchor, made[0].name) if len(made) == 1 and len(every) == len(made) else None

    def near_date(self, anchor: str, acting: bool) -> Col:
        """The date of the nearest table that has one: what a row belongs to, or what a verb does to it."""
        near: list[tuple[float, Col]] = []
        for table in self.joins.tables:
            away = self.joins.distance(anchor, table)
            if away and not self.agent(table) and (acting or table in self.joins.reach(anchor)):
                try:
                    own = self.own_date(table)
                except Unclear:
                    own = None
                if own is not None:
                    near.append((away, own))
        near.sort(key=lambda pair: pair[0])
        if near and (len(near) == 1 or near[1][0] > near[0][0]) and near[0][0] <= 2.5:
            return near[0][1]
        raise Unclear(f"{anchor} has no date of which to speak")

    def by_verb(self, anchor: str, verbs: Sequence[str]) -> Col | None:
        """`hired` goes by hire_date, `opened` by open_year, `born` by birth_year. Raises Unclear when two fit."""
        roots = {_stem(verb) for verb in verbs if len(verb) > 2 and verb not in ("have", "had", "has", "was", "were")}
        for verb in verbs:
            roots.update(_stem(noun) for noun in english.NOUNS_OF_VERBS.get(verb, ()))
        if not roots:
            return None
        found: list[Col] = []
        for column in self.lexicon.columns(self.lexicon.table(anchor)):
            if is_temporal(column) or is_year(column):
                names = (column.name, *column.synonyms)
                if roots & {_stem(word) for name in names for word in name_words(name)}:
                    found.append(Col(anchor, column.name))
        if len(found) > 1:
            raise Unclear(f"it could go by {' or '.join(col.column for col in found)}", ambiguous=True)
        return found[0] if found else None

    def year(self, anchor: str) -> Col | None:
        """The column of calendar years of a table, when it has exactly one."""
        years = [c for c in self.lexicon.columns(self.lexicon.table(anchor)) if is_year(c)]
        return Col(anchor, years[0].name) if len(years) == 1 else None

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


def _stem(word: str) -> str:
    """What `open`, `opened` and `opening` have in common."""
    for ending in ("ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)]
    return word


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
