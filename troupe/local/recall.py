"""Tells a story of an earlier local run, from the history under .troupe."""

from __future__ import annotations

from pathlib import Path

from troupe.event_store.read import StoredEvent
from troupe.local.play import Played

LAST = "last"


class RecallError(ValueError):
    """There is no such story; one sentence."""


def recall(root: Path, correlation_id: str) -> Played:
    """The story of a correlation, or of the `last` one. Raises RecallError when there is none.

    Boots from the templates of the last run, as they are: nothing is synthesized for looking back.
    """
    assembly = root / ".troupe" / "cdk.out"
    if not assembly.is_dir():
        raise RecallError('Nothing has been played here yet; begin with: make ask Q="…"')
    from troupe.local.cloud import LocalCloud

    with LocalCloud.boot(root, assembly=assembly, live=True) as cloud:
        cloud.remember()
        if correlation_id == LAST:
            correlation_id = _latest(cloud.events())
        story = cloud.reader.story(correlation_id)
        if not story.events:
            raise RecallError(
                f"The history knows no correlation {correlation_id[:100]}; `troupe trace last` shows the latest one."
            )
        return Played(story, cloud.names)


def _latest(events: list[StoredEvent]) -> str:
    """The correlation that began last; when it ended says nothing, since a local run may skip hours of waiting."""
    roots = [event for event in events if not event.metadata.causes]
    if not roots:
        raise RecallError('The history is empty; begin with: make ask Q="…"')
    return max(roots, key=lambda event: event.metadata.occurred_at).metadata.correlation_id
