"""Something over time → lines."""

from __future__ import annotations

from datetime import datetime

from .chart import MAX_POINTS, Chart, Mark, Sheet, extremes, left_out, size
from .moments import say_period
from .shape import MAX_SERIES, Row, Shape, moment_of

_COMPARABLE = 20
"""Lines share a scale while the largest peak is at most this many times the smallest; beyond, one is flat."""


def lines(sheet: Sheet, shape: Shape) -> Chart:
    """One line per measure, or per value of the series' column."""
    grain = sheet.columns[shape.time[-1]].grain
    moments = [moment_of(row, shape.time, grain == "quarter") for row in sheet.rows]
    dated = [(when, row) for when, row in zip(moments, sheet.rows, strict=True) if when is not None]
    marks = _marks(sheet, shape, sorted(dated, key=lambda pair: pair[0]), grain)
    marks, cut = _limited(marks)
    of = sheet.title(*shape.measures) + (f" by {sheet.title(shape.series)}" if shape.series is not None else "")
    return Chart(
        "line",
        marks,
        y_title=sheet.title(*shape.measures) if len(shape.measures) == 1 else "",
        x_title=sheet.title(*shape.time),
        series_title="" if shape.series is None else sheet.title(shape.series),
        grain=grain,
        panels=len(shape.measures) > 1 and not _share_a_scale(sheet, shape.measures, marks),
        notes=left_out(len(sheet.rows) - len(dated), "a date") + cut,
        summary=f"Line chart of {of} over {sheet.title(*shape.time)}. {extremes(marks)}",
    )


def _marks(sheet: Sheet, shape: Shape, dated: list[tuple[datetime, Row]], grain: str) -> list[Mark]:
    rows = [row for _, row in dated]
    series = sheet.names(rows, (shape.series,)) if shape.series is not None else [""] * len(rows)
    return [
        Mark(
            y=y,
            y_text=sheet.text(row, measure),
            time=when,
            label=say_period(when, grain) if grain else sheet.text(row, shape.time[0]),
            series=sheet.title(measure) if len(shape.measures) > 1 else name,
        )
        for measure in shape.measures
        for (when, row), name in zip(dated, series, strict=True)
        if (y := size(row[measure])) is not None
    ]


def _limited(marks: list[Mark]) -> tuple[list[Mark], list[str]]:
    notes = []
    totals: dict[str, float] = {}
    for mark in marks:
        totals[mark.series] = totals.get(mark.series, 0.0) + abs(mark.y)
    if len(totals) > MAX_SERIES:
        largest = set(sorted(totals, key=lambda name: -totals[name])[:MAX_SERIES])
        marks = [mark for mark in marks if mark.series in largest]
        notes.append(
            f"The chart shows the largest {MAX_SERIES} of {len(totals):,} lines; the CSV file has all of them."
        )
    if len(marks) > MAX_POINTS:
        notes.append(f"The chart shows the last {MAX_POINTS:,} of {len(marks):,} points; the CSV file has all of them.")
        marks = sorted(marks, key=lambda mark: mark.time.timestamp() if mark.time else 0.0)[-MAX_POINTS:]
    return marks, notes


def _share_a_scale(sheet: Sheet, measures: tuple[int, ...], marks: list[Mark]) -> bool:
    peaks: dict[str, float] = {}
    for mark in marks:
        peaks[mark.series] = max(peaks.get(mark.series, 0.0), abs(mark.y))
    alike = len({sheet.columns[index].unit for index in measures}) == 1
    return alike and max(peaks.values(), default=0.0) <= _COMPARABLE * min(peaks.values(), default=0.0)
