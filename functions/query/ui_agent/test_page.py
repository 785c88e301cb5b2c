import base64
import hashlib
import re
from typing import Any

import pytest

from contracts.query import ResultsReady, ViewRendered

from .conftest import ResultOf
from .csv_file import csv_file
from .page import MAX_ROWS, page

REGIONS = {"region": "dimension", "sales": {"role": "measure", "unit": "EUR"}}


def test_the_contracts_example_becomes_the_next_contracts_example() -> None:
    view = page(ResultsReady.model_validate(ResultsReady.example))
    example = ViewRendered.model_validate(ViewRendered.example)
    assert view.model_copy(update={"html": example.html}) == example


def test_the_same_result_gives_the_same_page(result_of: ResultOf) -> None:
    result = result_of(REGIONS, [["North", 2], ["South", 1]])
    assert page(result) == page(result)


def test_the_page_admits_its_own_style_and_nothing_else(result_of: ResultOf) -> None:
    html = page(result_of(REGIONS, [["North", 2], ["South", 1]])).html
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall('Content-Security-Policy" content="(.*?)"', html)
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert "<script" not in html
    assert "style=" not in html


def test_the_csv_file_is_in_the_page(result_of: ResultOf) -> None:
    result = result_of(REGIONS, [["North", 2], ["=1+1", None]], reading="Sum of sales, 1 Jul/30 Sep")
    (name, content) = re.findall('href="data:text/csv;charset=utf-8;base64,(.*?)" download="(.*?)"', page(result).html)[
        0
    ][::-1]
    assert name == "sum-of-sales-1-jul-30-sep.csv"
    assert base64.b64decode(content) == csv_file(result)


def test_a_cut_result_says_so(result_of: ResultOf) -> None:
    html = page(result_of(REGIONS, [[f"r{i}", i] for i in range(1000)], truncated=True)).html
    assert "The result was cut after 1,000 rows; there are more." in html
    assert f"The table shows the first {MAX_ROWS} of 1,000 rows; the CSV file has all of them." in html
    assert "The chart shows the first 30 of 1,000 bars; the CSV file has all of them." in html
    assert html.count("<tr>") == MAX_ROWS + 1


def test_a_whole_result_does_not(result_of: ResultOf) -> None:
    html = page(result_of(REGIONS, [["a", 1], ["b", 2]])).html
    assert 'class="note"' not in html
    assert "<small>2 rows</small>" in html


def test_a_wide_result_shows_fewer_rows(result_of: ResultOf) -> None:
    columns: dict[str, Any] = {f"c{i}": "dimension" for i in range(200)}
    html = page(result_of(columns, [["x"] * 200] * 300)).html
    assert "The table shows the first 100 of 300 rows" in html
    assert html.count("<tr>") == 101


def test_the_reading_the_sql_the_tables_and_the_time_are_told(result_of: ResultOf) -> None:
    html = page(result_of(REGIONS, [["a", 1]], sql="SELECT a < b", tables=["orders", "stores"], elapsed_ms=1234.5)).html
    assert '<dd dir="auto">sum of sales</dd>' in html
    assert "<pre><code>SELECT a &lt; b</code></pre>" in html
    assert "orders, stores" in html
    assert "1 row in 1,234 ms" in html


def test_null_is_told_apart_from_empty_text(result_of: ResultOf) -> None:
    html = page(result_of({"a": "dimension", "b": "dimension"}, [["x", None], ["y", ""]])).html
    assert html.count('<span class="missing" role="img" aria-label="no value">—</span>') == 1


def test_a_big_figure_has_its_unit_and_what_it_belongs_to(result_of: ResultOf) -> None:
    view = page(result_of(REGIONS, [["North", 1234.567]]))
    assert view.chart == "figure"
    assert view.spec == {}
    assert '<strong dir="auto" title="1234.567">1,234.57\u00a0EUR</strong> <span dir="auto">Sales</span>' in view.html
    assert "Region: North" in view.html


def test_a_chart_brings_its_specification(result_of: ResultOf) -> None:
    view = page(result_of(REGIONS, [["North", 2], ["South", 1]]))
    assert view.chart == "bar"
    assert [value["label"] for value in view.spec["data"]["values"]] == ["North", "South"]
    assert 'download="sum-of-sales.vl.json"' in view.html


def test_nothing_to_draw_is_a_table(result_of: ResultOf) -> None:
    view = page(result_of(REGIONS, [["North", "1e999"], ["South", "1e999"]]))
    assert (view.chart, view.spec) == ("table", {})


def test_no_rows_is_said_in_a_sentence(result_of: ResultOf) -> None:
    view = page(result_of(REGIONS, []))
    assert view.chart == "table"
    assert "No rows: nothing in the data fits the question as it was read." in view.html
    assert "<small>0 rows</small>" in view.html


def test_no_columns_is_still_a_page(result_of: ResultOf) -> None:
    assert page(result_of({}, [])).chart == "table"


@pytest.mark.parametrize(
    ("reading", "question", "title"),
    [
        ("number of stores", "How many?", "Number of stores"),
        ("", "How many?", "How many?"),
        ("\n \n", "  ", "Result"),
        ("a\x00\u202eb", "", "A\ufffd\ufffdb"),
        ("x" * 1000, "", "X" + "x" * 198 + "…"),
    ],
)
def test_the_title_is_the_reading(result_of: ResultOf, reading: str, question: str, title: str) -> None:
    view = page(result_of(REGIONS, [], reading=reading, question=question))
    assert view.title == title
    assert f"<title>{title}</title>" in view.html


@pytest.mark.parametrize("evil", ["<b>", '"x', "'x", "&lt;", "</title>", "{{ 7*7 }}", "{% raw %}"])
def test_untrusted_text_is_escaped_wherever_it_stands(result_of: ResultOf, evil: str) -> None:
    columns = {evil: {"role": "dimension", "label": evil}, "n": {"role": "measure", "label": evil, "unit": evil}}
    told = {"reading": evil, "question": evil, "sql": evil, "tables": [evil]}
    html = page(result_of(columns, [[evil, 1.23456], ["b", 2]], **told)).html
    plain = page(result_of({"a": {"role": "dimension", "label": "a"}, "n": "measure"}, [["a", 1.23456], ["b", 2]])).html

    def tags(text: str) -> list[str]:
        return sorted(set(re.findall(r"</?\w+", text)))

    assert tags(html) == tags(plain)
    assert "49" not in re.sub(r"base64,[^\"]*|<svg.*?</svg>|<style>.*?</style>|sha256-\S+", "", html, flags=re.DOTALL)
