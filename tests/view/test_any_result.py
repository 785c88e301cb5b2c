"""Any result that the contract allows becomes a page, and the page's markup is never the data's."""

from html.parser import HTMLParser
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.query import ColumnType
from functions.query.ui_agent.page import page

from .conftest import result_of
from .test_hostile import ATTRIBUTES, ELEMENTS, HOSTILE

pytestmark = pytest.mark.thorough

_TEXT = st.one_of(st.sampled_from([text for text in HOSTILE if len(text) < 1000]), st.text(max_size=20)).map(
    lambda text: text.encode("utf-8", "replace").decode()
)
_CELLS: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.one_of(st.integers(-(2**53), 2**53), st.integers().map(str)),
    "number": st.one_of(st.floats(), st.decimals(allow_nan=False).map(str), st.sampled_from(["1e999999999", "-0.0"])),
    "boolean": st.booleans(),
    "date": st.one_of(st.dates().map(str), st.sampled_from(["infinity", "0044-03-15 BC", "2026-07-01"])),
    "timestamp": st.one_of(st.datetimes().map(lambda when: when.isoformat()), st.just("2026-07-01T00:00:00+00:00")),
    "array": st.lists(_TEXT, max_size=3),
    "json": st.dictionaries(_TEXT, st.one_of(_TEXT, st.none(), st.integers()), max_size=3),
}
_NAMES = st.one_of(st.sampled_from(["id", "year", "month", "quarter", "total_sales", "pct", "?column?"]), _TEXT)


@st.composite
def results(draw: st.DrawFn) -> tuple[dict[str, str], list[list[Any]]]:
    columns = draw(st.dictionaries(_NAMES, st.sampled_from(get_args(ColumnType)), max_size=4))
    cells = [st.one_of(_CELLS.get(type_, _TEXT), st.none()) for type_ in columns.values()]
    return columns, [list(row) for row in draw(st.lists(st.tuples(*cells), max_size=6))]


class _Markup(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(results(), _TEXT)
def test_any_result_becomes_a_page(result: tuple[dict[str, str], list[list[Any]]], text: str) -> None:
    view = page(result_of(*result, question=text, reading=text, sql=text, tables=[text]))
    markup = _Markup(view.html)
    assert markup.elements <= ELEMENTS
    assert markup.attributes <= ATTRIBUTES
    assert (view.chart in ("bar", "line", "scatter")) is ("svg" in markup.elements) is bool(view.spec)
    view.model_dump_json()
