"""Whether two results are the same answer.

Rows are compared as multisets, in order only where order was asked for. An answer may have more columns than
gold; a name may be in one column or two; 2017 is '2017', a month is its first day; numbers agree to four
significant decimals; groups that are NULL may be there or not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = Sequence[Any]
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_MONTH = re.compile(r"^\d{4}-\d{2}$")
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.0+)?$")
"""ISO 8601 writes a T where SQLite has a space."""
_MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2})[ T]00:00(:00)?(\.0+)?$")


def same(gold: Sequence[Row], ours: Sequence[Row], ordered: bool) -> bool:
    """Whether our rows answer what gold's rows answer."""
    wanted = [tuple(_cell(cell) for cell in row) for row in gold]
    found = [tuple(_cell(cell) for cell in row) for row in ours]
    return any(_agree(form, other, ordered) for form in _forms(wanted) for other in (found, *_merged(found)))


def _forms(rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    yield rows
    yield from _merged(rows)


def _merged(rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows with two neighbouring text columns as one, either first."""
    width = len(rows[0]) if rows else 0
    for at in range(width - 1):
        if all(isinstance(row[at], str) and isinstance(row[at + 1], str) for row in rows):
            yield [(*row[:at], f"{row[at]} {row[at + 1]}", *row[at + 2 :]) for row in rows]
            yield [(*row[:at], f"{row[at + 1]} {row[at]}", *row[at + 2 :]) for row in rows]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _rounded(int(value))
    if isinstance(value, Decimal | int | float):
        return _rounded(float(value))
    if isinstance(value, datetime | date):
        value = value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, str):
        text = _MOMENT.sub(r"\1 \2", value.strip())
        if _NUMBER.match(text):
            return _rounded(float(text))
        if _MONTH.match(text):
            return f"{text}-01"
        midnight = _MIDNIGHT.match(text)
        return midnight[1] if midnight else text
    return value


def _rounded(number: float) -> float:
    if number == 0 or not math.isfinite(number):
        return number
    return round(number, max(0, 3 - math.floor(math.log10(abs(number))) + 1))


def _agree(gold: list[tuple[Any, ...]], ours: list[tuple[Any, ...]], ordered: bool) -> bool:
    if not gold and not ours:
        return True
    if not gold or not ours:
        rest = gold or ours
        return all(None in row for row in rest)
    without = [row for row in gold if row[0] is not None and None not in row[:1]]
    return _mapped(gold, ours, ordered) or _mapped(without, [r for r in ours if None not in r[:1]], ordered)


def _mapped(gold: list[tuple[Any, ...]], ours: list[tuple[Any, ...]], ordered: bool) -> bool:
    if len(gold) != len(ours) or not gold or len(gold[0]) > len(ours[0]):
        return False
    candidates = []
    for column in range(len(gold[0])):
        wanted = Counter(row[column] for row in gold)
        fitting = [at for at in range(len(ours[0])) if Counter(row[at] for row in ours) == wanted]
        if not fitting:
            return False
        candidates.append(fitting)
    whole = Counter(gold)
    for choice in _choices(candidates, ()):
        projected = [tuple(row[at] for at in choice) for row in ours]
        if (projected == gold) if ordered else (Counter(projected) == whole):
            return True
    return False


def _choices(candidates: list[list[int]], taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if len(taken) == len(candidates):
        yield taken
        return
    for at in candidates[len(taken)]:
        if at not in taken:
            yield from _choices(candidates, (*taken, at))
