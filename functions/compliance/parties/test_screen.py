"""Who is found on a list, and who is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contracts.compliance import Clause, ContractSigned, Party

from .policy import Policy, policy
from .screen import screen

LISTS = Policy(
    listed=("Dunmere Trading House", "Кобальт Экспорт"),
    embargoed=frozenset({"XE"}),
    watched=frozenset({"XW"}),
    alike=0.88,
)


def found(name: str, country: str = "DE", lists: Policy = LISTS) -> list[tuple[str, str]]:
    contract = ContractSigned(
        contract_id="K-1",
        title="Lamps",
        parties=[Party(name="We", country="DE"), Party(name=name, country=country)],
        amount=Decimal(1),
        currency="EUR",
        starts=date(2026, 1, 1),
        governing_law="DE",
        personal_data=False,
        clauses=[Clause(number="1", text="Lamps are delivered.")],
    )
    assessment = screen(contract, lists)
    assert all(finding.at == f"party {name}" and finding.quote in (name, country) for finding in assessment.findings)
    return [(finding.rule, finding.severity) for finding in assessment.findings]


@pytest.mark.parametrize(
    "name", ["Dunmere Trading House", "DÜNMERE trading-house GmbH", "House Trading, Dunmere Ltd.", "КОБАЛЬТ ЭКСПОРТ"]
)
def test_whoever_is_listed_is_found_however_the_name_is_written(name: str) -> None:
    assert found(name) == [("listed", "breach")]


@pytest.mark.parametrize("name", ["Dunmore Trading House", "Dunmere Trading House Logistics (Cyprus)"])
def test_whoever_looks_like_it_is_for_people_to_judge(name: str) -> None:
    assert found(name) == [("looks-listed", "concern")]


@pytest.mark.parametrize(
    "name", ["Dune Trading", "Elmouth Ferries Ltd", "The House", "GmbH & Co KG", "Łódź Światło", "東京商事"]
)
def test_others_are_left_alone(name: str) -> None:
    assert found(name) == []


def test_a_word_of_two_alphabets_is_a_disguise() -> None:
    assert ("mixed-alphabets", "concern") in found("Dunmеrе Trading House")  # with two Cyrillic letters


def test_countries() -> None:
    assert found("Elmouth", "XE") == [("embargoed", "breach")] and found("Elmouth", "XW") == [("watched", "concern")]


def test_the_shipped_lists_can_be_read() -> None:
    assert found("Obsidian Freight and Shipping plc", lists=policy()) == [("listed", "breach")]
