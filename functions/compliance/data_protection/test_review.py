"""What must be said about personal data, and where it may go."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contracts.compliance import Clause, ContractSigned, Finding, Party

from .policy import policy
from .review import review

GOOD = (
    "Personal data is processed for the purpose of delivery only. A sub-processor needs written consent. Data is "
    "deleted at the end. The supplier shall notify the customer of a breach within 48 hours."
)


def findings(text: str = GOOD, *, declared: bool = True, country: str = "DE", more: str = "Lamps.") -> list[Finding]:
    contract = ContractSigned(
        contract_id="K-1",
        title="Lamps",
        parties=[Party(name="We", country="NO"), Party(name="You", country=country)],
        amount=Decimal(1),
        currency="EUR",
        starts=date(2026, 1, 1),
        governing_law="DE",
        personal_data=declared,
        clauses=[Clause(number="7", text=text), Clause(number="8", text=more)],
    )
    return review(contract, policy()).findings


def rules(text: str = GOOD, **more: object) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in findings(text, **more)]  # type: ignore[arg-type]


def test_a_complete_clause_is_clear() -> None:
    assert rules() == []


def test_where_there_is_no_such_data_nothing_is_asked_for() -> None:
    assert rules("Lamps are delivered.", declared=False, country="BR") == []


@pytest.mark.parametrize(
    ("phrase", "missing", "severity"),
    [
        ("purpose", "purpose", "breach"),
        ("sub-processor", "sub-processors", "concern"),
        ("deleted", "deletion", "breach"),
        ("notify", "breach notice", "breach"),
    ],
)
def test_what_is_not_dealt_with_is_missing(phrase: str, missing: str, severity: str) -> None:
    (finding,) = findings(GOOD.replace(phrase, "…"))
    assert (finding.rule, finding.severity, finding.at) == ("required", severity, "the clauses")
    assert missing in finding.says


def test_a_topic_in_another_clause_does_not_count() -> None:
    assert rules(GOOD.replace("purpose", "…"), more="The purpose of lamps is light.") == [("required", "breach")]


@pytest.mark.parametrize(
    ("time", "late"), [("72 hours", False), ("73 hours", True), ("3 days", False), ("5 days", True)]
)
def test_a_breach_is_told_in_time(time: str, late: bool) -> None:
    found = findings(GOOD.replace("48 hours", time) + " Lamps are repaired within 90 days.")
    assert [(f.rule, f.at) for f in found] == ([("notice-hours", "clause 7")] if late else [])
    assert all(time in finding.quote for finding in found)


def test_data_that_nobody_declared() -> None:
    assert rules(declared=False) == [("undeclared", "concern")]


def test_data_goes_abroad_with_a_safeguard_only() -> None:
    assert rules(country="BR") == [("transfer", "breach")]
    assert rules(country="BR", more="The Standard  Contractual Clauses\napply.") == []
