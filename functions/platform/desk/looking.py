"""A person looks: at a story that they began, at its page, at what waits for somebody's word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from troupe import Person, Refused, Response
from troupe.event_store.moments import MomentError, window
from troupe.event_store.read import StoredEvent, Story
from troupe.operations.front_desk import FrontDesk

from .persons import may_see
from .stories import Waiting, asker, waiting

PAGE = "html"
"""A terminal event with this field has a page to show."""
_MOST_REQUESTS = 100
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-downloads"
)
"""For the page, whatever it says of itself: no script, no network, nobody's frame."""


def at_oneself(who: Person, desk: FrontDesk) -> Response:
    """Who the caller is, and what they may say."""
    return Response(200, {"person": who.id, "claims": who.claims, "may_say": sorted(desk.sayings)})


def at_status(id: str, who: Person, desk: FrontDesk) -> Response:
    """How the caller's story stands: its outcome, what waits for people, and the result once it has ended."""
    story = _own(id, who, desk)
    open_ = _open(story, desk)
    end = story.end
    return Response(
        200,
        {
            "correlation_id": id,
            "outcome": _outcome(end, open_),
            "end": None if end is None else {**_told(end), "data": _without_page(end.data)},
            "page": f"/stories/{id}/view" if _page(end) else None,
            "requests": [w.as_json() for w in open_],
            "incidents": [
                {**_told(e), "data": e.data} for e in story.events if e.metadata.failure and not e.metadata.terminal
            ],
            "events": [_told(event) for event in story.events],
        },
    )


def at_events(id: str, who: Person, desk: FrontDesk) -> Response:
    """Every event of the caller's story as it is stored, data from the bucket included, pages left out."""
    story = _own(id, who, desk)
    return Response(200, {"correlation_id": id, "status": story.status, "events": [_whole(e) for e in story.events]})


def at_view(id: str, who: Person, desk: FrontDesk) -> Response:
    """The page that the caller's story ended with."""
    end = _own(id, who, desk).end
    page = _page(end)
    if not page:
        raise Refused(404, "There is no page: the story " + ("goes on." if end is None else f"ended with {end.type}."))
    return Response(
        200,
        page,
        {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": _POLICY,
            "referrer-policy": "no-referrer",
        },
    )


def at_requests(since: str, who: Person, desk: FrontDesk) -> Response:
    """What waits for somebody's word and concerns the caller, the oldest first."""
    try:
        begins, ends = window(since, "", datetime.now(UTC))
    except MomentError as error:
        raise Refused(400, str(error)) from None
    types = sorted({asked for saying in desk.sayings.values() for asked in saying.answers})
    # What is recorded right now counts, too.
    told = desk.told(begins, ends + timedelta(seconds=1), types) if types else ()
    asked = [event for event in told if not event.divergent]
    stories = [desk.story(id) for id in dict.fromkeys(event.correlation_id for event in asked)]
    found = [w for story in stories if _concerns(story, who, desk) for w in _open(story, desk)]
    found.sort(key=lambda w: (w.event.metadata.occurred_at, w.id))
    more = {"more": len(found) - _MOST_REQUESTS} if len(found) > _MOST_REQUESTS else {}
    return Response(200, {"requests": [w.as_json() for w in found[:_MOST_REQUESTS]], **more})


def _own(id: str, who: Person, desk: FrontDesk) -> Story:
    """A story that this person began. Whether somebody else's exists is not told either."""
    story = desk.story(id)
    began = asker(story, desk.sayings, desk.source)
    if began.id != who.id:
        raise Refused(404, f"There is no story {id[:60]} of yours; a new one can be seen once it is recorded.")
    return story


def _concerns(story: Story, who: Person, desk: FrontDesk) -> bool:
    began = asker(story, desk.sayings, desk.source)
    return began.id == who.id or may_see(who, began)


def _open(story: Story, desk: FrontDesk) -> list[Waiting]:
    if story.end is not None:
        return []
    return [w for w in waiting(story, desk.sayings, desk.source) if not w.answered]


def _outcome(end: StoredEvent | None, open_: list[Waiting]) -> str:
    if end is None:
        return "waiting" if open_ else "open"
    return "failed" if end.metadata.failure else "done"


def _told(event: StoredEvent) -> dict[str, Any]:
    m = event.metadata.model_dump(mode="json")
    causes = [cause["id"] for cause in m["causes"]]
    return {"id": m["id"], "type": event.type, "source": event.source, "causes": causes, "at": m["occurred_at"]}


def _whole(event: StoredEvent) -> dict[str, Any]:
    return {
        "type": event.type,
        "source": event.source,
        "recorded": event.recorded,
        "divergent": event.divergent,
        "detail": {"metadata": event.detail["metadata"], "data": _without_page(event.data)},
    }


def _page(end: StoredEvent | None) -> str:
    page = end.data.get(PAGE) if end is not None and isinstance(end.data, dict) else None
    return page if isinstance(page, str) else ""


def _without_page(data: Any) -> Any:
    return {k: v for k, v in data.items() if k != PAGE} if isinstance(data, dict) else data
