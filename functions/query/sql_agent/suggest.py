"""Questions that can be answered, built from the catalog and proven by translating them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from troupe.adapters.catalog import Catalog, Table

from .columns import is_numeric, is_temporal
from .lexicon import Lexicon
from .translate import Translation, attempt, prepared
from .words import name_words, split

HOW_MANY = 3


def suggestions(catalog: Catalog, today: date, near: str = "") -> list[str]:
    """Up to three questions that this catalog can answer, the ones sharing words with `near` first."""
    lexicon, _ = prepared(catalog)
    wanted = {word.lemma for word in split(near) if word.kind == "word"}
    asked = near.strip().rstrip("?.! ").lower()
    candidates = list(dict.fromkeys(_candidates(lexicon)))
    ranked = sorted(
        range(len(candidates)),
        key=lambda index: (-len(wanted & {word.lemma for word in split(candidates[index])}), index),
    )
    found: list[str] = []
    for index in ranked:
        question = candidates[index]
        if question.rstrip("?").lower() != asked and isinstance(attempt(question, catalog, today), Translation):
            found.append(question)
        if len(found) == HOW_MANY:
            break
    return found


def _candidates(lexicon: Lexicon) -> Iterator[str]:
    dimensions = [table for table in lexicon.tables if lexicon.label(table.name)]
    for measure in lexicon.catalog.measures:
        for table in dimensions[:6]:
            yield f"Total {measure.name} by {_words(table.name)}"
        yield f"{measure.name.capitalize()} by month this year"
        for table in dimensions[:3]:
            yield f"Top 5 {_plural(_words(table.name))} by {measure.name}"
    for table in lexicon.tables[:12]:
        name = _plural(_words(table.name))
        yield f"How many {name} are there?"
        for key in table.foreign_keys[:2]:
            yield f"How many {name} does each {_words(key.table)} have?"
        yield from _attributes(lexicon, table, name)


def _attributes(lexicon: Lexicon, table: Table, name: str) -> Iterator[str]:
    for column in list(lexicon.columns(table))[:12]:
        if lexicon.is_key(table, column):
            continue
        words = _words(column.name)
        if is_numeric(column):
            yield f"What is the average {words} of {name}?"
        elif column.complete and 1 < len(column.values) <= 30:
            yield f"How many {name} are there for each {words}?"
        elif is_temporal(column):
            yield f"How many {name} were there last year?"


def _words(name: str) -> str:
    return " ".join(name_words(name))


def _plural(text: str) -> str:
    if text.endswith("y") and text[-2:-1] not in "aeiou":
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "x", "ch", "sh")) else "s")
