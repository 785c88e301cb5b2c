"""The page: everything about one answer in one file that needs no script and no network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.query import ResultsReady, ViewRendered

from .bars import bars
from .chart import Chart, Sheet
from .csv_file import csv_file
from .drawing import draw
from .formats import Cell, format_of, heading, is_numeric, with_unit
from .lines import lines
from .points import points
from .shape import Shape, shape_of
from .spec import Spec, spec_of
from .text import clean, one_line, sentence

if TYPE_CHECKING:
    from jinja2 import Template

TITLE_LIMIT = 200
SQL_LIMIT = 20_000
MAX_ROWS = 500
MAX_CELLS = 20_000
"""Rows and cells shown in the table; the CSV file has all of them."""


class Figure(NamedTuple):
    """One big number."""

    label: str
    text: str
    exact: str


def page(result: ResultsReady) -> ViewRendered:
    """The view of a result: the same bytes for the same result."""
    shape = shape_of(result)
    chart = _chart(result, shape)
    spec = spec_of(chart) if chart else {}
    kind = shape.kind if chart or shape.kind == "figure" else "table"
    title = sentence(one_line(result.reading or result.question, TITLE_LIMIT)) or "Result"
    return ViewRendered(
        question=result.question,
        title=title,
        chart=kind,
        html=_template().render(_content(result, shape, chart, spec) | {"title": title, **_style()}),
        spec=spec,
    )


def _chart(result: ResultsReady, shape: Shape) -> Chart | None:
    """The chart for a shape; None for figures, tables, and results of which nothing can be drawn."""
    if shape.kind not in ("line", "bar", "scatter"):
        return None
    make = {"line": lines, "bar": bars, "scatter": points}[shape.kind]
    chart = make(Sheet(result), shape)
    return chart if chart.marks else None


def _content(result: ResultsReady, shape: Shape, chart: Chart | None, spec: Spec) -> dict[str, Any]:
    formats = [format_of(column, [row[i] for row in result.rows]) for i, column in enumerate(result.columns)]
    shown = result.rows[: min(MAX_ROWS, max(1, MAX_CELLS // max(1, len(result.columns))))]
    rows = [[show(cell) for show, cell in zip(formats, row, strict=True)] for row in shown]
    return {
        "question": one_line(result.question, 2000),
        "reading": one_line(result.reading, 2000),
        "sql": result.sql[:SQL_LIMIT],
        "tables": [one_line(table, 100) for table in result.tables],
        "counted": _counted(result),
        "elapsed": _elapsed(result.elapsed_ms),
        "columns": [{"heading": one_line(heading(c), 200), "numeric": is_numeric(c)} for c in result.columns],
        "row_header": _row_header(result),
        "rows": rows,
        "figures": _figures(result, shape, rows),
        "context": _context(result, shape, rows),
        "notes": _notes(result, chart, len(shown)),
        "summary": chart.summary if chart else "",
        "picture": draw(spec) if spec else "",
        "file_name": _file_name(result),
        "csv_uri": _data_uri("text/csv;charset=utf-8", csv_file(result)),
        "spec_uri": _data_uri("application/json", json.dumps(spec).encode()) if spec else "",
    }


def _figures(result: ResultsReady, shape: Shape, rows: list[list[Cell]]) -> list[Figure]:
    if shape.kind != "figure":
        return []
    cells = [(result.columns[index], rows[0][index]) for index in shape.measures]
    return [
        Figure(
            one_line(c.label or c.name, 100), cell.text if cell.missing else with_unit(cell.text, c.unit), cell.exact
        )
        for c, cell in cells
    ]


def _context(result: ResultsReady, shape: Shape, rows: list[list[Cell]]) -> str:
    """What the big figure belongs to: `Region: North`."""
    if shape.kind != "figure":
        return ""
    return ", ".join(
        f"{one_line(heading(result.columns[i]), 100)}: {one_line(rows[0][i].text, 100)}" for i in shape.names
    )


def _row_header(result: ResultsReady) -> int:
    """The column whose cells name their rows; -1 if there is none."""
    named = [index for index, column in enumerate(result.columns) if column.role in ("dimension", "time", "identifier")]
    return named[0] if named and len(result.columns) > 1 else -1


def _notes(result: ResultsReady, chart: Chart | None, shown: int) -> list[str]:
    notes = []
    if result.truncated:
        notes.append(
            f"The result was cut after {result.row_count:,} rows; there are more. Narrow the question to see all."
        )
    if shown < len(result.rows):
        notes.append(f"The table shows the first {shown:,} of {result.row_count:,} rows; the CSV file has all of them.")
    return notes + (chart.notes if chart else [])


def _counted(result: ResultsReady) -> str:
    rows = "1 row" if result.row_count == 1 else f"{result.row_count:,} rows"
    return f"{rows}, cut at the row limit" if result.truncated else rows


def _elapsed(milliseconds: float) -> str:
    return f"{milliseconds:,.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"


def _file_name(result: ResultsReady) -> str:
    return re.sub("[^a-z0-9]+", "-", (result.reading or result.question).lower()).strip("-")[:60].strip("-") or "result"


def _data_uri(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_showable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_beside("page.html.j2"))


def _showable(value: object) -> object:
    """Each piece of text on its way into the page, so that none can be forgotten."""
    return clean(value) if type(value) is str else value


@cache
def _style() -> dict[str, str]:
    """The style sheet, and the hash by which the page's policy admits it and no other."""
    style = _beside("page.css")
    return {"style": style, "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}


def _beside(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
