"""An episode lasts from an alert until it is cleared; within it, seeing the condition again says nothing new.

Two things make it one alert. What the store shows: an alert with this fingerprint that is not cleared. And a claim,
for what the store cannot show yet: decisions at the same time, or before an index has caught up, ask for the same
name, and one gets it. The name is of the episode: the fingerprint and the alert before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from contracts.monitoring import AlertCleared, AlertRaised, ConditionSeen
from troupe import Envelope
from troupe.adapters.history import Happening

LOOK_BACK = timedelta(days=1)
"""An alert that is still open after so long is raised again, as a reminder."""
QUIET = timedelta(minutes=30)
"""A condition that was not seen for so long is over: two looks of the analyst that looks least often."""
LEASE_S = 3600
"""So long one decision has the name of an episode: longer than all attempts at it take."""

Story = Callable[[str], Sequence[Happening]]
"""Gives the events of a correlation."""


class Claiming(Protocol):
    """Names that one decision has at a time."""

    def claim(self, name: str, *, by: str, lease_s: int) -> bool:
        """Whether the name is now `by`'s."""


def raised(
    seen: ConditionSeen, past: Sequence[Happening], story: Story, claims: Claiming, key: str
) -> AlertRaised | None:
    """The alert, if this begins an episode and no other decision has begun it."""
    alerts = [p.event for p in past if _is(p, AlertRaised) and _fingerprint(p.event) == seen.fingerprint]
    latest = max(alerts, key=lambda e: (e.metadata.occurred_at, e.metadata.id), default=None)
    if latest is not None and _cleared(latest, story) is None:
        return None
    name = f"{seen.fingerprint}/{latest.metadata.id if latest else ''}"
    if not claims.claim(name, by=key, lease_s=LEASE_S):
        return None
    return AlertRaised(**seen.model_dump())


def over(past: Sequence[Happening], until: datetime, story: Story, claims: Claiming, key: str) -> list[AlertCleared]:
    """The ends of those alerts whose condition has been quiet up to `until`."""
    last_seen: dict[str, datetime] = {}
    for happening in past:
        if _is(happening, ConditionSeen) or _is(happening, AlertRaised):
            last_seen[_fingerprint(happening.event)] = happening.recorded
    cleared = []
    for alert in [p.event for p in past if _is(p, AlertRaised)]:
        fingerprint = _fingerprint(alert)
        if last_seen[fingerprint] > until - QUIET or _cleared(alert, story) is not None:
            continue
        if claims.claim(f"cleared/{alert.metadata.id}", by=key, lease_s=LEASE_S):
            cleared.append(_end(alert, last_seen[fingerprint]))
    return cleared


def _end(alert: Envelope, last_seen: datetime) -> AlertCleared:
    told = AlertRaised.read(alert.data)
    end = AlertCleared(fingerprint=told.fingerprint, kind=told.kind, subject=told.subject, last_seen=last_seen)
    return end.caused_by(alert)


def _cleared(alert: Envelope, story: Story) -> Happening | None:
    events = story(alert.metadata.correlation_id)
    return next((e for e in events if _is(e, AlertCleared) and _causes(e, alert)), None)


def _causes(happening: Happening, alert: Envelope) -> bool:
    return any(cause.id == alert.metadata.id for cause in happening.event.metadata.causes)


def _is(happening: Happening, contract: type) -> bool:
    return happening.event.type == contract.__name__ and not happening.divergent


def _fingerprint(event: Envelope) -> str:
    return str(event.data.get("fingerprint", "")) if isinstance(event.data, dict) else ""
