"""Tells a story of an earlier local run, from the history under .troupe."""

from __future__ import annotations

from pathlib import Path

from troupe.event_store.read import StoredEvent, Story
from troupe.local.play import Played
from troupe.runtime.settings import Names

LAST = "last"


class RecallError(ValueError):
    """There is no such story; one sentence."""


def recall(root: Path, correlation_id: str) -> Played:
    """The story of a correlation, or of the `last` one. Raises RecallError when there is none.

    Asks the cloud that is up, if one is, and then the history; of a cloud that was up its journal is history, too.
    Boots from the templates of the last run, as they are: nothing is synthesized for looking back.
    """
    from troupe.local.up.presence import running

    up = running(root)
    if up is not None:
        from troupe.local.up.visit import visiting

        with visiting(up):
            found = _find(up.names, correlation_id)
        if found is not None:
            return Played(found, up.names)
    assembly = root / ".troupe" / "cdk.out"
    if not assembly.is_dir():
        raise RecallError('Nothing has been played here yet; begin with: make ask Q="…"')
    from troupe.local.cloud import LocalCloud

    with LocalCloud.boot(root, assembly=assembly, live=True) as cloud:
        cloud.remember()
        if up is None:
            _remember_journal(root)
        found = _find(cloud.names, correlation_id)
        if found is not None:
            return Played(found, cloud.names)
    if correlation_id == LAST:
        raise RecallError('The history is empty; begin with: make ask Q="…"')
    raise RecallError(
        f"The history knows no correlation {correlation_id[:100]}; `troupe trace last` shows the latest one."
    )


def _remember_journal(root: Path) -> None:
    from troupe.local.up import journal, presence, state

    kept = journal.read(root / ".troupe" / presence.NAME / presence.JOURNAL)
    state.put_back((record for record in kept if record[0] in (state.ITEM, state.OBJECT)), in_flight=False)


def _find(names: Names, correlation_id: str) -> Story | None:
    from troupe.local import account

    if correlation_id == LAST:
        latest = _latest(account.stored(names))
        if latest is None:
            return None
        correlation_id = latest
    story = account.reader(names).story(correlation_id)
    return story if story.events else None


def _latest(events: list[StoredEvent]) -> str | None:
    """The correlation that began last; when it ended says nothing, since a local run may skip hours of waiting."""
    roots = [event for event in events if not event.metadata.causes]
    if not roots:
        return None
    return max(roots, key=lambda event: event.metadata.occurred_at).metadata.correlation_id
