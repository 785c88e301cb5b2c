"""What the platform itself has to say about a choreography. Incidents mark a correlation stuck; ends end it."""

from __future__ import annotations

from typing import Any, ClassVar

from troupe.runtime.contract import Event


class AgentFailed(Event, failure=True):
    """An agent gave up on an event: its message is now in a dead-letter queue, where a redrive can still finish it."""

    example: ClassVar[dict[str, Any]] = {
        "agent": "query.sql-runner",
        "event_type": "SQLGenerated",
        "event_id": "6b2f1c5e-7a0f-5d0e-9f6e-2f0d5f1f6c11",
        "error": "The warehouse cannot be reached.",
        "fingerprint": "9a0364b9e99bb480",
        "attempts": 5,
    }

    agent: str
    event_type: str
    event_id: str
    error: str
    fingerprint: str
    """The same for the same kind of failure: agent, exception and where it was raised."""
    attempts: int


class ChoreographyHalted(Event, terminal=True, failure=True):
    """A guard stopped a correlation that would not have ended by itself."""

    example: ClassVar[dict[str, Any]] = {
        "agent": "editorial.editor",
        "event_type": "DraftWritten",
        "reason": "editorial.editor/review has acted 25 times along one causal path; the limit is 25.",
        "loop": ["editorial.writer/write ×25", "editorial.editor/review ×25"],
    }

    agent: str
    event_type: str
    reason: str
    loop: list[str]
    """Who acted how often along the deepest causal path."""


class JoinExpired(Event, failure=True):
    """An agent waited for events that belong together; one of them did not come in time."""

    example: ClassVar[dict[str, Any]] = {
        "agent": "orders.shipping",
        "handler": "ship",
        "arrived": ["InventoryReserved"],
        "missing": ["payment"],
        "within_s": 600,
    }

    agent: str
    handler: str
    arrived: list[str]
    """Types of the events that had come."""
    missing: list[str]
    """Parameters of the handler whose event had not."""
    within_s: int
