"""Holds what is stored against itself: every digest anew, along the causes, and the payloads that lie elsewhere.

An event's digest covers what it says and the digests of its causes, so a story is a Merkle DAG: whoever alters an event
and its digest with it is given away by what followed from it. What nothing has followed from yet is vouched for by its
own digest alone, and its disappearance shows only where the status of its story names it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from troupe.event_store import keys
from troupe.event_store.read import PayloadMissing, Reader, StoredEvent, Story, UnreadableEvent
from troupe.runtime.envelope import Cause, MalformedEvent, digest_of

_CHUNK = 1000
"""Events that are held against each other at a time; causes further away are fetched."""

Place = tuple[str, str]
"""Correlation and id."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one event."""

    verdict: Literal["altered", "missing", "does not belong"]
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
    while chunk := list(islice(stream, _CHUNK)):
        yield from dict.fromkeys(_check(reader, chunk, tally))


def _check(reader: Reader, chunk: list[StoredEvent], tally: Tally) -> Iterator[Finding]:
    digests: dict[Place, set[str]] = {}
    names: dict[Place, str] = {}
    stated: list[tuple[StoredEvent, Cause]] = []
    for event in chunk:
        place = (event.correlation_id, event.id)
        names[place] = _name(event)
        digest, causes, why = _examined(event)
        # One that cannot be read at all is stored none the less: its effects need not tell of it again.
        digests.setdefault(place, set()).add(digest)
        for verdict, said in why:
            yield Finding(verdict, names[place], event.correlation_id, said)
        stated += [(event, cause) for cause in causes]
        tally.events += 1
    for event in chunk:
        yield from _payload(event, tally)
    away = [c for _, c in stated if (c.correlation_id, c.id) not in digests]
    for place, event in reader.fetch(away).items():
        names[place] = _name(event)
        digests[place] = {_examined(event)[0]}
    for event, cause in stated:
        yield from _linked(event, cause, digests, names)


def _linked(
    event: StoredEvent, cause: Cause, digests: dict[Place, set[str]], names: dict[Place, str]
) -> Iterator[Finding]:
    place = (cause.correlation_id, cause.id)
    follower = _name(event)
    if place not in digests:
        yield Finding("missing", cause.id, cause.correlation_id, f"{follower} followed from it, and it is not stored")
    elif cause.digest not in digests[place] and "" not in digests[place]:
        why = f"{follower}, which followed from it, states another digest of it"
        yield Finding("altered", names[place], cause.correlation_id, why)


def _examined(event: StoredEvent) -> tuple[str, list[Cause], list[tuple[Any, str]]]:
    """The digest of what is stored (none if it cannot be read), its causes, and what is wrong with the event itself."""
    item = event.item
    why: list[tuple[Any, str]] = []
    try:
        if "crc" not in item or zlib.crc32(event.body) != int(item["crc"]["N"]):
            why.append(("altered", "its body is not the one that was written"))
        detail = event.detail
        metadata = detail["metadata"]
        digest = digest_of(event.type, event.source, detail)
        causes = [Cause.model_construct(**cause) for cause in metadata.get("causes", ())]
        if digest != metadata["digest"] or digest != item["digest"]["S"]:
            why.append(("altered", "its digest is not that of what it says"))
        why += [("does not belong", said) for said in _misplaced(event, metadata, causes)]
        why += [("altered", said) for said in _misfiled(event, metadata)]
    except (UnreadableEvent, MalformedEvent) as error:
        return "", [], [("altered", str(error).rstrip("."))]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return "", [], [("altered", f"it is no event any more ({type(error).__name__}: {error})")]
    return digest, causes, why


def _misplaced(event: StoredEvent, metadata: dict[str, Any], causes: list[Cause]) -> Iterator[str]:
    if event.divergent:
        yield "another event has this id and was there before it"
    if metadata["correlation_id"] != event.correlation_id:
        yield f"it is of the story {metadata['correlation_id']}"
    if metadata["id"] != event.id:
        yield f"its id is {metadata['id']}"
    if metadata["depth"] != (1 + max(c.depth for c in causes) if causes else 0):
        yield f"its depth is {metadata['depth']}, which its causes do not lead to"


def _misfiled(event: StoredEvent, metadata: dict[str, Any]) -> Iterator[str]:
    """The attributes beside the body that readers find it by."""
    moment = datetime.fromisoformat(event.recorded)
    if event.item["window"]["S"] != keys.window(moment, event.correlation_id):
        yield "it is filed under another time than it was recorded at"
    failed = keys.failure(moment, event.correlation_id) if metadata.get("failure") else None
    if event.item.get("failure", {}).get("S") != failed:
        yield "it is not filed among the failures" if failed else "it is filed among the failures"


def _payload(event: StoredEvent, tally: Tally) -> Iterator[Finding]:
    try:
        if event.payloads is None or not event.detail["metadata"].get("payload"):
            return
        tally.payloads += 1
        _ = event.data
    except PayloadMissing as error:
        yield Finding("missing", _name(event), event.correlation_id, str(error).rstrip("."))
    except UnreadableEvent as error:
        yield Finding("altered", _name(event), event.correlation_id, str(error).rstrip("."))


def _name(event: StoredEvent) -> str:
    return f"{event.type} {event.id}"
