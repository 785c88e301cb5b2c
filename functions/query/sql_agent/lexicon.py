"""What the catalog's names and values mean in a question: phrases, each with the senses it can have.

Built once per catalog. A sense costs little when the phrase is exactly the name, more when it is a part or
a relative of it; the reader prefers the cheapest reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from troupe.adapters.catalog import Catalog, Column, Measure, Table

from . import english
from .names import (
    FULL,
    RELATIVE,
    SYNONYM,
    TOO_COMMON,
    Phrase,
    column_phrases,
    expanded,
    flag_phrases,
    label_of,
    phrase_of,
    table_phrases,
    table_words,
    value_phrases,
)
from .words import Word, name_words, value_words

SenseKind = Literal["table", "column", "measure", "value"]


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a phrase can mean."""

    kind: SenseKind
    table: str
    column: str = ""
    values: tuple[str | bool, ...] = ()
    measure: str = ""
    cost: float = 0.0
    via: str = ""
    """For a table: the foreign key column by whose name it is called (`support rep`)."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in the question: words[start:end] and what they can mean."""

    start: int
    end: int
    senses: tuple[Sense, ...]


@dataclass
class Lexicon:
    """All phrases of one catalog."""

    catalog: Catalog
    phrases: dict[str, list[tuple[Phrase, Sense]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, catalog: Catalog) -> Lexicon:
        """Reads the catalog's names, synonyms and sampled values into phrases."""
        lexicon = cls(catalog)
        for table in lexicon.tables:
            for phrase, cost in table_phrases(table).items():
                lexicon._add(phrase, Sense("table", table.name, cost=cost))
            for column in lexicon.columns(table):
                lexicon._add_column(table, column)
            for key in table.foreign_keys:
                lexicon._add_role(table, key.columns[0], key.table)
            lexicon._add_full_name(table)
        for measure in catalog.measures:
            for name, cost in [(measure.name, FULL), *((synonym, SYNONYM) for synonym in measure.synonyms)]:
                lexicon._add(phrase_of(name), Sense("measure", measure.table, measure=measure.name, cost=cost))
        for word, target in catalog.terms.items():
            table_name, _, column_name = target.partition(".")
            lexicon._add(phrase_of(word), Sense("column", table_name, column_name, cost=-0.2))
        return lexicon

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables that may be asked about."""
        return tuple(table for table in self.catalog.tables if not table.hidden)

    @cached_property
    def _by_name(self) -> dict[str, Table]:
        return {table.name: table for table in self.tables}

    def table(self, name: str) -> Table:
        """The table of this exact name."""
        return self._by_name[name]

    def column(self, table: str, column: str) -> Column:
        """The column of these exact names."""
        found = self._by_name[table].column(column)
        if found is None:
            raise KeyError(f"{table}.{column}")
        return found

    def columns(self, table: Table) -> Iterator[Column]:
        """The columns of a table that may be asked about."""
        return (column for column in table.columns if not column.hidden)

    def measures(self, name: str) -> tuple[Measure, ...]:
        """The alternatives of one measure, coarsest first."""
        return tuple(measure for measure in self.catalog.measures if measure.name == name)

    def match(self, words: Sequence[Word], at: int) -> list[Match]:
        """The phrases that start here, longest first."""
        if at >= len(words) or words[at].kind not in ("word", "number"):
            return []
        found: dict[int, dict[tuple[str, str, str, str], Sense]] = defaultdict(dict)
        for phrase, sense, last in self._beginning(words, at):
            end = last + len(phrase)
            if end <= len(words) and all(words[last + k].lemma == part for k, part in enumerate(phrase) if k):
                if sense.kind == "value" and not _fits_value(words[at:end], sense):
                    continue
                key = (sense.kind, sense.table, sense.column, sense.measure + sense.via)
                if key not in found[end] or found[end][key].cost > sense.cost:
                    found[end][key] = sense
        return [
            Match(at, end, tuple(sorted(senses.values(), key=lambda sense: sense.cost)))
            for end, senses in sorted(found.items(), reverse=True)
            if senses
        ]

    def _beginning(self, words: Sequence[Word], at: int) -> Iterator[tuple[Phrase, Sense, int]]:
        """The phrases that begin here, each with the place of the (last part of the) word it begins with."""
        for phrase, sense in self.phrases.get(words[at].lemma, ()):
            yield phrase, sense, at
        if at + 1 < len(words) and words[at + 1].kind == "word":
            # What is one word in the catalog may be two in the question: `Highschooler`, `high schoolers`.
            for phrase, sense in self.phrases.get(words[at].lower + words[at + 1].lemma, ()):
                if sense.kind != "value":
                    yield phrase, sense, at + 1

    def find_value(self, text: str) -> tuple[Sense, ...]:
        """The columns that hold this text as a whole value, regardless of case."""
        phrase = value_words(text)
        if not phrase:
            return ()
        return tuple(
            sense
            for candidate, sense in self.phrases.get(phrase[0], ())
            if candidate == phrase and sense.kind == "value"
        )

    def columns_named(self, table: str, phrase: str) -> list[Column]:
        """The columns of a table that go by this phrase, best first; ties all come."""
        wanted = phrase_of(phrase)
        hits = [
            (sense.cost, sense.column)
            for candidate, sense in self.phrases.get(wanted[0], ())
            if candidate == wanted and sense.kind == "column" and sense.table == table
        ]
        best = min((cost for cost, _ in hits), default=0.0)
        return [self.column(table, name) for name in dict.fromkeys(name for cost, name in hits if cost == best)]

    def spelled(self, table: str, column: str) -> Phrase:
        """The words of a column's name, its abbreviations written out."""
        return expanded(column, self._by_name[table])

    def label(self, table: str) -> tuple[str, ...]:
        """The columns by which people know a row of this table; empty when there are none."""
        return self._labels[table]

    def is_agent(self, table: str) -> bool:
        """Whether rows of a table are people or parties who do things."""
        word = name_words(table)[-1]
        if word in english.NOT_AGENTS:
            return False
        return word in english.AGENTS or (len(word) > 4 and word.endswith(("er", "or", "ist", "ian", "ee")))

    @cached_property
    def _labels(self) -> dict[str, tuple[str, ...]]:
        return {table.name: label_of(table) for table in self.tables}

    @cached_property
    def roots(self) -> frozenset[str]:
        """The roots of the verbs inside the names: a `teacher` teaches, a `hiring` is hired."""
        found: set[str] = set()
        for table in self.tables:
            for name in (table.name, *(column.name for column in self.columns(table))):
                for word in name_words(name):
                    for ending in ("er", "or", "ance", "ence", "ation", "ion", "ment", "ing", "ed"):
                        if word.endswith(ending) and len(word) - len(ending) >= 4:
                            found.add(word[: len(word) - len(ending)])
        return frozenset(found)

    def is_key(self, table: Table, column: Column) -> bool:
        """Whether a column only identifies or points: a primary or a foreign key."""
        return column.name in table.primary_key or any(column.name in key.columns for key in table.foreign_keys)

    def _add(self, phrase: Phrase, sense: Sense) -> None:
        if phrase:
            self.phrases[phrase[0]].append((phrase, sense))

    def _add_column(self, table: Table, column: Column) -> None:
        for phrase, cost in column_phrases(table, column).items():
            self._add(phrase, Sense("column", table.name, column.name, cost=cost))
        stored: dict[Phrase, list[str]] = defaultdict(list)
        for value in column.values:
            stored[value_words(value)].append(value)
        for phrase, values in stored.items():
            for words in value_phrases(phrase, values, column):
                self._add(words, Sense("value", table.name, column.name, tuple(values)))
        for truth, phrase in flag_phrases(column):
            self._add(phrase, Sense("value", table.name, column.name, (truth,), cost=0.1))

    def _add_full_name(self, table: Table) -> None:
        """Two columns that hold a name together are the full name, where no column is called so."""
        label = self.label(table.name)
        if len(label) == 2 and not self.columns_named(table.name, "full name"):
            for name in label:
                for phrase in (("full", "name"), (*table_words(table), "full", "name")):
                    self._add(phrase, Sense("column", table.name, name, cost=RELATIVE))

    def _add_role(self, table: Table, column: str, target: str) -> None:
        words = expanded(column, table)
        role = words[:-1] if words and words[-1] in ("id", "code", "key", "number") else words
        if role and target in self._by_name and role != phrase_of(target):
            self._add(role, Sense("table", target, cost=RELATIVE, via=f"{table.name}.{column}"))


def _fits_value(words: Sequence[Word], sense: Sense) -> bool:
    """`us` is the country only in capitals."""
    return len(words) > 1 or len(words[0].lemma) > 2 or words[0].lemma not in TOO_COMMON or words[0].text.isupper()
