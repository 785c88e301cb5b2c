"""What a column holds: numbers, days, years, and in which unit."""

from __future__ import annotations

import re

from troupe.adapters.catalog import Column

from . import english
from .words import lemma, name_words


def measured_unit(column: Column) -> str:
    """What a column's numbers count: stated, or the last word of its name (`net_worth_millions`)."""
    if column.unit:
        return english.UNIT_WORDS.get(lemma(column.unit.lower()), column.unit)
    words = name_words(column.name)
    return english.UNIT_WORDS.get(words[-1], "") if words else ""


NUMERIC = re.compile(r"^\s*-?\d+(\.\d+)?\s*$")


def is_numeric(column: Column) -> bool:
    """Whether a column holds numbers, be it as text."""
    if column.type in ("integer", "number"):
        return True
    return column.type == "text" and bool(column.values) and all(NUMERIC.match(value) for value in column.values)


def is_temporal(column: Column) -> bool:
    """Whether a column holds days or moments."""
    return column.type in ("date", "timestamp")


def is_year(column: Column) -> bool:
    """Whether a column holds calendar years as numbers."""
    return "year" in name_words(column.name) and is_numeric(column)
