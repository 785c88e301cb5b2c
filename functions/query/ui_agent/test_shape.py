from typing import Any

import pytest

from .conftest import ResultOf
from .shape import MAX_COLUMNS, shape_of

MONTH = {"role": "time", "grain": "month"}
YEAR = {"role": "time", "grain": "year", "type": "integer"}
MONTH_NUMBER = {"role": "dimension", "grain": "month", "type": "integer"}


@pytest.mark.parametrize(
    ("columns", "rows", "kind"),
    [
        # one number
        ({"n": "measure"}, [[1]], "figure"),
        ({"n": "measure"}, [[None]], "figure"),
        ({"best": "dimension"}, [["North"]], "figure"),
        ({"region": "dimension", "n": "measure"}, [["North", 1]], "figure"),
        ({"a": "measure", "b": "measure", "c": "measure"}, [[1, 2, 3]], "figure"),
        (dict.fromkeys("abcde", "measure"), [[1, 2, 3, 4, 5]], "table"),
        ({"a": "dimension", "b": "dimension"}, [["x", "y"]], "table"),
        # time
        ({"month": MONTH, "n": "measure"}, [["2026-07-01", 1], ["2026-08-01", 2]], "line"),
        ({"n": "measure", "m": "measure", "month": MONTH}, [[1, 3, "2026-07-01"], [2, 4, "2026-08-01"]], "line"),
        ({"month": MONTH, "r": "dimension", "n": "measure"}, [["2026-07-01", "a", 1], ["2026-08-01", "a", 2]], "line"),
        ({"month": MONTH, "r": "dimension", "n": "measure"}, [["2026-07-01", "a", 1], ["2026-07-01", "b", 2]], "bar"),
        ({"day": "time", "n": "measure"}, [["2026-07-01", 1], ["2026-07-01", 2]], "table"),
        ({"day": "time", "n": "measure"}, [["soon", 1], ["later", 2]], "table"),
        ({"from": "time", "to": "time", "n": "measure"}, [["2026-07-01"] * 2 + [1], ["2026-07-02"] * 2 + [1]], "table"),
        ({"y": YEAR, "m": MONTH_NUMBER, "n": "measure"}, [[2025, 12, 1], [2026, 1, 2], [2026, 2, 2]], "line"),
        # category
        ({"region": "dimension", "n": "measure"}, [["a", 1], ["b", 2]], "bar"),
        ({"n": "measure", "region": "dimension"}, [[1, "a"], [2, None]], "bar"),
        ({"id": "identifier", "name": "dimension", "n": "measure"}, [[1, "a", 1], [2, "b", 2]], "bar"),
        ({"id": "identifier", "n": "measure"}, [[1, 1], [2, 2]], "bar"),
        ({"r": "dimension", "c": "dimension", "n": "measure"}, [["a", "x", 1], ["a", "y", 1], ["b", "x", 1]], "bar"),
        ({"region": "dimension", "n": "measure"}, [["a", 1], ["a", 2]], "table"),
        ({"region": "dimension", "n": "measure"}, [["a", None], ["b", None]], "table"),
        ({"m": MONTH_NUMBER, "n": "measure"}, [[1, 1], [2, 2]], "bar"),
        # two measures
        ({"a": "measure", "b": "measure"}, [[1, 2], [3, 4]], "scatter"),
        ({"a": "measure", "name": "dimension", "b": "measure"}, [[1, "x", 2], [3, "y", 4]], "scatter"),
        # wide, and what fits nothing
        ({"d": "dimension", "a": "measure", "b": "measure", "c": "measure"}, [["x", 1, 2, 3], ["y", 1, 2, 3]], "table"),
        ({"n": "measure"}, [[1], [2]], "table"),
        ({"name": "dimension"}, [["a"], ["b"]], "table"),
        ({"region": "dimension", "n": "measure"}, [], "table"),
        ({}, [], "table"),
        ({}, [[]], "table"),
    ],
)  # fmt: skip
def test_the_chart_fits_the_shape(
    result_of: ResultOf, columns: dict[str, Any], rows: list[list[Any]], kind: str
) -> None:
    assert shape_of(result_of(columns, rows)).kind == kind


def test_a_wide_result_is_a_table(result_of: ResultOf) -> None:
    columns: dict[str, Any] = {"month": MONTH, "n": "measure"} | {f"i{i}": "identifier" for i in range(MAX_COLUMNS - 2)}
    rows = [["2026-07-01", 1, *range(MAX_COLUMNS - 2)], ["2026-08-01", 2, *range(MAX_COLUMNS - 2)]]
    assert shape_of(result_of(columns, rows)).kind == "line"
    assert shape_of(result_of(columns | {"more": "identifier"}, [[*row, 1] for row in rows])).kind == "table"


def test_names_that_repeat_are_told_apart_by_their_identifier(result_of: ResultOf) -> None:
    shape = shape_of(
        result_of({"id": "identifier", "name": "dimension", "n": "measure"}, [[1, "Main St", 5], [2, "Main St", 6]])
    )
    assert (shape.kind, shape.names) == ("bar", (1, 0))


def test_the_category_with_fewer_values_gives_the_colours(result_of: ResultOf) -> None:
    rows = [[kind, place, 1] for kind in "xy" for place in "abc"]
    shape = shape_of(result_of({"kind": "dimension", "place": "dimension", "n": "measure"}, rows))
    assert (shape.names, shape.series) == ((1,), 0)


def test_too_many_colours_become_one_name(result_of: ResultOf) -> None:
    rows = [[f"f{i % 10}", f"l{i // 10}", i] for i in range(100)]
    shape = shape_of(result_of({"first": "dimension", "last": "dimension", "n": "measure"}, rows))
    assert (shape.kind, shape.names, shape.series) == ("bar", (0, 1), None)
