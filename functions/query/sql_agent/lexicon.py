"""What the catalog's names and values mean in a question: phrases, each with the senses it can have.

Built once per catalog. A sense costs little when the phrase is exactly the name, more when it is a part or
a relative of it; the reader prefers the cheapest reading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from troupe.adapters.catalog import Catalog, Column, Measure, Table

from . import english
from .words import Word, lemma, name_words, value_words, verb_bases

SenseKind = Literal["table", "column", "measure", "value"]
Phrase = tuple[str, ...]

FULL, SYNONYM, RELATIVE, PART, LOOSE_PART = 0.0, 0.05, 0.3, 0.5, 0.8


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
            for phrase, cost in _table_phrases(table).items():
                lexicon._add(phrase, Sense("table", table.name, cost=cost))
            for column in lexicon.columns(table):
                lexicon._add_column(table, column)
            for key in table.foreign_keys:
                lexicon._add_role(table, key.columns[0], key.table)
        for measure in catalog.measures:
            for name, cost in [(measure.name, FULL), *((synonym, SYNONYM) for synonym in measure.synonyms)]:
                lexicon._add(_phrase(name), Sense("measure", measure.table, measure=measure.name, cost=cost))
        for word, target in catalog.terms.items():
            table_name, _, column_name = target.partition(".")
            lexicon._add(_phrase(word), Sense("column", table_name, column_name, cost=-0.2))
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
        for phrase, sense in self.phrases.get(words[at].lemma, ()):
            end = at + len(phrase)
            if end <= len(words) and all(words[at + k].lemma == part for k, part in enumerate(phrase)):
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
        wanted = _phrase(phrase)
        hits = [
            (sense.cost, sense.column)
            for candidate, sense in self.phrases.get(wanted[0], ())
            if candidate == wanted and sense.kind == "column" and sense.table == table
        ]
        best = min((cost for cost, _ in hits), default=0.0)
        return [self.column(table, name) for name in dict.fromkeys(name for cost, name in hits if cost == best)]

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
        return {table.name: _label(table) for table in self.tables}

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
        for phrase, cost in _column_phrases(table, column).items():
            self._add(phrase, Sense("column", table.name, column.name, cost=cost))
        stored: dict[Phrase, list[str]] = defaultdict(list)
        for value in column.values:
            stored[value_words(value)].append(value)
        for phrase, values in stored.items():
            for words in _value_phrases(phrase, values, column):
                self._add(words, Sense("value", table.name, column.name, tuple(values)))
        for truth, phrase in _flag_phrases(column):
            self._add(phrase, Sense("value", table.name, column.name, (truth,), cost=0.1))

    def _add_role(self, table: Table, column: str, target: str) -> None:
        words = _expanded(column, table)
        role = words[:-1] if words and words[-1] in ("id", "code", "key", "number") else words
        if role and target in self._by_name and role != _phrase(target):
            self._add(role, Sense("table", target, cost=RELATIVE, via=f"{table.name}.{column}"))


def measured_unit(column: Column) -> str:
    """What a column's numbers count: stated, or the last word of its name (`net_worth_millions`)."""
    if column.unit:
        return english.UNIT_WORDS.get(lemma(column.unit.lower()), column.unit)
    words = name_words(column.name)
    return english.UNIT_WORDS.get(words[-1], "") if words else ""


_NUMERIC = re.compile(r"^\s*-?\d+(\.\d+)?\s*$")


def is_numeric(column: Column) -> bool:
    """Whether a column holds numbers, be it as text."""
    if column.type in ("integer", "number"):
        return True
    return column.type == "text" and bool(column.values) and all(_NUMERIC.match(value) for value in column.values)


def is_temporal(column: Column) -> bool:
    """Whether a column holds days or moments."""
    return column.type in ("date", "timestamp")


def is_year(column: Column) -> bool:
    """Whether a column holds calendar years as numbers."""
    return "year" in name_words(column.name) and is_numeric(column)


def _phrase(name: str) -> Phrase:
    return tuple(lemma(word.lower()) for word in re.findall(r"[^\W_]+", name))


def _expanded(name: str, table: Table) -> Phrase:
    words: list[str] = []
    split = name_words(name)
    if len(split) == 2 and split[1] == "name" and split[0] in ("f", "l"):
        return ("first" if split[0] == "f" else "last", "name")
    if len(split) > 1 and len(split[0]) == 1 and _table_words(table)[0].startswith(split[0]) and split[1] != "id":
        split = (*_table_words(table), *split[1:])
    for word in split:
        if word in english.ABBREVIATIONS and not (word == "no" and not words):
            words.extend(english.ABBREVIATIONS[word])
        elif len(word) > 2 and word.endswith("id") and _table_words(table)[-1].startswith(word[:-2]):
            words.extend((*_table_words(table), "id"))
        else:
            words.append(word)
    return tuple(words)


