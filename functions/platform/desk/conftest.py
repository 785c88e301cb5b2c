"""A restaurant that people speak to, and a front desk that remembers what was said instead of publishing it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest

from troupe import Envelope, Event, Person, Request, Response
from troupe.event_store.read import StoredEvent, Story
from troupe.operations.front_desk import FrontDesk
from troupe.runtime.sayings import Saying

from .routes import route

SOURCE = "inn.platform.desk"


class TableWanted(Event, root=True):
    """Somebody wants to sit down."""

    seats: int
    note: dict[str, Any] = {}
    wanted_by: Person


class OtherTableOffered(Event):
    """Another table is free."""

    wish: str


class OtherTableTaken(Event, root=True):
    """Somebody is fine with it."""

    wish: str
    taken_by: Person


class FeastAllowed(Event, root=True):
    """The landlord allows it."""

    wish: str
    approved_by: Person


class Seated(Event, terminal=True):
    """Somebody sits."""

    html: str = ""
    table: int = 1


class HouseFull(Event, terminal=True, failure=True):
    """Nobody can sit."""


def _saying(contract: type[Event], **more: Any) -> Saying:
    return Saying(type=contract.__name__, module=contract.__module__, **more)


ASKED = ("OtherTableOffered",)
SAYINGS = [
    _saying(TableWanted, begins=True),
    _saying(OtherTableTaken, answers=ASKED, on="wish"),
    _saying(FeastAllowed, answers=ASKED, on="wish"),
]


@dataclass
class Inn:
    """The desk's other side. What agents would have said is put in with `add`."""

    source: str = SOURCE
    sayings: dict[str, Saying] = field(default_factory=lambda: {saying.type: saying for saying in SAYINGS})
    said_of: dict[str, dict[str, str]] = field(default_factory=dict)
    published: list[Envelope] = field(default_factory=list)
    stored: list[StoredEvent] = field(default_factory=list)
    keys: dict[tuple[str, ...], Envelope] = field(default_factory=dict)

    def claims(self) -> dict[str, dict[str, str]]:
        return self.said_of

    def earlier(self, type_name: str, key: tuple[str, ...]) -> Envelope | None:
        return self.keys.get((type_name, *key))

    def say(self, event: Event, correlation_id: str, key: tuple[str, ...]) -> Envelope:
        said = Envelope.root(event, self.source, correlation_id=correlation_id)
        if key:
            self.keys[event.type_name(), *key] = said
        self.repeat(said)
        return said

    def repeat(self, said: Envelope) -> None:
        self.published.append(said)
        self.stored.append(stored(said))

    def story(self, correlation_id: str) -> Story:
        events = [e for e in self.stored if e.metadata.correlation_id == correlation_id]
        end = next((e.metadata.id for e in events if e.metadata.terminal), "")
        return Story(correlation_id, events, {"": {"end": end}} if end else {})

    def told(self, since: datetime, until: datetime, types: Iterable[str]) -> Iterator[StoredEvent]:
        return (e for e in self.stored if e.type in types)

    def add(self, event: Event, correlation_id: str, source: str = "inn.hall.waiter", id: str = "") -> StoredEvent:
        """Stores what somebody else has published."""
        said = Envelope.root(event, source, correlation_id=correlation_id, id=id)
        self.stored.append(stored(said))
        return self.stored[-1]

    def ask(self, caller: str, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Response:
        """A request; what is refused is raised."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        request = Request(
            method=method,
            path=tuple(part for part in path.split("/") if part),
            query=dict(part.split("=", 1) for part in query.split("&") if part),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            body=raw,
            caller=caller,
        )
        return route(request, cast(FrontDesk, self))

    def begin(self, caller: str, **data: Any) -> str:
        """Begins a story as this caller; its correlation id."""
        answer = self.ask(caller, "POST", "/events/TableWanted", {"seats": 2, **data})
        return str(cast(dict[str, Any], answer.body)["correlation_id"])


def stored(said: Envelope) -> StoredEvent:
    return StoredEvent(
        {
            "pk": {"S": f"C#{said.metadata.correlation_id}"},
            "sk": {"S": f"E#{said.metadata.id}"},
            "type": {"S": said.type},
            "source": {"S": said.source},
            "recorded": {"S": "2026-11-27T10:00:00.000Z"},
            "body": {"B": zlib.compress(json.dumps(said.detail).encode())},
        }
    )


@pytest.fixture
def inn() -> Inn:
    return Inn()
