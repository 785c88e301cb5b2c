"""Puts back what earlier local runs have stored, so that it can be read like any store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from troupe.runtime.settings import Names


class RecallError(ValueError):
    """There is nothing to look back at; one sentence."""


@contextmanager
def recalled(root: Path) -> Iterator[Names]:
    """While this is open, AWS clients of this process see the store, decisions and payloads of all earlier runs here.

    Of a `troupe up` that has ended its journal is history, too. Boots from the templates of the last run, as they are:
    nothing is synthesized for looking back. Raises RecallError when nothing has been played here.
    """
    assembly = root / ".troupe" / "cdk.out"
    if not assembly.is_dir():
        raise RecallError('Nothing has been played here yet; begin with: make ask Q="…"')
    from troupe.local.cloud import LocalCloud
    from troupe.local.up.presence import running

    with LocalCloud.boot(root, assembly=assembly, live=True) as cloud:
        cloud.remember()
        if running(root) is None:
            remember_journal(root)
        yield cloud.names


def latest(names: Names) -> str:
    """The correlation that began last, empty when there is none; read by a scan, for a store on this machine.

    When it ended says nothing, since a local run may skip hours of waiting.
    """
    from troupe.event_store.read import UnreadableEvent
    from troupe.local import account

    began: dict[str, str] = {}
    for event in account.stored(names):
        try:
            if not event.metadata.causes:
                began[event.metadata.correlation_id] = event.metadata.occurred_at.isoformat()
        except UnreadableEvent:
            continue
    return max(began, key=lambda id: began[id], default="")


def extent(names: Names) -> tuple[str, str] | None:
    """When the first and the last event were recorded, which may be ahead of now; by a scan, as above."""
    from troupe.local import account

    recorded = [event.recorded for event in account.stored(names)]
    return (min(recorded), max(recorded)) if recorded else None


def remember_journal(root: Path) -> None:
    """Puts back what a `troupe up` has stored here, into the cloud that is open."""
    from troupe.local.up import journal, presence, state

    kept = journal.read(root / ".troupe" / presence.NAME / presence.JOURNAL)
    state.put_back((record for record in kept if record[0] in (state.ITEM, state.OBJECT)), in_flight=False)