def _table_words(table: Table) -> Phrase:
    words = name_words(table.name)
    kept = list(words)
    while len(kept) > 1 and kept[0] in english.TABLE_DECORATION:
        kept.pop(0)
    while len(kept) > 1 and kept[-1] in english.TABLE_DECORATION and not (len(kept) == 2 and kept[-1] == "detail"):
        kept.pop()
    expanded = [part for word in kept for part in english.ABBREVIATIONS.get(word, (word,))]
    return tuple(lemma(word) for word in expanded)


def _table_phrases(table: Table) -> dict[Phrase, float]:
    phrases: dict[Phrase, float] = {}

    def offer(phrase: Phrase, cost: float) -> None:
        if phrase and cost < phrases.get(phrase, 9):
            phrases[phrase] = cost

    offer(name_words(table.name), FULL)
    words = _table_words(table)
    offer(words, FULL)
    for synonym in table.synonyms:
        offer(_phrase(synonym), SYNONYM)
    for length in range(1, len(words)):
        if not set(words[length:]) <= _SMALL:
            offer(words[length:], PART if len(words) - length > 1 else PART + 0.1)
    for group in english.SAME_TABLE:
        if " ".join(words) in group:
            for other in group:
                offer(_phrase(other), RELATIVE)
        elif words[-1] in group:
            for other in group:
                offer((*words[:-1], *_phrase(other)), RELATIVE)
    return phrases


def _column_phrases(table: Table, column: Column) -> dict[Phrase, float]:
    phrases: dict[Phrase, float] = {}

    def offer(phrase: Phrase, cost: float) -> None:
        if phrase and cost < phrases.get(phrase, 9):
            phrases[phrase] = cost

    for synonym in column.synonyms:
        offer(_phrase(synonym), SYNONYM)
    words = _expanded(column.name, table)
    offer(name_words(column.name), FULL)
    bases = {words: FULL}
    owner = _table_words(table)
    for prefix in (owner, owner[-1:]):
        if len(words) > len(prefix) and words[: len(prefix)] == prefix:
            bases[words[len(prefix) :]] = 0.02
    if len(words) > 1 and words[-1] in english.UNIT_WORDS and words[-2] != "number":
        bases[tuple(word for word in words[:-1] if word != "in")] = 0.02
    for base, cost in list(bases.items()):
        offer(base, cost)
        for turned in _turned(base):
            offer(turned, cost + 0.02)
            bases.setdefault(turned, cost + 0.02)
    for base, cost in bases.items():
        _offer_relatives(base, cost, offer)
    if not (words[-1] == "id" and len(words) > 1):
        for base in (words, *(_turned(words) if "of" in words else ())):
            for length in range(1, len(base)):
                if not set(base[length:]) <= _SMALL:
                    offer(base[length:], PART if len(base) - length > 1 else LOOSE_PART)
    if len(words) > 2 and any(base in english.RELATION_VERBS for base in verb_bases(words[-1])[1:]):
        offer(words[:-1], SYNONYM)
    if len(words) == 1 and english.UNIT_WORDS.get(words[0]) in english.SECONDS and is_numeric(column):
        for name in ("length", "duration", "playing time", "running time", "runtime"):
            offer(_phrase(name), RELATIVE)
    if len(words) == 1 and english.UNIT_WORDS.get(words[0]) in english.BYTES and is_numeric(column):
        for name in ("size", "file size"):
            offer(_phrase(name), RELATIVE)
    bare = words[:-1] in (("first",), ("last",), ("full",), ("middle",), ("short",), ("other",))
    if len(words) > 1 and words[-1] in ("name", "text") and words[:-1] != owner and not bare:
        offer(words[:-1], RELATIVE)
    if is_temporal(column) and len(words) > 1 and words[-1] in ("at", "t", "ts", "date", "on", "time", "timestamp"):
        offer((*words[:-1], "date"), 0.05)
        offer((*words[:-1], "time"), RELATIVE)
    if is_temporal(column) and len(words) == 1:
        offer(("date",), RELATIVE)
    return phrases


def _turned(words: Phrase) -> Iterable[Phrase]:
    """`level of membership` is also membership level; `number of staff` is also staff, staff number and staff count."""
    if "of" in words[1:-1]:
        at = words.index("of")
        head, tail = words[:at], words[at + 1 :]
        yield (*tail, *head)
        if head[-1] == "number":
            yield tail
            yield (*tail, "count")
    elif len(words) > 1 and words[0] == "number":
        yield ("number", "of", *words[1:])
        yield (*words[1:], "count")
        yield words[1:]
    elif len(words) > 1 and words[-1] in ("count", "number") and words[0] not in ("phone", "serial", "fax"):
        yield ("number", "of", *words[:-1])
    elif len(words) == 2 and words[1] not in ("id", "name", "code", "number", "key", "title"):
        yield (words[1], "of", words[0])


