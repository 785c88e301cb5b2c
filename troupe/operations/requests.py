"""What agents ask of people and nobody has answered yet, read from the event store.

The contracts of the question choreography belong to the project, so they are known here by name only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from troupe.event_store.read import Reader, StoredEvent
from troupe.operations.reach import Stage
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Envelope
from troupe.runtime.publisher import Publisher

ASKED, PROVIDED = "ClarificationRequested", "ClarificationProvided"
_WAITS = (ASKED, PROVIDED)


class UnknownRequest(ValueError):
    """There is no open request of this id; one sentence."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question from an agent to whoever is there."""

    id: str
    correlation_id: str
    question: str
    reason: str
    asked_at: datetime


def open_requests(reader: Reader, since: datetime, until: datetime) -> list[Request]:
    """Those asked in [since, until) that are unanswered and whose story has not ended, the oldest first."""
    told = [event for event in reader.window(since, until, types=_WAITS) if not event.divergent]
    answered = {str(event.data.get("request")) for event in told if event.type == PROVIDED}
    waiting = {r.id: r for r in _requests(told) if r.id not in answered}
    return sorted(
        (r for r in waiting.values() if reader.story(r.correlation_id).end is None), key=lambda r: (r.asked_at, r.id)
    )


def named(requests: Iterable[Request], id: str) -> Request:
    """The one request of this id, or of an id that begins so. Raises UnknownRequest."""
    found = [request for request in requests if id and request.id.startswith(id)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownRequest(f"{len(found)} requests begin with {id[:50]}; give more of the id.")
    raise UnknownRequest(
        f"Nothing waits for an answer to {id[:50]!r}: it was never asked, has been answered, or its story has ended. "
        "`troupe inbox` lists what waits."
    )


class NotProvided(RuntimeError):
    """The bus did not take the answer; one sentence."""


def provide(stage: Stage, request: Request, answer: Event) -> None:
    """Puts an answer on the bus of a running stage, as the person whose credentials are at hand. Raises NotProvided."""
    envelope = Envelope.root(answer, f"{stage.names.app}.cli", correlation_id=request.correlation_id)
    refused = Publisher(stage.names.bus).publish(stage.payloads.spill([envelope]))
    if refused:
        raise NotProvided(f"The answer was not published: {next(iter(refused.values()))}")


def _requests(told: Iterable[StoredEvent]) -> Iterable[Request]:
    for event in told:
        if event.type == ASKED:
            yield Request(
                id=str(event.data.get("request", "")),
                correlation_id=event.metadata.correlation_id,
                question=str(event.data.get("question", "")),
                reason=str(event.data.get("reason", "")),
                asked_at=event.metadata.occurred_at,
            )
