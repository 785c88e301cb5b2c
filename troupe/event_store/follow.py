"""Reads windows up to where the indexes can be trusted, and goes on with what comes after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from troupe.event_store import keys
from troupe.event_store.read import Reader, StoredEvent

LAG_S = 60
"""How far short of now readers stop: an index follows its table, usually within a second, not always."""
OVERLAP_S = 120
"""How much is read again each time: what was recorded earlier may have come into the index later."""


def follow(
    reader: Reader,
    since: datetime,
    *,
    now: Callable[[], datetime],
    wait: Callable[[], None],
    lag_s: float = LAG_S,
    **wanted: Any,
) -> Iterator[StoredEvent]:
    """The events recorded since, and then each one that comes, once; ends only when the caller stops.

    wait: called between two looks. wanted: as for `Reader.window`. In order of recording, but for an event that
    came into the index after a later one: it is told when it is seen.
    """
    seen: dict[tuple[str, str], str] = {}
    read_until = since
    while True:
        begins = max(since, read_until - timedelta(seconds=OVERLAP_S))
        until = now() - timedelta(seconds=lag_s)
        for event in reader.window(begins, until, **wanted):
            place = (event.correlation_id, event.item["sk"]["S"])
            if place not in seen:
                seen[place] = event.recorded
                yield event
        read_until = max(read_until, until)
        forgotten = keys.recorded(read_until - timedelta(seconds=2 * OVERLAP_S))
        seen = {place: recorded for place, recorded in seen.items() if recorded >= forgotten}
        wait()
