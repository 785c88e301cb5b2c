"""What a model is told about a schema: the retrieved part of the catalog as readable text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from troupe.adapters import beside
from troupe.adapters.catalog import Catalog, Column, Table

_SHOWN_VALUES = 12
"""A column with so few values has them all listed; of others those that the question names."""


def instructions(catalog: Catalog, question: str, today: date) -> str:
    """The system prompt: how to work, what day it is, and what may be asked about."""
    how = beside.text(__file__, "instructions.md").rstrip()
    return f"{how}\n\nToday is {(catalog.as_of or today).isoformat()}.\n\n{schema(catalog, question)}"


def schema(catalog: Catalog, question: str) -> str:
    """The tables, columns, keys and measures, one per line."""
    asked = question.lower()
    lines = [catalog.description] if catalog.description else []
    for table in catalog.tables:
        lines += [_head(table), *_columns(table, asked)]
    lines += [f"Measure {', '.join((m.name, *m.synonyms))}{_unit(m.unit)} = {m.expression}" for m in catalog.measures]
    lines += [f"“{word}” means {at}" for word, at in catalog.terms.items()]
    if catalog.default_date:
        lines.append(f"Where a question does not say which date it means, it means {catalog.default_date}.")
    return "\n".join(lines)


def _head(table: Table) -> str:
    return f"Table {table.name}{_also(table.synonyms)}{_about(table.description)}"


def _columns(table: Table, asked: str) -> Iterator[str]:
    targets = {key.columns[0]: f"{key.table}.{key.to[0]}" for key in table.foreign_keys if len(key.columns) == 1}
    for column in table.columns:
        key = ", primary key" if (column.name,) == table.primary_key else ""
        target = f", refers to {targets[column.name]}" if column.name in targets else ""
        about = f"{_unit(column.unit)}{key}{target}{_also(column.synonyms)}{_about(column.description)}"
        yield f"  {column.name} {column.type}{about}{_values(column, asked)}"
    for other in table.foreign_keys:
        if len(other.columns) > 1:
            yield f"  ({', '.join(other.columns)}) refers to {other.table} ({', '.join(other.to)})"


def _values(column: Column, asked: str) -> str:
    """Stored values, so that a filter is spelled as the data is; never more than are needed for the question."""
    if column.complete and len(column.values) <= _SHOWN_VALUES:
        shown = list(column.values)
    else:
        shown = [value for value in column.values if value and value.lower() in asked][:_SHOWN_VALUES]
    for value, words in column.value_synonyms.items():
        if value not in shown and any(word.lower() in asked for word in words):
            shown.append(value)
    if not shown:
        return ""
    more = "" if column.complete and len(shown) == len(column.values) else " and others"
    spelled = [f"{v!r}{_also(column.value_synonyms.get(v, ()))}" for v in shown]
    return f"; values {', '.join(spelled)}{more}"


def _also(words: tuple[str, ...]) -> str:
    return f" (also {', '.join(words)})" if words else ""


def _about(text: str) -> str:
    return f": {' '.join(text.split())}" if text else ""


def _unit(unit: str) -> str:
    return f" in {unit}" if unit else ""
