from typing import Any

import pytest

from contracts.query import Column

from .roles import part


@pytest.mark.parametrize(
    ("name", "type", "values", "role", "grain"),
    [
        ("total_sales", "number", [1.5, None], "measure", ""),
        ("store_id", "integer", [1, 2], "identifier", ""),
        ("id", "text", ["a-1"], "identifier", ""),
        ("customer_uuid", "other", ["0b6f"], "identifier", ""),
        ("order_number", "integer", [1], "identifier", ""),
        ("number_of_orders", "integer", [1], "measure", ""),
        ("number", "integer", [1], "measure", ""),
        ("year", "integer", [2025, 2026, None], "time", "year"),
        ("year", "integer", [7], "measure", ""),
        ("year", "integer", [], "measure", ""),
        ("order_month", "integer", [1, 12], "dimension", "month"),
        ("month", "integer", [13], "measure", ""),
        ("orders_per_month", "integer", [3, 4], "measure", ""),
        ("orders_per_month", "number", ["9007199254740993.5"], "measure", ""),
        ("month", "date", ["2026-07-01", "2026-08-01"], "time", "month"),
        ("month", "timestamp", ["2026-07-01T00:00:00+00:00", None], "time", "month"),
        ("month", "date", ["2026-07-14"], "time", ""),
        ("quarter", "date", ["2026-07-01"], "time", "quarter"),
        ("quarter", "date", ["2026-08-01"], "time", ""),
        ("ordered_on", "date", ["2026-01-01"], "time", ""),
        ("period", "text", ["2026-07", "2026-08"], "time", "month"),
        ("period", "text", ["2026-Q3"], "time", "quarter"),
        ("period", "text", ["2026-07", "all"], "dimension", ""),
        ("region", "text", ["North", None], "dimension", ""),
        ("region", "text", [], "dimension", ""),
        ("open", "boolean", [True], "dimension", ""),
        ("tags", "array", [["a"]], "dimension", ""),
    ],
)
def test_the_part_of_a_column(name: str, type: Any, values: list[Any], role: str, grain: str) -> None:
    assert part(Column(name=name, type=type), values) == (role, grain)
