"""Sums, days and per cent: what is beyond a limit, and where it stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.compliance import Clause, ContractSigned, Party

from .measure import measure
from .policy import policy
from .sums import amount, sums


def found(text: str = "Lamps are delivered.", heading: str = "", **more: Any) -> list[tuple[str, str, str]]:
    said: dict[str, Any] = {"amount": Decimal("1000"), "currency": "EUR", **more}
    contract = ContractSigned(
        contract_id="K-1",
        title="Lamps",
        parties=[Party(name="We", country="DE"), Party(name="You", country="DE")],
        starts=date(2026, 1, 1),
        governing_law="DE",
        personal_data=False,
        clauses=[Clause(number="4", heading=heading, text=text)],
        **said,
    )
    return [(f.rule, f.severity, f.at) for f in measure(contract, policy()).findings]


@pytest.mark.parametrize(
    ("worth", "currency", "rules"),
    [
        ("249999.99", "EUR", []),
        ("250000", "EUR", [("concern-from", "concern", "the value")]),
        ("260000", "USD", []),  # 239,200 EUR
        ("2000000", "EUR", [("breach-from", "breach", "the value")]),
        ("1", "JPY", [("unknown-currency", "concern", "the value")]),
    ],
)
def test_the_value_is_measured_in_the_base_currency(worth: str, currency: str, rules: Any) -> None:
    assert found(amount=Decimal(worth), currency=currency) == rules


@pytest.mark.parametrize(
    ("text", "heading", "rule"),
    [
        ("Invoices are payable within 90 days.", "", "payment-days"),
        ("Within 61 business days of receipt.", "Payment", "payment-days"),
        ("Invoices are payable within 60 days.", "", ""),
        ("The lamps are delivered within 90 days.", "Delivery", ""),
        ("An advance of 50 % is due at once.", "", "advance-percent"),
        ("A deposit of 31 per cent is paid.", "", "advance-percent"),
        ("A deposit of 30% is paid.", "", ""),
        ("A discount of 50 % is granted.", "", ""),
        ("A penalty of EUR 1.000,01 falls due.", "", "sum-above-value"),
        ("A penalty of USD 5,000 falls due.", "", ""),
        ("A penalty of 1,000 EUR falls due.", "", ""),
    ],
)
def test_clauses_are_held_against_the_limits(text: str, heading: str, rule: str) -> None:
    assert found(text, heading) == ([(rule, "concern", "clause 4")] if rule else [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,200,000.50", "1200000.50"),
        ("1.200.000,50", "1200000.50"),
        ("1'200'000", "1200000"),
        ("1,200", "1200"),
        ("1.200.000", "1200000"),
        ("1,20", "1.20"),
        ("0.5", "0.5"),
        ("12", "12"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert amount(text) == Decimal(number)


@given(st.integers(0, 10**12), st.sampled_from(["{:,}", "{:,}.00", "{}"]))
def test_a_sum_comes_back_as_it_was_written(number: int, form: str) -> None:
    ((_, currency, read),) = sums(f"pay EUR {form.format(number)} now")
    assert (currency, read) == ("EUR", number)
