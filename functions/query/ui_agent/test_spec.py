import json
from typing import Any

import pytest

from .bars import MAX_BARS, MAX_GROUPS
from .chart import Chart
from .conftest import ChartOf
from .shape import MAX_SERIES
from .spec import Spec, spec_of

MONTH = {"role": "time", "grain": "month"}


def labels(chart: Chart) -> list[str]:
    return [mark.label for mark in chart.marks]


def strings(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for key, item in part.items() for text in [key, *strings(item)]]
    if isinstance(part, list):
        return [text for item in part for text in strings(item)]
    return [part] if isinstance(part, str) else []


REGIONS = {"region": "dimension", "sales": {"role": "measure", "unit": "EUR"}}


def test_bars(chart_of: ChartOf) -> None:
    chart = chart_of(REGIONS, [["North", 2.5], [None, 1], ["South", None]])
    assert [(mark.label, mark.y, mark.y_text) for mark in chart.marks] == [
        ("North", 2.5, "2.50"),
        ("no value", 1, "1.00"),
    ]
    assert (chart.x_title, chart.y_title) == ("Region", "Sales (EUR)")
    assert chart.notes == ["1 row lacks a number and is not drawn."]
    assert chart.summary == "Bar chart of Sales (EUR) by Region. Highest: 2.50 (North); lowest: 1.00 (no value)."


def test_the_order_that_the_query_chose_is_kept(chart_of: ChartOf) -> None:
    assert labels(chart_of(REGIONS, [["b", 1], ["a", 2], ["c", 3]])) == ["b", "a", "c"]


def test_without_an_order_the_largest_bar_comes_first(chart_of: ChartOf) -> None:
    assert labels(chart_of(REGIONS, [["a", 2], ["b", 1], ["c", 3]])) == ["c", "a", "b"]


def test_a_calendar_runs_forwards(chart_of: ChartOf) -> None:
    columns = {"month": {"role": "dimension", "grain": "month", "type": "integer"}, "n": "measure"}
    assert labels(chart_of(columns, [[3, 5], [1, 9], [2, 7], [12, 8]])) == ["1", "2", "3", "12"]


def test_only_so_many_bars_as_can_be_read_and_the_page_says_so(chart_of: ChartOf) -> None:
    rows = [[f"p{i}", (i * 37) % 101] for i in range(101)]
    chart = chart_of(REGIONS, rows)
    assert [mark.y for mark in chart.marks] == list(range(100, 100 - MAX_BARS, -1))
    assert chart.notes == [f"The chart shows the largest {MAX_BARS} of 101 bars; the CSV file has all of them."]


def test_names_that_shortening_made_equal_stay_separate_bars(chart_of: ChartOf) -> None:
    chart = chart_of(REGIONS, [["x" * 100 + "a", 2], ["x" * 100 + "b", 1]])
    assert len(set(labels(chart))) == 2
    assert max(map(len, labels(chart))) < 40


def test_groups_of_bars(chart_of: ChartOf) -> None:
    columns = {"region": "dimension", "kind": "dimension", "n": "measure"}
    chart = chart_of(columns, [[f"r{i}", kind, i] for i in range(MAX_GROUPS + 1) for kind in "xy"])
    assert {mark.series for mark in chart.marks} == {"x", "y"}
    assert len(chart.marks) == 2 * MAX_GROUPS
    assert chart.notes == [f"The chart shows the first {MAX_GROUPS} of 13 groups; the CSV file has all of them."]


def test_a_line_runs_forwards_in_time(chart_of: ChartOf) -> None:
    chart = chart_of(
        {"month": MONTH, "n": "measure"}, [["2026-08-01", 2], ["2026-07-01", 1], [None, 3], ["2026-09-01", None]]
    )
    assert [(mark.label, mark.y) for mark in chart.marks] == [("Jul 2026", 1), ("Aug 2026", 2)]
    assert chart.notes == ["1 row lacks a date and is not drawn."]
    spec = spec_of(chart)
    assert [value["time"] for value in spec["data"]["values"]] == ["2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z"]
    assert spec["encoding"]["x"]["scale"] == {"type": "utc"}


def test_a_year_and_a_month_are_one_axis(chart_of: ChartOf) -> None:
    year = {"role": "time", "grain": "year", "type": "integer"}
    month = {"role": "dimension", "grain": "month", "type": "integer"}
    chart = chart_of({"y": year, "m": month, "n": "measure"}, [[2025, 12, 1], [2026, 1, 2]])
    assert labels(chart) == ["Dec 2025", "Jan 2026"]


def test_the_largest_lines_are_drawn(chart_of: ChartOf) -> None:
    rows = [[f"2026-0{m}-01", f"s{s}", s] for m in range(1, 4) for s in range(MAX_SERIES + 2)]
    chart = chart_of({"month": MONTH, "store": "dimension", "n": "measure"}, rows)
    assert {mark.series for mark in chart.marks} == {f"s{s}" for s in range(2, MAX_SERIES + 2)}
    assert chart.notes == [f"The chart shows the largest {MAX_SERIES} of 10 lines; the CSV file has all of them."]


@pytest.mark.parametrize(("orders", "panels"), [(50, False), (1, True)])
def test_measures_that_cannot_share_a_scale_get_panels(chart_of: ChartOf, orders: int, panels: bool) -> None:
    chart = chart_of(
        {"month": MONTH, "sales": "measure", "orders": "measure"}, [["2026-07-01", 90, 1], ["2026-08-01", 80, orders]]
    )
    assert chart.panels is panels
    assert ("row" in spec_of(chart)["encoding"]) is panels


def test_points(chart_of: ChartOf) -> None:
    chart = chart_of({"p": "dimension", "price": "measure", "n": "measure"}, [["a", 1, 2], ["b", None, 3], ["c", 4, 5]])
    assert [(mark.label, mark.x, mark.y) for mark in chart.marks] == [("a", 1, 2), ("c", 4, 5)]
    assert chart.notes == ["1 row lacks both numbers and is not drawn."]


SPECS: list[tuple[dict[str, Any], list[list[Any]]]] = [
    (REGIONS, [["EVIL", 1], ["b", -2]]),
    ({"EVIL": "dimension", "EVIL2": "measure"}, [["EVIL", 1], ["b", -2]]),
    ({"month": MONTH, "EVIL": "dimension", "n": "measure"}, [["2026-07-01", "EVIL", 1], ["2026-08-01", "b", 3]]),
    ({"EVIL": "dimension", "x": "measure", "EVIL3": "measure"}, [["EVIL", 1, 2], ["b", 3, 4]]),
]


@pytest.mark.parametrize(("columns", "rows"), SPECS)
def test_data_decides_nothing_in_a_specification_but_titles_and_values(
    chart_of: ChartOf, columns: dict[str, Any], rows: list[list[Any]]
) -> None:
    spec: Spec = spec_of(chart_of(columns, rows))
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert [text for text in strings(spec) if "://" in text] == ["https://vega.github.io/schema/vega-lite/v5.json"]
    assert "url" not in strings(spec)

    def without_text(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: without_text(item) for key, item in part.items() if key not in ("title", "data")}
        return [without_text(item) for item in part] if isinstance(part, list) else part

    assert not any("evil" in text.lower() for text in strings(without_text(spec)))


def test_numbers_that_no_axis_can_show_are_left_out(chart_of: ChartOf) -> None:
    chart = chart_of(REGIONS, [["a", "1e999"], ["b", "NaN"], ["c", 1]])
    assert labels(chart) == ["c"]
