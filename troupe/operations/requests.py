"""What agents ask of people and nobody has answered yet, read from the event store.

The contracts of the question choreography belong to the project, so they are known here by name only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from troupe.event_store.read import Reader, StoredEvent
from troupe.runtime.person import are_one

PROVIDED, GRANTED, DENIED = "ClarificationProvided", "ApprovalGranted", "ApprovalDenied"
ANSWERED_BY = {"ClarificationRequested": (PROVIDED,), "ApprovalRequested": (GRANTED, DENIED)}
"""What agents ask, and what people may say to it; both carry the id of the request in `request`."""
_WAITS = (*ANSWERED_BY, *(answer for answers in ANSWERED_BY.values() for answer in answers))


class UnknownRequest(ValueError):
    """There is no open request of this id; one sentence."""


class OwnRequest(ValueError):
    """Nobody approves what they asked themselves; one sentence."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question from an agent to whoever is there."""

    id: str
    correlation_id: str
    type: str
    question: str
    reason: str
    asked_at: datetime
    behind: tuple[str, ...] = ()
    """Ids of those whose question it is: the asker first, then who said it in other words."""
    sql: str = ""
    """What will run if it is approved."""

    @property
    def answers(self) -> tuple[str, ...]:
        """The types that answer it."""
        return ANSWERED_BY[self.type]


def open_requests(reader: Reader, since: datetime, until: datetime) -> list[Request]:
    """Those asked in [since, until) that are unanswered and whose story has not ended, the oldest first."""
    told = [event for event in reader.window(since, until, types=_WAITS) if not event.divergent]
    answered = {str(event.data.get("request")) for event in told if event.type not in ANSWERED_BY}
    waiting = {r.id: r for r in map(_stored, (e for e in told if e.type in ANSWERED_BY)) if r.id not in answered}
    return sorted(
        (r for r in waiting.values() if reader.story(r.correlation_id).end is None), key=lambda r: (r.asked_at, r.id)
    )


def named(requests: Iterable[Request], id: str, answer: str) -> Request:
    """The one request of this id, or of an id that begins so, that may be answered so. Raises UnknownRequest."""
    found = [request for request in requests if id and request.id.startswith(id)]
    if len(found) > 1:
        raise UnknownRequest(f"{len(found)} requests begin with {id[:50]}; give more of the id.")
    if not found:
        raise UnknownRequest(
            f"Nothing waits for an answer to {id[:50]!r}: it was never asked, has been answered, or its story has "
            "ended. `troupe inbox` lists what waits."
        )
    if answer not in found[0].answers:
        raise UnknownRequest(f"{found[0].id} waits for {' or '.join(found[0].answers)}, not for {answer}.")
    return found[0]


def require_another(request: Request, answer: str, by: str, hint: str = "") -> None:
    """Raises OwnRequest when somebody is about to approve what they asked, or said in other words, themselves."""
    if answer == GRANTED and any(are_one(by, other) for other in request.behind):
        raise OwnRequest(f"{by} asked this, and nobody approves their own request: somebody else has to. {hint}")


def told_by_the_desk(told: Iterable[dict[str, Any]]) -> list[Request]:
    """Those of the desk's requests that are known here, the oldest first."""
    return [
        _request(one["data"], one["correlation_id"], one["type"], datetime.fromisoformat(one["asked_at"]))
        for one in told
        if one["type"] in ANSWERED_BY
    ]


def _stored(event: StoredEvent) -> Request:
    return _request(event.data, event.metadata.correlation_id, event.type, event.metadata.occurred_at)


def _request(data: Any, correlation_id: str, type_: str, asked_at: datetime) -> Request:
    return Request(
        id=str(data.get("request", "")),
        correlation_id=correlation_id,
        type=type_,
        question=str(data.get("question", "")),
        reason=" ".join(str(data[name]) for name in ("not_counted", "reason") if data.get(name)),
        asked_at=asked_at,
        behind=tuple(_ids([data.get("asked_by"), *(data.get("reworded_by") or [])])),
        sql=str(data.get("sql", "")),
    )


def _ids(persons: Iterable[Any]) -> Iterable[str]:
    return (str(person["id"]) for person in persons if isinstance(person, dict) and person.get("id"))
