"""By which date rows are dated."""

from __future__ import annotations

from collections.abc import Sequence

from troupe.adapters.catalog import Column

from . import english
from .columns import is_temporal, is_year
from .joins import Joins
from .lexicon import Lexicon
from .meaning import Col
from .unclear import Unclear
from .words import name_words

_MADE = {"created", "crtd", "inserted", "added"}
_KEPT = {"updated", "modified", "deleted", "refreshed", "synced", "loaded"}
_DATE_WORDS = {"date", "at", "on", "time", "timestamp", "ts", "day", "t"} | {"dat", "tim"}


class Dating:
    """Finds the dates of tables: stated, named by a verb, their own, or those of what they belong to."""

    lexicon: Lexicon
    joins: Joins
    dated_by: dict[str, Col]
    """The dates that the measures of this question state for their tables."""

    def agent(self, table: str) -> bool:
        return self.lexicon.is_agent(table)

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
        table_words = {stem(word) for word in name_words(anchor)}
        proper = [c for c in every if {stem(w) for w in name_words(c.name)} - _DATE_WORDS <= table_words]
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
        roots = {stem(verb) for verb in verbs if len(verb) > 2 and verb not in ("have", "had", "has", "was", "were")}
        for verb in verbs:
            roots.update(stem(noun) for noun in english.NOUNS_OF_VERBS.get(verb, ()))
        if not roots:
            return None
        found: list[Col] = []
        for column in self.lexicon.columns(self.lexicon.table(anchor)):
            if is_temporal(column) or is_year(column):
                names = (column.name, *column.synonyms)
                if roots & {stem(word) for name in names for word in name_words(name)}:
                    found.append(Col(anchor, column.name))
        if len(found) > 1:
            raise Unclear(f"it could go by {' or '.join(col.column for col in found)}", ambiguous=True)
        return found[0] if found else None

    def year(self, anchor: str) -> Col | None:
        """The column of calendar years of a table, when it has exactly one."""
        years = [c for c in self.lexicon.columns(self.lexicon.table(anchor)) if is_year(c)]
        return Col(anchor, years[0].name) if len(years) == 1 else None


def stem(word: str) -> str:
    """What `open`, `opened` and `opening` have in common."""
    for ending in ("ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)]
    return word
