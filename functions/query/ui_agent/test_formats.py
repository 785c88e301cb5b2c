from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.query import Column

from .formats import CELL_LIMIT, Cell, format_of, heading, number, with_unit


def shown(values: list[Any], **facts: Any) -> list[str]:
    column = Column.model_validate({"name": "n", "type": "number", "role": "measure"} | facts)
    show = format_of(column, values)
    return [show(value).text for value in values]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1234567, 0, -5], ["1,234,567", "0", "−5"]),
        ([1234.5, 2], ["1,234.5", "2.0"]),
        ([0.1 + 0.2], ["0.300"]),
        ([0.00012345], ["0.000123"]),
        ([-0.0], ["0"]),
        ([-0.004, 12.5], ["0.00", "12.50"]),
        (["12345678901234567890"], ["12,345,678,901,234,567,890"]),
        (["1e999999"], ["1.000e+999999"]),
        ([1.5e30, 2], ["1.500e+30", "2"]),
        (["NaN", "Infinity", 1], ["NaN", "Infinity", "1"]),
        ([None, 1], ["—", "1"]),
        (["not a number"], ["not a number"]),
        (["9" * 100_000], ["9" * (CELL_LIMIT - 1) + "…"]),
    ],
)
def test_numbers(values: list[Any], texts: list[str]) -> None:
    assert shown(values) == texts


def test_money_has_two_decimals_or_none_at_all() -> None:
    assert shown([1234.5, 1000], unit="EUR") == ["1,234.50", "1,000.00"]
    assert shown([1234, 1000], unit="EUR") == ["1,234", "1,000"]


def test_a_rounded_number_keeps_its_exact_value_at_hand() -> None:
    show = format_of(Column(name="n", type="number", role="measure"), [2.23456])
    assert show(2.23456) == Cell("2.23", exact="2.23456")
    assert show(2.5).exact == ""


def test_identifiers_and_years_are_not_amounts() -> None:
    assert shown([12345], type="integer", role="identifier") == ["12345"]
    assert shown([2026], type="integer", role="time", grain="year") == ["2026"]


@pytest.mark.parametrize(
    ("type", "value", "text"),
    [
        ("boolean", True, "yes"),
        ("boolean", False, "no"),
        ("date", "2026-07-01", "1 Jul 2026"),
        ("date", "infinity", "infinity"),
        ("array", ["a", None], '["a", null]'),
        ("json", {"a": 1}, '{"a": 1}'),
        ("text", "", ""),
        ("text", "a\x00b", "a\ufffdb"),
        ("text", "x" * 100_000, "x" * (CELL_LIMIT - 1) + "…"),
    ],
)
def test_other_values(type: str, value: Any, text: str) -> None:
    assert shown([value], type=type, role="dimension") == [text]


def test_null_is_marked_as_missing_and_empty_text_is_not() -> None:
    show = format_of(Column(name="t", type="text"), [])
    assert show(None) == Cell("—", missing=True)
    assert show("") == Cell("")


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())))
def test_any_value_can_be_shown_in_any_column(value: Any) -> None:
    for type in ("integer", "number", "text", "boolean", "date", "timestamp", "json", "other"):
        for role in ("measure", "dimension", "time", "identifier", ""):
            (text,) = shown([value], type=type, role=role)
            text.encode()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12))
def test_a_shown_number_is_off_by_less_than_its_last_decimal(value: Decimal) -> None:
    (text,) = shown([str(value)])
    read = Decimal(text.replace(",", "").replace("−", "-"))
    assert abs(read - value) <= Decimal("0.005")


def test_numbers_are_recognised_by_what_they_are() -> None:
    assert number("1.50") == Decimal("1.50")
    assert [number(value) for value in (True, None, "", "1,5", "nan", "inf", "٣", float("inf"), "0x1")] == [None] * 9


def test_units_stand_where_people_write_them() -> None:
    assert with_unit("12.5", "%") == "12.5%"
    assert with_unit("12.50", "EUR") == "12.50\u00a0EUR"
    assert with_unit("12", "") == "12"
    assert heading(Column(name="n", type="number", label="Sales", unit="EUR")) == "Sales (EUR)"
    assert heading(Column(name="n", type="number")) == "n"
