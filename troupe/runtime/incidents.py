"""What the platform itself has to say about a choreography. Incidents mark a correlation stuck; ends end it."""

from __future__ import annotations

from typing import Any, ClassVar

from troupe.runtime.contract import Event, Value


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


class Waiting(Value):
    """Work that an agent has not decided on."""

    agent: str
    handler: str
    event_type: str
    event_id: str
    waits_for: list[str] = []
    """For a join, the types of which one has yet to come."""


class ChoreographyStalled(Event, failure=True):
    """A story is past its time limit and nobody has ended it. Not an end: a redrive can still finish it."""

    example: ClassVar[dict[str, Any]] = {
        "root_type": "QueryReceived",
        "within_s": 120,
        "reason": "query.sql-runner has not decided on SQLGenerated.",
        "undecided": [
            {
                "agent": "query.sql-runner",
                "handler": "run",
                "event_type": "SQLGenerated",
                "event_id": "6b2f1c5e-7a0f-5d0e-9f6e-2f0d5f1f6c11",
            }
        ],
    }

    root_type: str
    within_s: float
    reason: str
    """Who has not decided on what, in words; or that everybody has and nobody ended it."""
    undecided: list[Waiting] = []
    """At most 50."""


class ChoreographyAbandoned(Event, terminal=True, failure=True):
    """Nobody finished a stalled story within the grace period, so the platform ended it."""

    example: ClassVar[dict[str, Any]] = {
        "root_type": "QueryReceived",
        "grace_s": 3600,
        "reason": "query.sql-runner has not decided on SQLGenerated.",
    }

    root_type: str
    grace_s: int
    reason: str


class DeadLetterDropped(Event, failure=True):
    """A person decided that a dead letter will not be worked on any more."""

    example: ClassVar[dict[str, Any]] = {
        "agent": "query.sql-runner",
        "event_type": "SQLGenerated",
        "event_id": "6b2f1c5e-7a0f-5d0e-9f6e-2f0d5f1f6c11",
        "error": "The warehouse cannot be reached.",
        "reason": "The asker has left.",
        "by": "ada",
    }

    agent: str
    event_type: str
    """Empty, like the id, when the letter was no event."""
    event_id: str
    error: str
    reason: str
    by: str
    body: str = ""
    """What the letter said, at most 10,000 characters, when it was no event and so is nowhere else."""


class DeadLetterEdited(Event):
    """A person corrected a dead letter's data: the agent gets a new event, caused by the old one, in its place."""

    example: ClassVar[dict[str, Any]] = {
        "agent": "query.sql-runner",
        "event_type": "SQLGenerated",
        "event_id": "6b2f1c5e-7a0f-5d0e-9f6e-2f0d5f1f6c11",
        "new_event_id": "0d7b6c1e-93c5-5a4e-8d8e-5f0c3f0f7a22",
        "by": "ada",
    }

    agent: str
    event_type: str
    event_id: str
    new_event_id: str
    by: str


class ReplayStarted(Event, root=True):
    """Recorded events are sent to agents again. The replay is a story of its own, under its id."""

    example: ClassVar[dict[str, Any]] = {
        "replay": "replay-20261123T103000-3f9a1c",
        "mode": "whatif",
        "agents": ["query.sql-agent"],
        "events": 120,
        "repeat": 1,
        "left_out": 2,
        "selection": "since 2026-11-20T00:00:00Z until 2026-11-23T10:30:00Z",
        "manifest": "5e0c…",
        "reason": "The new translator against last week's questions.",
        "by": "ada",
    }

    replay: str
    mode: str
    agents: list[str]
    events: int
    """Deliveries, not counting repeats: an event that two agents get counts twice."""
    repeat: int
    left_out: int
    """Selected, but not to be sent; the manifest says why."""
    selection: str
    manifest: str
    """SHA-256 of what was frozen."""
    reason: str
    by: str


class ReplayEnded(Event, terminal=True):
    """A replay has sent everything, or somebody has cancelled it."""

    example: ClassVar[dict[str, Any]] = {
        "replay": "replay-20261123T103000-3f9a1c",
        "outcome": "delivered",
        "sent": 120,
        "of": 120,
        "by": "ada",
    }

    replay: str
    outcome: str
    """`delivered` or `cancelled`."""
    sent: int
    """Messages, repeats included; whoever was sending during a cancellation may have sent up to ten more."""
    of: int
    by: str
