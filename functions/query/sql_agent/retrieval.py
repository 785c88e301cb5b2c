"""Of a wide schema only the part that a question is about: tables and columns ranked by BM25.

A table is a document: the words of its name, of what people call it, of its columns, measures and sampled values.
The best tables are kept, with those that join them; of a wide table its keys and the columns that fit best.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from troupe.adapters.catalog import Catalog, Column, Measure, Table
from troupe.adapters.relevance import scores

from .words import lemma, name_words, split_plain, verb_bases

TABLES = 10
"""Tables that are kept for what they are about; those that join them come on top."""
COLUMNS = 24
"""Columns of one table that are kept, keys aside."""
_NAME, _SYNONYM, _MEASURE, _COLUMN, _TEXT, _VALUE = 6, 6, 6, 2, 1, 1
_STOP = """
a an and any are as at be by can do does did each every find for from get give had has have how i in is it its
last list many me more most much my not of on or our out over past per please show than that the their them there
these they this to us was we were what when where which who whose will with within you your
"""
"""Words that are in questions about anything."""


def retrieve(question: str, catalog: Catalog, tables: int = TABLES, columns: int = COLUMNS) -> Catalog:
    """The part of the catalog that the question may be about, in the catalog's order; hidden things never.

    A catalog with no more tables than `tables` keeps them all. What no word of the question touches is no candidate;
    when nothing is touched, the largest tables are kept, so that a translator has something to decline on.
    """
    seen = [table for table in catalog.tables if not table.hidden]
    words = _asked(question)
    if len(seen) > tables:
        fit = scores([_table_words(table, catalog) for table in seen], words)
        ranked = sorted(range(len(seen)), key=lambda i: (-fit[i], -(seen[i].rows or 0), seen[i].name))
        touched = [i for i in ranked if fit[i] > 0] or ranked
        kept = _joined([seen[i].name for i in touched[:tables]], catalog)
        seen = [table for table in seen if table.name in kept]
    names = {table.name for table in seen}
    return catalog.model_copy(
        update={
            "tables": tuple(_narrowed(table, catalog, names, words, columns) for table in seen),
            "measures": tuple(measure for measure in catalog.measures if measure.table in names),
            "terms": {word: at for word, at in catalog.terms.items() if at.split(".")[0] in names},
        }
    )


def _asked(question: str) -> list[str]:
    stop = set(_STOP.split())
    return [word for word in _words(question) if word not in stop]


def _words(text: str) -> list[str]:
    """The words of a text as they are compared: singular, and what a verb's form may come from."""
    found: list[str] = []
    for word in split_plain(text):
        found += dict.fromkeys((lemma(word.lower), *verb_bases(word.lower)))
    return found


def _table_words(table: Table, catalog: Catalog) -> Counter[str]:
    words: Counter[str] = Counter()
    _add(words, _NAME, name_words(table.name))
    for synonym in table.synonyms:
        _add(words, _SYNONYM, _words(synonym))
    _add(words, _TEXT, _words(table.description))
    for column in table.columns:
        if not column.hidden:
            words.update(_column_words(column))
    for measure in catalog.measures:
        if measure.table == table.name:
            for name in (measure.name, *measure.synonyms):
                _add(words, _MEASURE, _words(name))
    for word, at in catalog.terms.items():
        if at.split(".")[0] == table.name:
            _add(words, _SYNONYM, _words(word))
    return words


def _column_words(column: Column) -> Counter[str]:
    words: Counter[str] = Counter()
    for name in (*name_words(column.name), *(w for synonym in column.synonyms for w in _words(synonym))):
        _add(words, _COLUMN, (name, *verb_bases(name)))
    _add(words, _TEXT, _words(column.description))
    said = [*column.values, *(word for others in column.value_synonyms.values() for word in others)]
    # Once each: a column of a thousand names is not a thousand times about a name.
    _add(words, _VALUE, dict.fromkeys(word for value in said for word in _words(value)))
    return words


def _add(words: Counter[str], weight: int, more: Iterable[str]) -> None:
    for word in dict.fromkeys(more):
        words[word] += weight


def _joined(names: list[str], catalog: Catalog) -> set[str]:
    """These tables, with those on the shortest paths of foreign keys from the first of them to the others."""
    neighbours: dict[str, set[str]] = {table.name: set() for table in catalog.tables if not table.hidden}
    for table in catalog.tables:
        for key in table.foreign_keys:
            if table.name in neighbours and key.table in neighbours:
                neighbours[table.name].add(key.table)
                neighbours[key.table].add(table.name)
    kept = set(names)
    for name in names[1:]:
        kept.update(_path(names[0], name, neighbours))
    return kept


_LONGEST_PATH = 4
"""Joins between two tables beyond which a question hardly means both."""


def _path(start: str, goal: str, neighbours: dict[str, set[str]]) -> list[str]:
    waiting, seen = deque([[start]]), {start}
    while waiting:
        path = waiting.popleft()
        if path[-1] == goal:
            return path
        if len(path) > _LONGEST_PATH:
            continue
        for other in sorted(neighbours[path[-1]] - seen):
            seen.add(other)
            waiting.append([*path, other])
    return []


def _narrowed(table: Table, catalog: Catalog, kept: set[str], words: list[str], limit: int) -> Table:
    """The table without hidden columns and, if it is wide, without those that the question hardly means."""
    shown = [column for column in table.columns if not column.hidden]
    keys = {*table.primary_key, *table.label, *(name for key in table.foreign_keys for name in key.columns)}
    keys |= {
        name for other in catalog.tables for key in other.foreign_keys if key.table == table.name for name in key.to
    }
    keys |= _dating(table, catalog.default_date, catalog.measures)
    if len(shown) > limit:
        fit = scores([_column_words(column) for column in shown], words)
        ranked = sorted(range(len(shown)), key=lambda i: (-fit[i], i))
        best = {shown[i].name for i in ranked[:limit]}
        shown = [column for column in shown if column.name in best or column.name in keys]
    return table.model_copy(
        update={
            "columns": tuple(shown),
            "foreign_keys": tuple(key for key in table.foreign_keys if key.table in kept),
        }
    )


def _dating(table: Table, default_date: str, measures: Iterable[Measure]) -> set[str]:
    """The columns that date what is measured here, and those that measures are computed from."""
    said = {default_date, *(measure.date for measure in measures)}
    dates = {at.partition(".")[2] for at in said if at.partition(".")[0] == table.name}
    expressions = " ".join(measure.expression for measure in measures if measure.table == table.name)
    return dates | {column.name for column in table.columns if column.name in expressions}
