"""What is told of a replay: its beginning and its end, as events of a story of its own.

Both follow from what is frozen, to the last byte, so that telling them again after a crash tells nothing new.
"""

from __future__ import annotations

from datetime import UTC, datetime

from troupe.operations.replay.manifest import Manifest, ReplayError
from troupe.operations.replay.shelf import Progress
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Cause, Envelope, Metadata, event_id, new_traceparent, terms_of, wire
from troupe.runtime.incidents import ReplayEnded, ReplayStarted
from troupe.runtime.publisher import Publisher


def started(manifest: Manifest, app: str) -> Envelope:
    """That it begins, as of when it was frozen."""
    event = ReplayStarted(
        replay=manifest.id,
        mode=manifest.mode,
        agents=manifest.agents,
        events=len(manifest.entries),
        repeat=manifest.repeat,
        left_out=len(manifest.left_out),
        selection=manifest.selection[:1000],
        manifest=manifest.hash,
        reason=manifest.reason[:1000],
        by=manifest.by,
    )
    return _envelope(event, manifest, app, manifest.created, ())


def ended(manifest: Manifest, app: str, progress: Progress) -> Envelope:
    """That it is over, as noted."""
    event = ReplayEnded(
        replay=manifest.id, outcome=progress.state, sent=progress.sent, of=manifest.total, by=progress.by
    )
    causes = (started(manifest, app).as_cause,)
    return _envelope(event, manifest, app, datetime.fromtimestamp(progress.ended, UTC), causes)


def tell(publisher: Publisher, event: Envelope) -> None:
    """Publishes it. Raises ReplayError when the bus refuses it: a replay that nobody can know of is not begun."""
    refused = publisher.publish([event])
    if refused:
        raise ReplayError(f"{event.type} could not be published, so nothing was done: {refused[event.metadata.id]}")


def _envelope(event: Event, manifest: Manifest, app: str, when: datetime, causes: tuple[Cause, ...]) -> Envelope:
    metadata = Metadata(
        id=event_id(causes, "operator", "replay", event.type_name(), "", manifest.id),
        correlation_id=manifest.id,
        causes=causes,
        depth=len(causes),
        occurred_at=when,
        agent_version="",
        traceparent=new_traceparent(),
        **terms_of(event),
    )
    return Envelope(event.type_name(), f"{app}.operator", metadata, wire(event)).sealed()
