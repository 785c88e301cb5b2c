"""What a column is for in an answer: a measure, a dimension, a point in time or an identifier.

The type decides first, then the name's last word, checked against the values: a column called `year`
counts as time only if its numbers are years. When in doubt a number is a measure and anything else
a dimension, for that shows it unchanged.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from contracts.query import Column

from .words import words

Role = Literal["measure", "dimension", "time", "identifier"]
Grain = Literal["year", "quarter", "month", "week", "day", ""]


class Part(NamedTuple):
    """The part that a column plays, and the period that its values stand for."""

    role: Role
    grain: Grain = ""


_IDENTIFIERS = {"id", "ids", "uuid", "guid", "key", "code", "sku", "zip", "zipcode", "postcode", "phone", "iban", "ean"}
_NUMBERED = {"number", "no", "nr", "num"}
_CALENDAR: dict[str, range] = {"quarter": range(1, 5), "month": range(1, 13), "week": range(1, 54), "day": range(1, 32)}
_GRAINS: dict[str, Grain] = {"year": "year", "quarter": "quarter", "month": "month", "week": "week", "day": "day"}
_PERIODS: tuple[tuple[re.Pattern[str], Grain], ...] = (
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "month"),
    (re.compile(r"\d{4}-?Q[1-4]"), "quarter"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), "day"),
)


def part(column: Column, values: list[Any]) -> Part:
    """The part that a column plays; `values` are its cells over all rows, NULLs included."""
    known = [value for value in values if value is not None]
    named = _named(column.name)
    if column.type in ("date", "timestamp"):
        return Part("time", _grain_of_dates(named, known))
    if column.type in ("integer", "number"):
        return _part_of_numbers(column.name, named, known)
    if column.type in ("text", "other"):  # "other": a uuid, an enumeration, …
        return _part_of_text(named, known)
    return Part("dimension")


def _named(name: str) -> str:
    """The word that says what one value is; `orders_per_month` counts orders and is not a month."""
    parts = words(name)
    return "" if not parts or "per" in parts else parts[-1]


def _grain_of_dates(named: str, known: list[Any]) -> Grain:
    """The period in the name, if every value is the first day of one; a plain date has no period."""
    grain = _GRAINS.get(named, "")
    firsts = {
        "year": r"\d{4}-01-01",
        "quarter": r"\d{4}-(01|04|07|10)-01",
        "month": r"\d{4}-\d\d-01",
        "week": r"\d{4}-\d\d-\d\d",
        "day": r"\d{4}-\d\d-\d\d",
    }
    if not grain or not known:
        return ""
    pattern = re.compile(firsts[grain] + r"([T ]00:00(:00(\.0+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?")
    return grain if all(pattern.fullmatch(str(value)) for value in known) else ""


def _part_of_numbers(name: str, named: str, known: list[Any]) -> Part:
    if named in _IDENTIFIERS or (named in _NUMBERED and len(words(name)) > 1):
        return Part("identifier")
    if named == "year" and known and all(_whole(value) and 1000 <= int(value) <= 2999 for value in known):
        return Part("time", "year")
    if named in _CALENDAR and known and all(_whole(value) and int(value) in _CALENDAR[named] for value in known):
        return Part("dimension", _GRAINS[named])
    return Part("measure")


def _whole(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and float(value).is_integer()


def _part_of_text(named: str, known: list[Any]) -> Part:
    for pattern, grain in _PERIODS:
        if known and all(pattern.fullmatch(str(value)) for value in known):
            return Part("time", grain)
    return Part("identifier" if named in _IDENTIFIERS or named in _NUMBERED else "dimension")
