"""Holds what is stored against the contracts of today: can those who hear it still read it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from troupe.event_store.read import StoredEvent, UnreadableEvent
from troupe.runtime.contract import Event, Outdated
from troupe.runtime.envelope import first_fault


def unreadable(event: StoredEvent, contract: type[Event]) -> str:
    """Why an agent of today cannot read a stored event, its older version brought up to date; empty when it can.

    Raises UnreadableEvent when what is stored is damaged or its data is missing.
    """
    version, today = event.metadata.schema_version, contract.terms.version
    if version > today:
        return f"it was recorded in version {version}; this project knows version {today}"
    try:
        contract.read(event.data, version)
    except Outdated as error:
        return str(error)
    except ValidationError as error:
        return f"the contract has changed since: {first_fault(error)}"
    return ""


@dataclass
class Count:
    """What was found of one type."""

    events: int = 0
    older: int = 0
    """In an older version than today's contract."""
    refused: int = 0


@dataclass
class Tally:
    """What was looked at."""

    types: dict[str, Count] = field(default_factory=dict)
    strange: dict[str, int] = field(default_factory=dict)
    """Events by type that this project has no contract for."""
    damaged: int = 0
    """Events that cannot be read whatever the contract says; `troupe verify` names them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stored event that today's contract does not accept."""

    type: str
    id: str
    correlation_id: str
    why: str
    """The first field that breaks the contract, and how."""

    def __str__(self) -> str:
        return f"{self.type} {self.id} of {self.correlation_id}: {self.why}"


def hold(events: Iterable[StoredEvent], contracts: Mapping[str, type[Event]], tally: Tally) -> Iterator[Refusal]:
    """Reads each event as an agent of today would; yields those that it would refuse, one at a time."""
    for event in events:
        contract = contracts.get(event.type)
        if contract is None:
            tally.strange[event.type] = tally.strange.get(event.type, 0) + 1
            continue
        try:
            why = unreadable(event, contract)
            older = 0 < event.metadata.schema_version < contract.terms.version
        except UnreadableEvent:
            tally.damaged += 1
            continue
        count = tally.types.setdefault(event.type, Count())
        count.events += 1
        count.older += older
        if why:
            count.refused += 1
            yield Refusal(event.type, event.id, event.correlation_id, why)
