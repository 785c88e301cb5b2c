"""How long a contract binds, how one gets out of it, who is liable for how much, and which law decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from contracts.compliance import Assessment, Clause, ContractSigned, Finding

from .policy import Policy

_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: number for number, word in enumerate(_WORDS.split(), 1)}
_MONTHS = re.compile(rf"\b(\d{{1,3}}|{'|'.join(_NUMBERS)})\s+months?\b", re.IGNORECASE)
_NOTICE = re.compile(r"\b(?:notice|terminate|termination)\b", re.IGNORECASE)
_LIABLE = re.compile(r"\b(?:liability|liable)\b", re.IGNORECASE)
_YEAR = 365.25


def examine(contract: ContractSigned, policy: Policy) -> Assessment:
    """What the company does not agree to, or only after somebody has looked."""
    found = [*_term(contract, policy), *_liability(contract.clauses, policy), *_law(contract, policy)]
    for clause in contract.clauses:
        found += [
            *_phrases(clause, policy.renews, "renews", "concern", "It goes on by itself."),
            *_notice(clause, policy),
        ]
    return Assessment.of(found)


def _term(contract: ContractSigned, policy: Policy) -> Iterator[Finding]:
    if contract.ends is None:
        if not any(_NOTICE.search(clause.text) for clause in contract.clauses):
            says = "It has no end, and no clause says how to end it."
            yield Finding(rule="no-way-out", severity="breach", at="the term", says=says)
        return
    quote = f"{contract.starts} to {contract.ends}"
    days = (contract.ends - contract.starts).days
    if days < 0:
        yield Finding(rule="term", severity="breach", at="the term", says="It ends before it begins.", quote=quote)
    elif days > policy.longest_years * _YEAR:
        says = f"It binds for {days / _YEAR:.1f} years; {policy.longest_years} are allowed."
        yield Finding(rule="longest-years", severity="concern", at="the term", says=says, quote=quote)


def _notice(clause: Clause, policy: Policy) -> Iterator[Finding]:
    """Months that stand in one sentence with notice or termination."""
    for sentence in re.finditer(r"[^.;]+", clause.text):
        if _NOTICE.search(sentence[0]):
            for match in _MONTHS.finditer(sentence[0]):
                months = _NUMBERS.get(match[1].lower()) or int(match[1])
                if months > policy.longest_notice_months:
                    says = f"Notice is {months} months; {policy.longest_notice_months} are allowed."
                    place = sentence.start() + match.start(), sentence.start() + match.end()
                    yield _in(clause, place, "longest-notice", "concern", says)


def _liability(clauses: list[Clause], policy: Policy) -> Iterator[Finding]:
    for clause in clauses:
        yield from _phrases(clause, policy.unlimited, "unlimited-liability", "breach", "Liability has no limit.")
    if not any(_LIABLE.search(clause.text) for clause in clauses):
        says = "No clause limits liability, so the law's own limit holds."
        yield Finding(rule="no-liability-clause", severity="concern", at="the clauses", says=says)


def _law(contract: ContractSigned, policy: Policy) -> Iterator[Finding]:
    if contract.governing_law not in policy.laws:
        says = f"The law of {contract.governing_law} decides, of which the company has no lawyer."
        yield Finding(rule="laws", severity="concern", at="the law", says=says, quote=contract.governing_law)


def _phrases(
    clause: Clause, phrases: Iterable[str], rule: str, severity: Literal["concern", "breach"], says: str
) -> Iterator[Finding]:
    for phrase in phrases:
        pattern = r"\s+".join(map(re.escape, phrase.split()))
        if match := re.search(rf"\b{pattern}", clause.text, re.IGNORECASE):
            yield _in(clause, match.span(), rule, severity, says)
            return


def _in(
    clause: Clause, place: tuple[int, int], rule: str, severity: Literal["concern", "breach"], says: str
) -> Finding:
    return Finding(rule=rule, severity=severity, at=clause.name, says=says, quote=clause.around(*place))
