"""Holds what is stored against itself: every digest anew, along the causes, and the payloads that lie elsewhere.

An event's digest covers what it says and the digests of its causes, so a story is a Merkle DAG: whoever alters an event
and its digest with it is given away by what followed from it. What nothing has followed from yet is vouched for by its
own digest alone, and its disappearance shows only where the status of its story names it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NamedTuple

from troupe.event_store import keys
from troupe.event_store.read import PayloadMissing, Reader, StoredEvent, Story, UnreadableEvent
from troupe.runtime.envelope import Cause, MalformedEvent, digest_of

_CHUNK = 1000
"""Events that are held against each other at a time; causes further away are fetched."""

Verdict = Literal["altered", "missing", "does not belong"]
Place = tuple[str, str]
"""Correlation and id."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one event."""

    verdict: Verdict
    event: str
    """Its type and id; only the id where the type is not known."""
    correlation_id: str
    why: str

    def __str__(self) -> str:
        return f"{self.event} {'is ' if self.verdict != 'does not belong' else ''}{self.verdict}: {self.why}"


@dataclass
class Tally:
    """How much has been looked at."""

    events: int = 0
    payloads: int = 0


def verify_story(reader: Reader, story: Story, tally: Tally) -> list[Finding]:
    """Everything that is wrong with one story."""
    events = [*story.events, *story.damaged]
    found = list(verify(reader, events, tally))
    stored = {e.id for e in events if not e.divergent}
    for status in story.status.values():
        for role in ("root", "end"):
            id = status.get(role, "")
            if id and id not in stored:
                what = (
                    "the story began with it" if role == "root" else f"the story ended with it ({status['end_type']})"
                )
                found.append(Finding("missing", id, story.correlation_id, f"{what}, and it is not stored"))
    return list(dict.fromkeys(found))


def verify(reader: Reader, events: Iterable[StoredEvent], tally: Tally) -> Iterator[Finding]:
    """What is wrong with these events, as it is found; each finding once per thousand events."""
    stream = iter(events)
    before = _Examined({}, {})
    while chunk := list(islice(stream, _CHUNK)):
        now = _Examined({}, {})
        yield from dict.fromkeys(_check(reader, chunk, before, now, tally))
        before = now


class _Stated(NamedTuple):
    """A cause as an event states it."""

    correlation_id: str
    id: str
    depth: int
    digest: str


class _Examined(NamedTuple):
    """What is known of a chunk: mostly an event's causes are in its own, or in the one before."""

    digests: dict[Place, list[str]]
    """Those of all events under an id; empty text for one that cannot be read."""
    stored: dict[Place, StoredEvent]


def _check(
    reader: Reader, chunk: list[StoredEvent], before: _Examined, now: _Examined, tally: Tally
) -> Iterator[Finding]:
    digests, stored = now
    stated: list[tuple[StoredEvent, _Stated]] = []
    for event in chunk:
        place = (event.correlation_id, event.id)
        digest, causes, why = _examined(event, place)
        stored[place] = event
        digests.setdefault(place, []).append(digest)
        stated += [(event, cause) for cause in causes]
        for verdict, said in why:
            yield Finding(verdict, _name(event), place[0], said)
        if event.payloads is not None:
            yield from _payload(event, tally)
    tally.events += len(chunk)
    away = [c for _, c in stated if (c.correlation_id, c.id) not in digests]
    for c in away:
        place = (c.correlation_id, c.id)
        if place in before.digests:
            digests[place], stored[place] = before.digests[place], before.stored[place]
    far = [Cause(**c._asdict()) for c in away if (c.correlation_id, c.id) not in digests]
    for place, event in reader.fetch(far).items():
        digests[place], stored[place] = [_examined(event, place)[0]], event
    for event, cause in stated:
        place = (cause.correlation_id, cause.id)
        found = digests.get(place)
        if found is None:
            why_missing = f"{_name(event)} followed from it, and it is not stored"
            yield Finding("missing", cause.id, cause.correlation_id, why_missing)
        # One that cannot be read at all has been named already; its effects need not tell of it again.
        elif cause.digest not in found and "" not in found:
            why_altered = f"{_name(event)}, which followed from it, states another digest of it"
            yield Finding("altered", _name(stored[place]), cause.correlation_id, why_altered)


def _examined(event: StoredEvent, place: Place) -> tuple[str, list[_Stated], list[tuple[Verdict, str]]]:
    """The digest of what is stored (none if it cannot be read), its causes, and what is wrong with the event itself."""
    item = event.item
    why: list[tuple[Verdict, str]] = []
    try:
        if "crc" not in item or zlib.crc32(event.body) != int(item["crc"]["N"]):
            why.append(("altered", "its body is not the one that was written"))
        detail = event.detail
        metadata = detail["metadata"]
        digest = digest_of(event.type, event.source, detail)
        causes = [_Stated(c["correlation_id"], c["id"], c["depth"], c["digest"]) for c in metadata.get("causes", ())]
        if digest != metadata["digest"] or digest != item["digest"]["S"]:
            why.append(("altered", "its digest is not that of what it says"))
        for said in _misplaced(event, place, metadata, causes):
            why.append(("does not belong", said))
        for said in _misfiled(event, place, metadata):
            why.append(("altered", said))
    except (UnreadableEvent, MalformedEvent) as error:
        return "", [], [("altered", str(error).rstrip("."))]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return "", [], [("altered", f"it is no event any more ({type(error).__name__}: {error})")]
    return digest, causes, why


def _misplaced(event: StoredEvent, place: Place, metadata: dict[str, Any], causes: list[_Stated]) -> Iterator[str]:
    if event.divergent:
        yield "another event has this id and was there before it"
    if metadata["correlation_id"] != place[0]:
        yield f"it is of the story {metadata['correlation_id']}"
    if metadata["id"] != place[1]:
        yield f"its id is {metadata['id']}"
    if metadata["depth"] != (1 + max(c.depth for c in causes) if causes else 0):
        yield f"its depth is {metadata['depth']}, which its causes do not lead to"


def _misfiled(event: StoredEvent, place: Place, metadata: dict[str, Any]) -> Iterator[str]:
    """The attributes beside the body that readers find it by."""
    window, failures = keys.filed_under(event.recorded, place[0])
    if event.item["window"]["S"] != window:
        yield "it is filed under another time than it was recorded at"
    failed = failures if metadata.get("failure") else None
    if event.item.get("failure", {}).get("S") != failed:
        yield "it is not filed among the failures" if failed else "it is filed among the failures"


def _payload(event: StoredEvent, tally: Tally) -> Iterator[Finding]:
    try:
        if not event.detail["metadata"].get("payload"):
            return
        tally.payloads += 1
        _ = event.data
    except PayloadMissing as error:
        yield Finding("missing", _name(event), event.correlation_id, str(error).rstrip("."))
    except UnreadableEvent as error:
        yield Finding("altered", _name(event), event.correlation_id, str(error).rstrip("."))


def _name(event: StoredEvent) -> str:
    return f"{event.type} {event.id}"
