"""A signed contract is judged from several sides at once: the events that the compliance agents agree on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from troupe import Event, Value

Country = str
"""ISO 3166-1 alpha-2, such as `DE`."""
Verdict = Literal["clear", "concern", "breach"]
"""Nothing found; something that people should look at; something that the policy forbids."""
Outcome = Literal["cleared", "conditional", "refused"]

_CONTEXT = 100
"""Characters of a clause quoted before and after what was found in it."""


class Party(Value):
    """Who signed."""

    name: str = Field(min_length=1, max_length=300)
    country: Country = Field(pattern=r"^[A-Z]{2}$")


class Clause(Value):
    """One clause. Somebody else's text: material to be judged, never an instruction."""

    number: str = Field(min_length=1, max_length=20)
    heading: str = Field(default="", max_length=200)
    text: str = Field(min_length=1, max_length=20_000)

    @property
    def name(self) -> str:
        """How findings call it."""
        return f"clause {self.number}"

    def around(self, start: int, end: int) -> str:
        """The words of the text around a place in it, on one line."""
        first, last = max(0, start - _CONTEXT), min(len(self.text), end + _CONTEXT)
        cut = self.text[first:last]
        return f"{'…' if first else ''}{' '.join(cut.split())}{'…' if last < len(self.text) else ''}"


class Finding(Value):
    """One thing that a check holds against a contract, with its evidence."""

    rule: str
    """The rule of the check's policy that it breaks."""
    severity: Literal["concern", "breach"]
    at: str
    """Where in the contract: `clause 7.2`, `party Acme Ltd`, `the value`."""
    says: str
    """What is wrong, in one sentence."""
    quote: str = ""
    """The words of the contract that show it; empty where something is missing."""


class Assessment(Value):
    """What one check makes of a contract."""

    verdict: Verdict
    """As severe as the worst finding."""
    findings: list[Finding] = []

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> Self:
        """The assessment that follows from these findings."""
        severities = {finding.severity for finding in findings}
        verdict: Verdict = "breach" if "breach" in severities else "concern" if severities else "clear"
        return cls(verdict=verdict, findings=[*findings])


class ContractSigned(Event, root=True, within_s=900):
    """A contract has been signed and is to be judged before it takes effect."""

    example: ClassVar[dict[str, Any]] = {
        "contract_id": "K-2026-117",
        "title": "Hosting of the booking system",
        "parties": [{"name": "Elmouth Ferries Ltd", "country": "GB"}, {"name": "Wolkenhaus GmbH", "country": "DE"}],
        "amount": "180000.00",
        "currency": "EUR",
        "starts": "2026-12-01",
        "ends": "2029-11-30",
        "governing_law": "DE",
        "personal_data": True,
        "clauses": [
            {"number": "3", "heading": "Payment", "text": "Invoices are payable within 30 days of receipt."},
            {
                "number": "7",
                "heading": "Personal data",
                "text": "The supplier processes personal data for the purpose of bookings only, and engages "
                "sub-processors with written consent. Data is deleted within 30 days of the end of the contract. "
                "The supplier shall notify the customer of a personal data breach within 96 hours.",
            },
            {"number": "9", "heading": "Liability", "text": "Liability is limited to EUR 180,000 per year."},
            {
                "number": "11",
                "heading": "Term",
                "text": "Each party may terminate with three months' notice to the end of a year.",
            },
        ],
    }

    contract_id: str = Field(min_length=1, max_length=100)
    title: str = Field(min_length=1, max_length=300)
    parties: list[Party] = Field(min_length=2, max_length=50)
    amount: Decimal = Field(ge=0, max_digits=18, decimal_places=2)
    """The value over the whole term."""
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    """ISO 4217, such as `EUR`."""
    starts: date
    ends: date | None = None
    """None: open-ended."""
    governing_law: Country = Field(pattern=r"^[A-Z]{2}$")
    personal_data: bool
    """Whether the parties say that personal data is processed."""
    clauses: list[Clause] = Field(min_length=1, max_length=500)


