"""A chart's marks as plain values: what is drawn, in which order, and what had to be left out.

Between the result and the Vega-Lite specification. Text is shortened here, marks are limited to what
a person can tell apart, and every omission becomes a sentence on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.query import ResultsReady

from .formats import Format, format_of, heading, number
from .shape import Kind, Row
from .text import one_line

LABEL_LIMIT = 28
TITLE_LIMIT = 60
MAX_POINTS = 2000


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or point. `y_text` is its value as the table shows it."""

    y: float
    y_text: str
    x: float | None = None
    time: datetime | None = None
    label: str = ""
    series: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be specified."""

    kind: Kind
    marks: list[Mark]
    y_title: str
    x_title: str = ""
    series_title: str = ""
    grain: str = ""
    panels: bool = False
    """Each series gets its own panel, because their values cannot share a scale."""
    notes: list[str] = field(default_factory=list)
    """What the chart leaves out, in sentences."""
    summary: str = ""
    """What the chart shows, for those who cannot see it."""


class Sheet:
    """A result with the ways to name and to write its cells at hand."""

    def __init__(self, result: ResultsReady) -> None:
        self.columns = result.columns
        self.rows = result.rows
        self._formats: dict[int, Format] = {}

    def text(self, row: Row, index: int) -> str:
        """The cell as the table shows it."""
        if index not in self._formats:
            self._formats[index] = format_of(self.columns[index], [row[index] for row in self.rows])
        return self._formats[index](row[index]).text

    def names(self, rows: list[Row], indexes: tuple[int, ...]) -> list[str]:
        """A short name for each row, from the given columns: the same for rows with the same cells, and only for those.

        Names that became the same by shortening are numbered, lest their bars be drawn as one.
        """
        names: dict[str, str] = {}
        taken: dict[str, int] = {}
        for row in rows:
            key = repr([row[index] for index in indexes])
            if key not in names:
                told = ["no value" if row[index] is None else self.text(row, index) for index in indexes]
                name = one_line(" · ".join(told), LABEL_LIMIT) or "(empty)"
                taken[name] = taken.get(name, 0) + 1
                names[key] = name if taken[name] == 1 else f"{name} ({taken[name]})"
        return [names[repr([row[index] for index in indexes])] for row in rows]

    def title(self, *indexes: int) -> str:
        """The headings of the given columns."""
        return ", ".join(one_line(heading(self.columns[index]), TITLE_LIMIT) for index in indexes)


def size(cell: Any) -> float | None:
    """How far a mark reaches; None for a cell that no axis can show."""
    known = number(cell)
    return None if known is None or abs(known.adjusted()) > 300 else float(known)


def left_out(count: int, lacking: str) -> list[str]:
    """The sentence about rows that lack what a mark needs; none if there are none."""
    if not count:
        return []
    if count == 1:
        return [f"1 row lacks {lacking} and is not drawn."]
    return [f"{count:,} rows lack {lacking} and are not drawn."]


def extremes(marks: Iterable[Mark]) -> str:
    """The highest and the lowest mark in a sentence."""
    ordered = sorted(marks, key=lambda mark: mark.y)
    if not ordered:
        return ""
    low, high = (f"{mark.y_text} ({_where(mark)})" for mark in (ordered[0], ordered[-1]))
    return f"Highest: {high}; lowest: {low}."


def _where(mark: Mark) -> str:
    return ", ".join(part for part in (mark.series, mark.label) if part)
