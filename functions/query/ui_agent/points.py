"""Two measures → a scatter of points."""

from __future__ import annotations

from .chart import MAX_POINTS, Chart, Mark, Sheet, left_out, size
from .shape import Shape


def points(sheet: Sheet, shape: Shape) -> Chart:
    """One point per row: the first measure across, the second up."""
    across, up = shape.measures
    names = sheet.names(sheet.rows, shape.names) if shape.names else [""] * len(sheet.rows)
    marks = [
        Mark(x=x, y=y, y_text=sheet.text(row, up), label=name)
        for row, name in zip(sheet.rows, names, strict=True)
        if (x := size(row[across])) is not None and (y := size(row[up])) is not None
    ]
    notes = left_out(len(sheet.rows) - len(marks), "both numbers")
    if len(marks) > MAX_POINTS:
        notes.append(
            f"The chart shows the first {MAX_POINTS:,} of {len(marks):,} points; the CSV file has all of them."
        )
    marks = marks[:MAX_POINTS]
    return Chart(
        "scatter",
        marks,
        y_title=sheet.title(up),
        x_title=sheet.title(across),
        notes=notes,
        summary=f"Scatter chart of {sheet.title(up)} against {sheet.title(across)}, {len(marks):,} points.",
    )
