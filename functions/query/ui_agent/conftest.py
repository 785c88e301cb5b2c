"""Results to look at, as the integration agent describes them."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.query import ResultsReady

from .bars import bars
from .chart import Chart, Sheet
from .lines import lines
from .points import points
from .shape import shape_of

ResultOf = Callable[..., ResultsReady]
ChartOf = Callable[..., Chart]

_TYPES = {"measure": "number", "time": "date", "dimension": "text", "identifier": "integer"}


@pytest.fixture
def result_of() -> ResultOf:
    """`result_of({"sales": "measure", "month": {"role": "time", "grain": "month"}}, rows, truncated=True)`."""

    def build(columns: dict[str, Any], rows: list[list[Any]], **changes: Any) -> ResultsReady:
        described = []
        for name, said in columns.items():
            facts = {"role": said} if isinstance(said, str) else said
            type_ = _TYPES.get(facts.get("role", ""), "text")
            described.append({"name": name, "type": type_, "label": name.capitalize(), **facts})
        return ResultsReady.model_validate(
            {
                "question": "Which one?",
                "sql": "SELECT 1",
                "reading": "sum of sales",
                "columns": described,
                "rows": rows,
                "row_count": len(rows),
                "truncated": False,
                "tables": ["orders"],
                "elapsed_ms": 3.5,
            }
            | changes
        )

    return build


@pytest.fixture
def chart_of(result_of: ResultOf) -> ChartOf:
    """The chart that fits such a result."""

    def build(columns: dict[str, Any], rows: list[list[Any]]) -> Chart:
        result = result_of(columns, rows)
        shape = shape_of(result)
        return {"line": lines, "bar": bars, "scatter": points}[shape.kind](Sheet(result), shape)

    return build
