"""How long, on what notice, with what liability, under which law."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.compliance import Clause, ContractSigned, Party

from .examine import examine
from .policy import policy

LIABILITY = "Liability is limited to the value of the order."


def rules(*texts: str, **more: Any) -> list[tuple[str, str, str]]:
    said: dict[str, Any] = {"starts": date(2026, 1, 1), "ends": date(2028, 1, 1), "governing_law": "DE", **more}
    contract = ContractSigned(
        contract_id="K-1",
        title="Lamps",
        parties=[Party(name="We", country="DE"), Party(name="You", country="DE")],
        amount=Decimal(1),
        currency="EUR",
        personal_data=False,
        clauses=[Clause(number=str(number), text=text) for number, text in enumerate(texts or (LIABILITY,), 1)],
        **said,
    )
    return [(f.rule, f.severity, f.at) for f in examine(contract, policy()).findings]


def test_an_ordinary_contract_is_clear() -> None:
    assert rules() == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"ends": date(2031, 1, 2)}, ("longest-years", "concern", "the term")),
        ({"ends": date(2025, 1, 1)}, ("term", "breach", "the term")),
        ({"ends": None}, ("no-way-out", "breach", "the term")),
        ({"governing_law": "AQ"}, ("laws", "concern", "the law")),
    ],
)
def test_term_and_law(more: dict[str, Any], found: Any) -> None:
    assert rules(**more) == [found]


def test_without_an_end_there_must_be_a_way_out() -> None:
    assert rules(LIABILITY, "Each party may terminate with 3 months' notice.", ends=None) == []


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("It may be ended with twelve months' notice.", "longest-notice", "concern"),
        ("Termination takes 9 months.", "longest-notice", "concern"),
        ("Notice is six months.", "", ""),
        ("The warranty is 24 months. Notice is in writing.", "", ""),
        ("The contract renews\n automatically for a year.", "renews", "concern"),
        ("The supplier accepts UNLIMITED  liability.", "unlimited-liability", "breach"),
    ],
)
def test_clauses(text: str, rule: str, severity: str) -> None:
    assert rules(LIABILITY, text) == ([(rule, severity, "clause 2")] if rule else [])


def test_a_contract_that_is_silent_about_liability() -> None:
    assert rules("Lamps are delivered.") == [("no-liability-clause", "concern", "the clauses")]