def _offer_relatives(base: Phrase, cost: float, offer: Callable[[Phrase, float], None]) -> None:
    """The base with its last or first words exchanged for others that mean the same."""
    for length in range(1, min(3, len(base)) + 1):
        for other in _RELATIVES.get(base[-length:], ()):
            offer((*base[:-length], *other), cost + RELATIVE)
        if length < len(base):
            for other in _RELATIVES.get(base[:length], ()):
                offer((*other, *base[length:]), cost + RELATIVE)


def _relatives() -> dict[Phrase, list[Phrase]]:
    found: dict[Phrase, list[Phrase]] = defaultdict(list)
    for group in english.SAME_COLUMN:
        for member in group:
            found[_phrase(member)].extend(_phrase(other) for other in group if other != member)
    return found


def _same_values() -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = defaultdict(list)
    for group in english.SAME_VALUES:
        for member in group:
            found[member].extend(_phrase(other) for other in group if other != member and len(other) > 2)
    for demonym, country in english.DEMONYMS.items():
        for name in {country.lower(), lemma(country.lower())}:
            found[name].append((demonym,))
    return found


_RELATIVES = _relatives()
_SAME_VALUES = _same_values()
_SMALL = {"of", "in", "on", "by", "at", "for", "to", "from", "with", "or", "and", "is", "be", "have", "do", "not", "no"}
_TOO_COMMON = (
    english.FILLER
    | english.REQUEST
    | {"of", "in", "on", "by", "at", "for", "to", "from", "with", "or", "and", "not", "no", "who", "what", "which"}
    | {"more", "less", "most", "least", "than", "per", "each", "have", "number", "count", "other", "first", "last"}
    | {"average", "total", "maximum", "minimum", "month", "year", "day", "quarter", "week", "date", "time", "same"}
)


def _value_phrases(phrase: Phrase, values: list[str], column: Column) -> Iterable[Phrase]:
    if not phrase or all(_NUMERIC.match(value) for value in values):
        return
    common = len(phrase) == 1 and (phrase[0] in _TOO_COMMON or len(phrase[0]) == 1)
    common = common and not (len(phrase[0]) == 2 and all(value.isupper() for value in values))
    if not common:
        yield phrase
    yield from _SAME_VALUES.get(" ".join(phrase), ())
    for value in values:
        for synonym in column.value_synonyms.get(value, ()):
            yield _phrase(synonym)


def _fits_value(words: Sequence[Word], sense: Sense) -> bool:
    """`us` is the country only in capitals."""
    return len(words) > 1 or len(words[0].lemma) > 2 or words[0].lemma not in _TOO_COMMON or words[0].text.isupper()


def _flag_phrases(column: Column) -> Iterable[tuple[bool | str, Phrase]]:
    """`is_full_time` makes full-time a thing that rows can be."""
    words = name_words(column.name)
    flags = {value.lower(): value for value in column.values}
    words_of = name_words(column.name)
    if column.type == "text" and column.complete and len(words_of) > 1 and words_of[0] in ("is", "be", "has", "have"):
        for yes, no in (("t", "f"), ("yes", "no"), ("y", "n"), ("true", "false"), ("1", "0")):
            if yes in flags and set(flags) <= {yes, no}:
                yield flags[yes], tuple(words_of[1:])
    if column.type == "boolean":
        bare = words[1:] if len(words) > 1 and words[0] in ("is", "be", "has", "have", "was") else words
        yield True, tuple(bare)


def _label(table: Table) -> tuple[str, ...]:
    if table.label:
        return table.label
    columns = [column for column in table.columns if not column.hidden and column.type == "text"]
    foreign = {name for key in table.foreign_keys for name in key.columns}
    owner = _table_words(table)
    by_words = {_expanded(column.name, table): column.name for column in columns if column.name not in foreign}
    if ("first", "name") in by_words and ("last", "name") in by_words:
        return (by_words["first", "name"], by_words["last", "name"])
    for wanted in (("name",), (*owner, "name"), (owner[-1], "name"), ("full", "name"), ("title",), (*owner, "title"),
                   owner, ("user", "name"), ("label",)):  # fmt: skip
        if wanted in by_words:
            return (by_words[wanted],)
    named = [name for words, name in by_words.items() if words[-1] in ("name", "title")]
    if len(named) == 1 and owner[-1] in name_words(named[0]):
        return (named[0],)
    described = [name for words, name in by_words.items() if words[-1] == "description"]
    if len(described) == 1 and len(columns) <= 2:
        return (described[0],)
    return ()
