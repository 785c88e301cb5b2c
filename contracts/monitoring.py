"""Troupe watches itself: what its analysts see, the alerts that come of it, and drills that show whether they ring."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from troupe import Envelope, Event, Person, Value

_SHOWN = 10
"""Pieces of evidence that are named."""

Kind = Literal[
    "failure-rate",
    "refusals",
    "loop",
    "denied-publication",
    "forged-event",
    "slow-reaction",
    "late-stories",
    "growing-dead-letters",
]
Severity = Literal["warning", "critical"]


class Evidence(Value):
    """An event that speaks for it; `troupe trace` with its correlation tells the whole story."""

    correlation_id: str
    event_id: str
    type: str


class Condition(Value):
    """Something that is not as it should be, however often it is seen."""

    kind: Kind
    subject: str = Field(min_length=1, max_length=400)
    """Whom or what it is about: an agent, a person, a reaction."""
    severity: Severity
    summary: str
    """What is wrong, in one sentence with its numbers."""
    since: datetime
    """When the earliest evidence occurred."""
    count: int = Field(ge=1)
    """How many events speak for it."""
    evidence: list[Evidence] = Field(max_length=_SHOWN)
    """The latest of them."""
    fingerprint: str
    """The same for the same kind and subject, whenever it is seen."""


_REFUSALS: dict[str, Any] = {
    "kind": "refusals",
    "subject": "ada",
    "severity": "warning",
    "summary": "ada was refused 4 times within 15 minutes; the rules: allowed-tables.",
    "since": "2026-11-27T10:30:00Z",
    "count": 4,
    "evidence": [{"correlation_id": "q-1", "event_id": "e-1", "type": "QueryError"}],
    "fingerprint": "8d1e29f63e3e4f1b",
}


class ConditionSeen(Condition, Event, failure=True):
    """An analyst sees that something is not as it should be; said again for as long as it lasts."""

    example: ClassVar[dict[str, Any]] = _REFUSALS

    @classmethod
    def by(cls, kind: Kind, subject: str, severity: Severity, summary: str, events: Sequence[Envelope]) -> Self:
        """What these events, one at least, come to."""
        latest = sorted(events, key=lambda e: (e.metadata.occurred_at, e.metadata.id))
        return cls(
            kind=kind,
            subject=subject[:400],
            severity=severity,
            summary=summary[:1000],
            since=latest[0].metadata.occurred_at,
            count=len(latest),
            evidence=[
                Evidence(correlation_id=e.metadata.correlation_id, event_id=e.metadata.id, type=e.type)
                for e in latest[-_SHOWN:]
            ],
            fingerprint=hashlib.sha256(f"{kind}\0{subject[:400]}".encode()).hexdigest()[:16],
        )


class AlertRaised(Condition, Event, failure=True):
    """Something is not as it should be, and nobody has been told yet; it ends when it has not been seen for a while.

    Of two alerts with the same fingerprint the earlier had been cleared, or was a day old.
    """

    example: ClassVar[dict[str, Any]] = _REFUSALS


class AlertCleared(Event, terminal=True):
    """What an alert told of has not been seen for a while."""

    example: ClassVar[dict[str, Any]] = {
        "fingerprint": "8d1e29f63e3e4f1b",
        "kind": "refusals",
        "subject": "ada",
        "last_seen": "2026-11-27T10:45:00Z",
    }

    fingerprint: str
    kind: Kind
    subject: str
    last_seen: datetime


class DrillCalled(Event, root=True, within_s=3600):
    """Somebody calls a drill, to see whether the alarms ring."""

    example: ClassVar[dict[str, Any]] = {"exercise": "pass", "called_by": {"id": "ada"}}

    exercise: Literal["pass", "refuse", "fail"]
    """What the drill does: it passes, is refused as by a guard, or its agent fails on every attempt."""
    called_by: Person = Person()


class DrillPassed(Event, terminal=True):
    """A drill was carried out and all was well."""

    example: ClassVar[dict[str, Any]] = {"exercise": "pass"}

    exercise: str


class DrillRefused(Event, terminal=True, failure=True):
    """A drill was refused, as a guard would refuse what is not allowed."""

    example: ClassVar[dict[str, Any]] = {"rule": "drill", "reason": "It was a drill that asked to be refused."}

    rule: str
    reason: str