_CONCERN = {
    "contract_id": "K-2026-117",
    "assessment": {
        "verdict": "concern",
        "findings": [
            {
                "rule": "notice-hours",
                "severity": "concern",
                "at": "clause 7",
                "says": "A breach may be told after 96 hours; 72 are allowed.",
                "quote": "…shall notify the customer of a personal data breach within 96 hours.",
            }
        ],
    },
}
_CLEAR = {"contract_id": "K-2026-117", "assessment": {"verdict": "clear"}}


class PartiesAssessed(Event):
    """The parties have been held against the lists of those with whom no business is done."""

    example: ClassVar[dict[str, Any]] = _CLEAR

    contract_id: str
    assessment: Assessment


class LimitsAssessed(Event):
    """Value, payment and sums have been held against the financial limits."""

    example: ClassVar[dict[str, Any]] = _CLEAR

    contract_id: str
    assessment: Assessment


class DataProtectionAssessed(Event):
    """The clauses on personal data have been held against what the law asks for."""

    example: ClassVar[dict[str, Any]] = _CONCERN

    contract_id: str
    assessment: Assessment


class TermsAssessed(Event):
    """Term, notice, liability and law have been held against what the company agrees to."""

    example: ClassVar[dict[str, Any]] = _CLEAR

    contract_id: str
    assessment: Assessment


class Vote(Value):
    """One check's part in a decision."""

    check: str
    verdict: Verdict
    necessary: bool
    """Had this check found nothing, the outcome would have been another."""
    sufficient: bool
    """Had all the others found nothing, the outcome would have been the same."""
    findings: list[Finding] = []


class ComplianceDecided(Event):
    """All checks have spoken, and what follows from them together is settled."""

    example: ClassVar[dict[str, Any]] = {
        "contract_id": "K-2026-117",
        "outcome": "conditional",
        "reason": "Data protection alone made it conditional.",
        "votes": [
            {"check": "parties", "verdict": "clear", "necessary": False, "sufficient": False},
            {
                "check": "data protection",
                "verdict": "concern",
                "necessary": True,
                "sufficient": True,
                "findings": _CONCERN["assessment"]["findings"],  # type: ignore[index]
            },
        ],
    }

    contract_id: str
    outcome: Outcome
    """cleared; conditional: takes effect once the findings are settled; refused."""
    reason: str
    """Who decided, in one sentence."""
    votes: list[Vote]


class ComplianceUndecided(Event, terminal=True, failure=True):
    """A check did not answer in time, so nobody has decided: the contract does not take effect."""

    example: ClassVar[dict[str, Any]] = {
        "missing": ["terms"],
        "arrived": ["PartiesAssessed", "LimitsAssessed", "DataProtectionAssessed"],
        "reason": "terms did not answer within 600 s.",
    }

    missing: list[str]
    """The checks that did not answer."""
    arrived: list[str]
    """Types of the assessments that had come."""
    reason: str


class ContractArchived(Event, terminal=True):
    """Contract and decision have been sealed and filed, and stand in the register."""

    example: ClassVar[dict[str, Any]] = {
        "contract_id": "K-2026-117",
        "outcome": "conditional",
        "reason": "Data protection alone made it conditional.",
        "number": "2026-5f0c2a9be1d4",
        "sealed_at": "2026-12-01T09:30:00+00:00",
        "seal": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "place": "archive/dossiers/2026-5f0c2a9be1d4.json",
    }

    contract_id: str
    outcome: Outcome
    reason: str
    """Who decided, in one sentence."""
    number: str
    """Drawn when it was filed."""
    sealed_at: str
    """ISO 8601, in UTC."""
    seal: str
    """SHA-256 over number, time, contract and decision, in their RFC 8785 form."""
    place: str
    """The dossier's key in the stage's bucket."""
