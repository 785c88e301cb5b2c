"""The value that an agent's turn works on: a batch of letters, and what is known about each so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from troupe.runtime.agent import Agent
from troupe.runtime.contract import Event
from troupe.runtime.decisions import DecisionKey
from troupe.runtime.envelope import Envelope
from troupe.runtime.rehearsal import Replay
from troupe.runtime.services import Services
from troupe.runtime.signature import Handler


@dataclass(slots=True)
class Task:
    """What a letter asks of the agent, once it is complete: decide about these causes."""

    handler: Handler
    causes: tuple[Envelope, ...]
    arguments: dict[str, Event]
    """The handler's event parameters."""
    key: DecisionKey
    instead: Event | None = None
    """What is decided without thinking: a join that has expired."""


@dataclass(slots=True)
class Letter:
    """One SQS message on its way through the turn."""

    message_id: str
    receipt_handle: str
    body: str
    attempt: int
    record: dict[str, Any] = field(default_factory=dict, repr=False)
    """The message as Lambda delivered it, with its attributes."""
    replay: Replay | None = None
    envelope: Envelope | None = None
    handler: Handler | None = None
    task: Task | None = None
    outputs: list[Envelope] | None = None
    """What was decided, now or earlier; None while undecided."""
    failure: Exception | None = None
    done: bool = False
    """Nothing more to do: dead-lettered, waiting in a join, or heard by a plain handler."""

    @property
    def open(self) -> bool:
        return not self.done and self.failure is None

    @property
    def silent(self) -> bool:
        """Nothing may be published about this letter: a replay asks what if."""
        return self.replay is not None and not self.replay.publishes

    @property
    def about(self) -> dict[str, Any]:
        """What every log line about this letter says."""
        about: dict[str, Any] = {"message_id": self.message_id, "attempt": self.attempt}
        if self.envelope:
            m = self.envelope.metadata
            about |= {"correlation_id": m.correlation_id, "event_id": m.id, "event_type": self.envelope.type}
        return about


@dataclass(slots=True)
class Turn:
    """One invocation."""

    agent: Agent
    services: Services
    letters: list[Letter]
    remaining_s: Callable[[], float]
    incidents: list[Envelope] = field(default_factory=list)
    """Events of the runtime itself, published with the decisions."""
    handed_back: list[Letter] = field(default_factory=list)

    def undecided(self) -> list[Letter]:
        return [x for x in self.letters if x.open and x.outputs is None]
