"""Whether a contract says what it must about personal data, and where the data may go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from contracts.compliance import Assessment, Clause, ContractSigned, Finding

from .policy import Policy

_HOURS = re.compile(r"\b(\d{1,4})\s+hours\b", re.IGNORECASE)
_DAYS = re.compile(r"\b(\d{1,3})\s+(?:business\s+|working\s+)?days\b", re.IGNORECASE)
_BREACH = re.compile(r"\bbreach\b", re.IGNORECASE)


def review(contract: ContractSigned, policy: Policy) -> Assessment:
    """What is missing or wrong in the clauses on personal data; nothing where there is no such data."""
    about = [c for c in contract.clauses if _says(f"{c.heading} {c.text}", policy.speaks_of_data)]
    if not (contract.personal_data or about):
        return Assessment.of([])
    found = [*_hidden(contract, about), *_missing(about, policy), *_notice(about, policy)]
    return Assessment.of([*found, *_transfer(contract, policy)])


def _hidden(contract: ContractSigned, about: list[Clause]) -> Iterator[Finding]:
    if not contract.personal_data:
        says = "The contract is said to be without personal data, and this clause speaks of it."
        quote = about[0].around(0, 0)
        yield Finding(rule="undeclared", severity="concern", at=about[0].name, says=says, quote=quote)


def _missing(about: list[Clause], policy: Policy) -> Iterator[Finding]:
    for required in policy.required:
        if not any(_says(clause.text, required.phrases) for clause in about):
            says = f"No clause on personal data deals with: {required.topic}."
            yield Finding(rule="required", severity=required.severity, at="the clauses", says=says)


def _notice(about: list[Clause], policy: Policy) -> Iterator[Finding]:
    """How long a breach may stay untold: each time that stands in one sentence with the breach."""
    for clause in about:
        for sentence in re.finditer(r"[^.;]+", clause.text):
            if not _BREACH.search(sentence[0]):
                continue
            for unit, hours in ((_HOURS, 1), (_DAYS, 24)):
                for match in unit.finditer(sentence[0]):
                    if int(match[1]) * hours > policy.notice_hours:
                        says = f"A breach may be told after {match[0]}; {policy.notice_hours} hours are allowed."
                        quote = clause.around(sentence.start() + match.start(), sentence.start() + match.end())
                        yield Finding(rule="notice-hours", severity="concern", at=clause.name, says=says, quote=quote)


def _transfer(contract: ContractSigned, policy: Policy) -> Iterator[Finding]:
    if any(_says(clause.text, policy.safeguards) for clause in contract.clauses):
        return
    for party in contract.parties:
        if party.country not in policy.adequate:
            says = f"Data may go to {party.country}, and no clause names a safeguard."
            at = f"party {party.name}"
            yield Finding(rule="transfer", severity="breach", at=at, says=says, quote=party.country)


def _says(text: str, phrases: Iterable[str]) -> bool:
    plain = " ".join(text.casefold().split())
    return any(phrase in plain for phrase in phrases)
