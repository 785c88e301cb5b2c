"""What tables, columns and values are called: phrases, each with what it costs to mean it by them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from troupe.adapters.catalog import Column, Table

from . import english
from .columns import NUMERIC, is_numeric, is_temporal
from .words import lemma, name_words, verb_bases

Phrase = tuple[str, ...]
FULL, SYNONYM, UNDECORATED, RELATIVE, PART, LOOSE_PART = 0.0, 0.05, 0.1, 0.3, 0.5, 0.8
"""What a name costs: the reader prefers the cheapest reading."""


def phrase_of(name: str) -> Phrase:
    return tuple(lemma(word.lower()) for word in re.findall(r"[^\W_]+", name))


def expanded(name: str, table: Table) -> Phrase:
    words: list[str] = []
    split = name_words(name)
    if len(split) == 2 and split[1] == "name" and split[0] in ("f", "l"):
        return ("first" if split[0] == "f" else "last", "name")
    if len(split) > 1 and len(split[0]) == 1 and table_words(table)[0].startswith(split[0]) and split[1] != "id":
        split = (*table_words(table), *split[1:])
    for word in split:
        if word in english.ABBREVIATIONS and not (word == "no" and not words):
            words.extend(english.ABBREVIATIONS[word])
        elif len(word) > 2 and word.endswith("id") and table_words(table)[-1].startswith(word[:-2]):
            words.extend((*table_words(table), "id"))
        else:
            words.append(word)
    return tuple(words)


def table_words(table: Table) -> Phrase:
    words = name_words(table.name)
    kept = list(words)
    while len(kept) > 1 and kept[0] in english.TABLE_DECORATION:
        kept.pop(0)
    while len(kept) > 1 and kept[-1] in english.TABLE_DECORATION and not (len(kept) == 2 and kept[-1] == "detail"):
        kept.pop()
    expanded = [part for word in kept for part in english.ABBREVIATIONS.get(word, (word,))]
    return tuple(lemma(word) for word in expanded)


def table_phrases(table: Table) -> dict[Phrase, float]:
    phrases: dict[Phrase, float] = {}

    def offer(phrase: Phrase, cost: float) -> None:
        if phrase and cost < phrases.get(phrase, 9):
            phrases[phrase] = cost

    offer(name_words(table.name), FULL)
    words = table_words(table)
    offer(words, UNDECORATED)
    if len(words) > 1 and words[-1] in english.TABLE_DECORATION:
        offer(words[:-1], RELATIVE)
    offer((*words, "table"), 0.01)
    for synonym in table.synonyms:
        offer(phrase_of(synonym), SYNONYM)
    for length in range(1, len(words)):
        if not set(words[length:]) <= _SMALL:
            offer(words[length:], PART if len(words) - length > 1 else PART + 0.1)
    for group in english.SAME_TABLE:
        if " ".join(words) in group:
            for other in group:
                offer(phrase_of(other), RELATIVE)
        elif words[-1] in group:
            for other in group:
                offer((*words[:-1], *phrase_of(other)), RELATIVE)
    return phrases


def column_phrases(table: Table, column: Column) -> dict[Phrase, float]:
    phrases: dict[Phrase, float] = {}

    def offer(phrase: Phrase, cost: float) -> None:
        if phrase and cost < phrases.get(phrase, 9):
            phrases[phrase] = cost

    for synonym in column.synonyms:
        offer(phrase_of(synonym), SYNONYM)
    words = expanded(column.name, table)
    offer(name_words(column.name), FULL)
    bases = {words: FULL}
    owner = table_words(table)
    for prefix in (owner, owner[-1:]):
        if len(words) > len(prefix) and words[: len(prefix)] == prefix and words[len(prefix) :] not in _COUNTS:
            bases[words[len(prefix) :]] = 0.02
    if len(words) > 1 and words[-1] in english.UNIT_WORDS and words[-2] != "number":
        bases[tuple(word for word in words[:-1] if word != "in")] = 0.02
    for base, cost in list(bases.items()):
        offer(base, cost)
        if base[0] == owner[-1]:
            continue  # `the text of paragraphs` is a text, and says whose; `the number of flights` is no flight number
        for turned in _turned(base):
            offer(turned, cost + 0.02)
            bases.setdefault(turned, cost + 0.02)
    for base, cost in bases.items():
        _offer_relatives(base, cost, offer)
    if not (words[-1] == "id" and len(words) > 1):
        for base in (words, *(_turned(words) if "of" in words else ())):
            for length in range(1, len(base)):
                if not set(base[length:]) <= _SMALL and base[length:] not in _COUNTS:
                    offer(base[length:], PART if len(base) - length > 1 else LOOSE_PART)
    if len(words) > 2 and any(base in english.RELATION_VERBS for base in verb_bases(words[-1])[1:]):
        offer(words[:-1], SYNONYM)
    if len(words) == 1 and english.UNIT_WORDS.get(words[0]) in english.SECONDS and is_numeric(column):
        for name in ("length", "duration", "playing time", "running time", "runtime"):
            offer(phrase_of(name), RELATIVE)
    if len(words) == 1 and english.UNIT_WORDS.get(words[0]) in english.BYTES and is_numeric(column):
        for name in ("size", "file size"):
            offer(phrase_of(name), RELATIVE)
    bare = words[:-1] in (("first",), ("last",), ("full",), ("middle",), ("short",), ("other",))
    if len(words) > 1 and words[-1] in ("name", "text") and words[:-1] != owner and not bare:
        offer(words[:-1], RELATIVE)
    if is_temporal(column) and len(words) > 1 and words[-1] in ("at", "t", "ts", "date", "on", "time", "timestamp"):
        offer((*words[:-1], "date"), 0.05)
        offer((*words[:-1], "time"), RELATIVE)
    if is_temporal(column) and len(words) == 1:
        offer(("date",), RELATIVE)
    if len(words) == 2 and words[0] in ("date", "time", "year"):  # `date_arrived` is also the arrival or arriving date
        for base in verb_bases(words[1])[1:]:
            stem = base[:-1] if base.endswith("e") else base
            for noun in (*english.NOUNS_OF_VERBS.get(base, ()), f"{stem}ing"):
                offer((noun, words[0]), SYNONYM)
                offer((words[0], "of", noun), SYNONYM)
    if table.primary_key == (column.name,) and words[-1] == "id":
        offer(("id",), SYNONYM)
        offer((*owner, "id"), SYNONYM)
    if words == owner and column.type == "text":
        offer((*owner, "name"), SYNONYM)
        offer(("name",), 0.1)
    if len(words) > 1 and words[-1] == "code" and words[:-1] != owner and column.type == "text":
        of_it = [c for c in table.columns if name_words(c.name)[: len(words) - 1] == words[:-1]]
        if len(of_it) == 1:
            offer(words[:-1], 0.45)
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
            found[phrase_of(member)].extend(phrase_of(other) for other in group if other != member)
    return found


def _same_values() -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = defaultdict(list)
    for group in english.SAME_VALUES:
        for member in group:
            found[member].extend(phrase_of(other) for other in group if other != member and len(other) > 2)
    for demonym, country in english.DEMONYMS.items():
        for name in {country.lower(), lemma(country.lower())}:
            found[name].append((demonym,))
    return found


_RELATIVES = _relatives()
_COUNTS = {("number",), ("count",)}
"""What alone asks how many, and is no part of a name."""
_SAME_VALUES = _same_values()
_SMALL = {"of", "in", "on", "by", "at", "for", "to", "from", "with", "or", "and", "is", "be", "have", "do", "not", "no"}
TOO_COMMON = (
    english.FILLER
    | english.REQUEST
    | {"of", "in", "on", "by", "at", "for", "to", "from", "with", "or", "and", "not", "no", "who", "what", "which"}
    | {"more", "less", "most", "least", "than", "per", "each", "have", "number", "count", "other", "first", "last"}
    | {"average", "total", "maximum", "minimum", "month", "year", "day", "quarter", "week", "date", "time", "same"}
)


def value_phrases(phrase: Phrase, values: list[str], column: Column) -> Iterable[Phrase]:
    if not phrase or all(NUMERIC.match(value) for value in values):
        return
    common = len(phrase) == 1 and (phrase[0] in TOO_COMMON or len(phrase[0]) == 1)
    common = common and not (len(phrase[0]) == 2 and all(value.isupper() for value in values))
    if not common:
        yield phrase
    yield from _SAME_VALUES.get(" ".join(phrase), ())
    for value in values:
        for synonym in column.value_synonyms.get(value, ()):
            yield phrase_of(synonym)


def flag_phrases(column: Column) -> Iterable[tuple[bool | str, Phrase]]:
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


def label_of(table: Table) -> tuple[str, ...]:
    if table.label:
        return table.label
    columns = [column for column in table.columns if not column.hidden and column.type == "text"]
    foreign = {name for key in table.foreign_keys for name in key.columns}
    owner = table_words(table)
    by_words = {expanded(column.name, table): column.name for column in columns if column.name not in foreign}
    for words, name in list(by_words.items()):
        if len(words) > len(owner) and words[: len(owner)] == owner:
            by_words.setdefault(words[len(owner) :], name)
    if len(owner) > 1 and owner[-1] in english.TABLE_DECORATION:
        owner = owner[:-1]
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
