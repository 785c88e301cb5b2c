"""A category → bars."""

from __future__ import annotations

from .chart import Chart, Mark, Sheet, extremes, left_out, size
from .formats import number
from .shape import Row, Shape

MAX_BARS = 30
MAX_GROUPS = 12


def bars(sheet: Sheet, shape: Shape) -> Chart:
    """One bar per row, or groups of bars when a second category gives the colours."""
    (measure,) = shape.measures
    rows = [row for row in sheet.rows if size(row[measure]) is not None]
    notes = left_out(len(sheet.rows) - len(rows), "a number")
    if shape.series is None:
        kept, cut = _largest(sheet, rows, shape.names, measure)
        series = [""] * len(kept)
    else:
        kept, cut = _first_groups(rows, shape.names[0])
        series = sheet.names(kept, (shape.series,))
    marks = [
        Mark(y=size(row[measure]) or 0.0, y_text=sheet.text(row, measure), label=label, series=colour)
        for row, label, colour in zip(kept, sheet.names(kept, shape.names), series, strict=True)
    ]
    by = shape.names if shape.series is None else (*shape.names, shape.series)
    return Chart(
        "bar",
        marks,
        y_title=sheet.title(measure),
        x_title=sheet.title(*shape.names),
        series_title="" if shape.series is None else sheet.title(shape.series),
        notes=notes + cut,
        summary=f"Bar chart of {sheet.title(measure)} by {sheet.title(*by)}. {extremes(marks)}",
    )


def _largest(sheet: Sheet, rows: list[Row], names: tuple[int, ...], measure: int) -> tuple[list[Row], list[str]]:
    """The rows' own order where the query chose one; else a calendar runs forwards, or the largest comes first."""
    ordered = rows
    which = "first"
    sizes = [size(row[measure]) or 0.0 for row in rows]
    if sizes not in (sorted(sizes), sorted(sizes, reverse=True)):
        if sheet.columns[names[0]].grain:
            ordered = sorted(rows, key=lambda row: number(row[names[0]]) or 0)
        elif not all(number(row[names[0]]) is not None for row in rows):
            which = "largest"
            ordered = sorted(rows, key=lambda row: -(size(row[measure]) or 0.0))
    cut = f"The chart shows the {which} {MAX_BARS} of {len(rows):,} bars; the CSV file has all of them."
    return ordered[:MAX_BARS], [cut] if len(rows) > MAX_BARS else []


def _first_groups(rows: list[Row], name: int) -> tuple[list[Row], list[str]]:
    groups = list(dict.fromkeys(repr(row[name]) for row in rows))
    shown = set(groups[:MAX_GROUPS])
    cut = f"The chart shows the first {MAX_GROUPS} of {len(groups):,} groups; the CSV file has all of them."
    return [row for row in rows if repr(row[name]) in shown], [cut] if len(groups) > MAX_GROUPS else []
