"""What a simulated run has seen on the wire, independent of what the store says afterwards."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from troupe.local.calls import Call
from troupe.runtime.settings import Names


@dataclass(frozen=True, slots=True)
class Accepted:
    """An entry that the bus took."""

    type: str
    source: str
    detail: str


@dataclass(slots=True)
class Turn:
    """An invocation that is going on."""

    agent_id: str
    queue: str
    messages: tuple[Any, ...]
    looked_up_at: int | None = None
    """Which call of the run its look-up was; None before it."""
    thoughts: int = 0


@dataclass(slots=True)
class Record:
    """The run as a bystander saw it."""

    names: Names
    roots: list[str] = field(default_factory=list)
    accepted: dict[str, list[Accepted]] = field(default_factory=dict)
    """By event id, each distinct version once."""
    delivered: set[tuple[str, str]] = field(default_factory=set)
    """(queue, event id) for all that a rule has put on a queue, or into its dead-letter queue."""
    put: Counter[str] = field(default_factory=Counter)
    """Messages put on each queue, in whatever way."""
    done: Counter[str] = field(default_factory=Counter)
    """Messages deleted from each queue because a function said so, or moved by a redrive."""
    written: set[tuple[str, str]] = field(default_factory=set)
    """Keys of the events that were written to the store."""
    halted: dict[str, int] = field(default_factory=dict)
    """Halted flags, with which call of the run wrote them first."""
    wrong: list[str] = field(default_factory=list)
    """What was wrong at the moment when it happened."""
    calls: int = 0
    deliveries: int = 0

    def entry(self, entry: dict[str, Any]) -> None:
        """The bus took this entry."""
        event = Accepted(entry["DetailType"], entry["Source"], entry["Detail"])
        versions = self.accepted.setdefault(event_id(entry["Detail"]), [])
        if event not in versions:
            versions.append(event)

    def call(self, call: Call, turn: Turn | None) -> None:
        """This call was carried out, successfully."""
        table = call.parameters.get("TableName")
        if call.operation == "BatchGetItem" and turn:
            turn.looked_up_at = turn.looked_up_at or self.calls
        elif call.operation == "SendMessage":
            self.put[str(call.parameters.get("QueueUrl", "")).rsplit("/", 1)[-1]] += 1
        elif call.operation == "PutItem" and table == self.names.events:
            item = call.parameters["Item"]
            key = item["pk"]["S"], item["sk"]["S"]
            if key in self.written:
                self.wrong.append(f"The store's item {key[1]} of {key[0]} was written a second time.")
            self.written.add(key)
        elif call.operation == "PutItem" and table == self.names.decisions:
            pk = call.parameters["Item"]["pk"]["S"]
            if pk.startswith("H#"):
                self.halted.setdefault(pk, self.calls)


def event_id(detail: str) -> str:
    """The id in a detail as text; empty for an event from somebody who does not know Troupe."""
    read = json.loads(detail)
    metadata = read.get("metadata") if isinstance(read, dict) else None
    return str(metadata.get("id", "")) if isinstance(metadata, dict) else ""
