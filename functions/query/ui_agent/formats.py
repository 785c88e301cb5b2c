"""Cells as a person reads them: each column has one way to write its values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.query import Column

from .moments import say
from .text import clean, shortened

NO_VALUE = "—"
"""Stands for NULL, so that it cannot be taken for an empty text."""
CELL_LIMIT = 300
"""Characters of a cell on the page; the CSV file has all of them."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,6})?", re.ASCII)
_TOO_LONG = 24
"""Digits on either side of the point beyond which a number is written with an exponent."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown."""

    text: str
    exact: str = ""
    """The value in full, where `text` is rounded."""
    missing: bool = False


Format = Callable[[Any], Cell]


def number(value: Any) -> Decimal | None:
    """The finite number that a cell holds (numbers beyond exact doubles come as text); None if it holds none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value)
    return Decimal(text) if len(text) <= 400 and _NUMBER.fullmatch(text) else None


def is_numeric(column: Column) -> bool:
    """True when the column's values are amounts, to be aligned and grouped as such."""
    return column.type in ("integer", "number") and column.role in ("measure", "")


def format_of(column: Column, values: Iterable[Any]) -> Format:
    """How the column's values are written; `values` decide how many decimals all of them get."""
    show = _show_number(column, values) if is_numeric(column) else _show_other(column)
    return lambda value: Cell(NO_VALUE, missing=True) if value is None else show(value)


def with_unit(text: str, unit: str) -> str:
    """`12.5%` without a space, `1,234.00 EUR` with one that does not break."""
    return f"{text}{unit}" if unit == "%" else f"{text}\u00a0{unit}" if unit else text


def heading(column: Column) -> str:
    """The column's heading with its unit: `Total sales (EUR)`."""
    label = column.label or column.name
    return f"{label} ({column.unit})" if column.unit else label


def _show_number(column: Column, values: Iterable[Any]) -> Format:
    places = _places([known for value in values if (known := number(value)) is not None], column.unit)

    def show(value: Any) -> Cell:
        known = number(value)
        if known is None:
            return _as_text(value)
        if known and abs(known.adjusted()) > _TOO_LONG:
            return Cell(f"{known:.3e}".replace("-", "−"), exact=shortened(str(value), CELL_LIMIT))
        rounded = f"{known:,.{places}f}"
        text = rounded.removeprefix("-") if not rounded.strip("-0.,") else rounded.replace("-", "−")
        return Cell(text, exact="" if Decimal(rounded.replace(",", "")) == known else str(value))

    return show


def _places(known: list[Decimal], unit: str) -> int:
    """Decimals for a whole column: none for whole numbers, two for money, else about three significant digits."""
    known = [value for value in known if abs(value.adjusted()) <= _TOO_LONG]
    needed = max((-int(value.normalize().as_tuple().exponent) for value in known), default=0)
    if needed <= 0:
        return 0
    if re.fullmatch("[A-Z]{3}", unit):
        return 2
    largest = max(abs(value) for value in known)
    return min(needed, max(2, 2 - largest.adjusted()))


def _show_other(column: Column) -> Format:
    def show(value: Any) -> Cell:
        if isinstance(value, bool):
            return Cell("yes" if value else "no")
        said = say(value, column.grain) if column.role == "time" or column.type in ("date", "timestamp") else None
        return Cell(said) if said else _as_text(value)

    return show


def _as_text(value: Any) -> Cell:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Cell(shortened(clean(text[: CELL_LIMIT + 1]), CELL_LIMIT))
