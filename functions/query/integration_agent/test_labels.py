import pytest

from .labels import distinct, heading
from .units import stated_unit
from .words import words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("total_sales", "Total sales"),
        ("totalSales", "Total sales"),
        ("TOTAL_SALES", "Total sales"),
        ("avg_price", "Average price"),
        ("customerID", "Customer ID"),
        ("num_orders", "Number of orders"),
        ("straße", "Straße"),
        ("店舗", "店舗"),
        ("?column?", "Value"),
        ("", "Value"),
        ("__", "Value"),
    ],
)
def test_a_heading_reads_like_language(name: str, text: str) -> None:
    assert heading(name) == text


def test_headings_that_occur_twice_are_numbered() -> None:
    assert distinct(["Name", "Sales", "Name", "Name"]) == ["Name", "Sales", "Name (2)", "Name (3)"]


def test_words_are_split_at_underscores_and_capitals() -> None:
    assert words("HTTPErrors per_day2") == ["http", "errors", "per", "day2"]


@pytest.mark.parametrize(
    ("name", "rest", "unit"),
    [
        ("weight_kg", "weight", "kg"),
        ("discountPct", "discount", "%"),
        ("revenue_eur", "revenue", "EUR"),
        ("hours", "hours", "h"),
        ("total_sales", "total_sales", ""),
        ("", "", ""),
    ],
)
def test_a_unit_is_taken_from_the_end_of_a_name(name: str, rest: str, unit: str) -> None:
    assert stated_unit(name) == (rest, unit)
