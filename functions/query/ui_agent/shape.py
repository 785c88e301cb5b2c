"""Which chart fits a result: decided from the columns' roles and the shape of the rows, never from their text.

time → line, category → bar, two measures → scatter, one number → big figure, anything wider → table.
A chart is only chosen when every row has its own place in it; rows that share one (a plain listing
of orders by day, say) would be drawn over each other and stay a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.query import ResultsReady

from .formats import number
from .moments import moment

Kind = Literal["line", "bar", "scatter", "figure", "table"]
Row = list[Any]

MAX_COLUMNS = 6
"""A result with more columns is wide: a chart would leave out most of it."""
MAX_SERIES = 8
MAX_FIGURES = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """A chart and the columns (by position) that take part in it."""

    kind: Kind
    measures: tuple[int, ...] = ()
    names: tuple[int, ...] = ()
    """The columns that together name a bar, a point or a figure."""
    series: int | None = None
    """The column whose values become the colours."""
    time: tuple[int, ...] = ()
    """One column with dates or periods, or a year and the month or quarter within it."""


TABLE = Shape("table")


def shape_of(result: ResultsReady) -> Shape:
    """The chart that fits; `table` when none does."""
    columns, rows = result.columns, result.rows
    if not rows or not columns:
        return TABLE
    measures, time, names, ids = (
        tuple(index for index, column in enumerate(columns) if column.role == role)
        for role in ("measure", "time", "dimension", "identifier")
    )
    if len(rows) == 1:
        return _figures(len(columns), measures)
    drawable = bool(measures) and all(any(number(row[index]) is not None for row in rows) for index in measures)
    if len(columns) > MAX_COLUMNS or not drawable or len(time) > 1:
        return TABLE
    names = names or ids[:1]
    if time:
        parts = (
            [i for i in names if columns[i].grain in ("month", "quarter")] if columns[time[0]].grain == "year" else []
        )
        whole = (*time, *parts[:1])
        return _over_time(rows, whole, tuple(i for i in names if i not in whole), measures)
    return _by_name(rows, names, ids[:1], measures)


def moment_of(row: Row, time: tuple[int, ...], quarterly: bool) -> datetime | None:
    """When a row is: one column's moment, or a year with the month or quarter within it."""
    when = moment(row[time[0]])
    if when is None or len(time) == 1:
        return when
    part = number(row[time[1]])
    month = 0 if part is None else int(part) * 3 - 2 if quarterly else int(part)
    return when.replace(month=month) if 1 <= month <= 12 else None


def _figures(width: int, measures: tuple[int, ...]) -> Shape:
    if width == 1:
        return Shape("figure", (0,))
    names = tuple(index for index in range(width) if index not in measures)
    return Shape("figure", measures, names) if 1 <= len(measures) <= MAX_FIGURES and len(names) <= 2 else TABLE


def _over_time(rows: list[Row], time: tuple[int, ...], names: tuple[int, ...], measures: tuple[int, ...]) -> Shape:
    if len(names) > 1 or not _unique(rows, time + names) or not any(moment(row[time[0]]) for row in rows):
        return TABLE
    if not names:
        return Shape("line", measures, time=time) if len(measures) <= MAX_FIGURES else TABLE
    if len({tuple(row[index] for index in time) for row in rows}) == 1:
        return Shape("bar", measures, names) if len(measures) == 1 else TABLE
    return Shape("line", measures, series=names[0], time=time) if len(measures) == 1 else TABLE


def _by_name(rows: list[Row], names: tuple[int, ...], id_: tuple[int, ...], measures: tuple[int, ...]) -> Shape:
    if len(measures) == 2 and len(names) <= 1:
        return Shape("scatter", measures, names)
    if len(measures) != 1 or not 1 <= len(names) <= 2:
        return TABLE
    for name in names:
        if _unique(rows, (name,)):
            return Shape("bar", measures, (name,))
    if len(names) == 1:
        return Shape("bar", measures, names + id_) if id_ not in ((), names) and _unique(rows, names + id_) else TABLE
    if not _unique(rows, names):
        return TABLE
    groups, members = sorted(names, key=lambda index: -len({_key(row[index]) for row in rows}))
    if len({_key(row[members]) for row in rows}) <= MAX_SERIES:
        return Shape("bar", measures, (groups,), series=members)
    return Shape("bar", measures, names)


def _unique(rows: list[Row], columns: tuple[int, ...]) -> bool:
    return len({tuple(_key(row[index]) for index in columns) for row in rows}) == len(rows)


def _key(value: Any) -> Any:
    return repr(value) if isinstance(value, list | dict) else (type(value), value)
