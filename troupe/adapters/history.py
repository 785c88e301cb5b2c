"""What has happened in this stage, for agents that watch the platform itself. Read-only.

Import it from here: what `troupe.adapters` itself names ships with every agent that has any need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import ClassVar, Self

from troupe.event_store import keys
from troupe.event_store.follow import LAG_S
from troupe.event_store.read import Reader, StoredEvent, UnreadableEvent
from troupe.runtime.aws import client
from troupe.runtime.envelope import Envelope
from troupe.runtime.needs import Grant, Need
from troupe.runtime.reactions import Reaction, Reactions, reacting
from troupe.runtime.settings import RuntimeSettings

_TABLE = "arn:{partition}:dynamodb:{region}:{account}:table/{app}-{stage}-events"
_MOST = 20_000
"""Events that one look reads, the earliest first; a look at more would not end in time."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as the store has it. Data that was too large to travel stays in its bucket."""

    event: Envelope
    recorded: datetime
    divergent: bool = False
    """Stored beside another event with the same id."""


class History(Need):
    """The event store by its indexes, never by a scan. It says nothing of the last minute, in which indexes lag."""

    slow: ClassVar[bool] = True
    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            ("dynamodb:Query",),
            (_TABLE, f"{_TABLE}/index/{keys.WINDOW_INDEX}", f"{_TABLE}/index/{keys.FAILURE_INDEX}"),
        ),
    )

    def __init__(self, reader: Reader, app: str) -> None:
        self._reader = reader
        self._app = app

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(Reader(client("dynamodb"), settings.names.events), settings.names.app)

    def until(self, now: datetime) -> datetime:
        """Up to when the indexes can be trusted."""
        return now - timedelta(seconds=LAG_S)

    def failures(self, since: datetime, until: datetime) -> list[Happening]:
        """What told of a failure in [since, until), by an index that holds nothing else."""
        return list(_readable(islice(self._reader.window(since, until, failed=True), _MOST)))

    def events(self, since: datetime, until: datetime) -> list[Happening]:
        """Everything recorded in [since, until). Each event costs a read: look at short windows."""
        return list(_readable(islice(self._reader.window(since, until), _MOST)))

    def story(self, correlation_id: str) -> list[Happening]:
        """The events of one correlation, parents before children."""
        return list(_readable(self._reader.story(correlation_id).events))

    def who(self, event: Envelope) -> str:
        """The agent that said it, or in whose name it is said that it failed; or whoever else published it."""
        return self.name(reacting(event))

    def name(self, source: str) -> str:
        """An agent's id, from the source of its events."""
        return source.removeprefix(f"{self._app}.")


def reactions(happenings: Iterable[Happening]) -> list[Reaction]:
    """Who reacted to what among these, and after how long."""
    found = Reactions()
    for happening in happenings:
        if not happening.divergent:
            found.add(happening.event)
    return list(found.each())


def _readable(events: Iterable[StoredEvent]) -> Iterator[Happening]:
    """What is damaged is left out; `troupe verify` names it."""
    for stored in events:
        try:
            event = stored.envelope
        except UnreadableEvent:
            continue
        yield Happening(event, datetime.fromisoformat(stored.recorded), stored.divergent)
