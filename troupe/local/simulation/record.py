"""What a simulated run has seen on the wire, independent of what the store says afterwards."""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from troupe.local.calls import Call
from troupe.runtime import incidents
from troupe.runtime.decisions import halted_key
from troupe.runtime.rehearsal import Mode
from troupe.runtime.settings import Names

_OF_THE_PLATFORM = {name for name, value in vars(incidents).items() if isinstance(value, type)}
"""May be said about a correlation that was halted."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An entry that the bus took."""

    type: str
    source: str
    detail: str

    def is_the_same_as(self, other: Accepted) -> bool:
        """The same to the digest, which leaves the trace context out."""
        return self == other or self._compared == other._compared

    @property
    def _compared(self) -> tuple[str, str, Any]:
        detail = json.loads(self.detail)
        if isinstance(detail.get("metadata"), dict):
            detail["metadata"].pop("traceparent", None)
        return self.type, self.source, detail


@dataclass(slots=True)
class Turn:
    """An invocation that is going on."""

    agent_id: str
    queue: str
    messages: tuple[Any, ...]
    looked_up_at: int | None = None
    """Which call of the run its look-up was; None before it."""
    thoughts: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay that somebody began."""

    id: str
    mode: Mode
    entries: tuple[tuple[str, str, str], ...]
    """Agent, handler, event id: what it sends."""
    correlations: frozenset[str]


@dataclass(slots=True)
class Record:
    """The run as a bystander saw it."""

    names: Names
    roots: list[str] = field(default_factory=list)
    malformed: set[str] = field(default_factory=set)
    """Ids of events from outside that break their contract: dead-lettered, and never to be redriven."""
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
    replays: dict[str, Replayed] = field(default_factory=dict)
    awaiting_people: set[str] = field(default_factory=set)
    """Types of events that somebody must answer before the story goes on."""
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
        if not any(event.is_the_same_as(known) for known in versions):
            versions.append(event)

    def call(self, call: Call, turn: Turn | None) -> None:
        """This call was carried out, successfully."""
        table = call.parameters.get("TableName")
        if call.operation == "BatchGetItem" and turn:
            turn.looked_up_at = turn.looked_up_at or self.calls
        elif call.operation in ("SendMessage", "SendMessageBatch"):
            sent = len(call.parameters.get("Entries", "1"))
            self.put[str(call.parameters.get("QueueUrl", "")).rsplit("/", 1)[-1]] += sent
        elif call.operation == "PutItem" and table == self.names.events:
            item = call.parameters["Item"]
            key = item["pk"]["S"], item["sk"]["S"]
            if key in self.written:
                self.wrong.append(f"The store's item {key[1]} of {key[0]} was written a second time.")
            self.written.add(key)
        elif call.operation == "PutItem" and table == self.names.decisions:
            item = call.parameters["Item"]
            if item["pk"]["S"].startswith("H#"):
                self.halted.setdefault(item["pk"]["S"], self.calls)
            elif turn and "outputs" in item:
                self._decision(item, turn)

    def _decision(self, item: dict[str, Any], turn: Turn) -> None:
        """5: who has seen the halted flag thinks no more about that correlation."""
        for type_, _, detail in json.loads(zlib.decompress(base64.b64decode(item["outputs"]["B"]))):
            metadata = detail["metadata"]
            flagged = self.halted.get(halted_key(metadata["correlation_id"], metadata.get("namespace", "")))
            known = flagged is not None and turn.looked_up_at is not None and flagged < turn.looked_up_at
            if known and type_ not in _OF_THE_PLATFORM:
                correlation = metadata["correlation_id"]
                self.wrong.append(f"5: {turn.agent_id} decided {type_} in {correlation}, which was halted before.")


def event_id(detail: str) -> str:
    """The id in a detail as text; empty for an event from somebody who does not know Troupe."""
    read = json.loads(detail)
    metadata = read.get("metadata") if isinstance(read, dict) else None
    return str(metadata.get("id", "")) if isinstance(metadata, dict) else ""
