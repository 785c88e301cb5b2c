"""What it costs to tell stories: calls and items per trace and per 1,000 events of a window, in a store of 2,000 and of
20,000 events; and what it takes to verify, against hashing alone.

The store is the tests' in-memory table, which pages and filters as DynamoDB does and counts what it is asked: moto
would take minutes over 20,000 events, and what counts here are requests, not milliseconds. Verifying and hashing run
over the same stored events, in turn, in CPU time; hashing is the digest alone, of text that has been read already.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.event_store.shelf import Shelf, item_of, size_of, stories, units
from troupe.event_store import keys
from troupe.event_store.read import Reader, StoredEvent
from troupe.event_store.verify import Tally, verify
from troupe.runtime.envelope import digest_of

BEGAN = datetime(2026, 11, 20, tzinfo=UTC)
EVERY = timedelta(seconds=3)
"""1,200 events an hour, whatever the store has seen before."""
SIZES = (2_000, 20_000)
_LENGTH = 10
_ROUNDS = 5


def measure() -> dict[str, Any]:
    """All numbers, with their targets."""
    stores = {size: _filled(size) for size in SIZES}
    traces = {size: _trace(store) for size, store in stores.items()}
    windows = {size: _window(store, size) for size, store in stores.items()}
    small, large = SIZES
    return {
        "trace": {str(size): counted for size, counted in traces.items()},
        "window_per_1000": {str(size): counted for size, counted in windows.items()},
        "grows": traces[small] != traces[large] or windows[small] != windows[large],
        "verify": _verify(stores[small]),
        "write_units": _write_units(),
    }


def _filled(size: int) -> Shelf:
    shelf = Shelf()
    for moment, event in stories(size // _LENGTH, _LENGTH, BEGAN, EVERY):
        shelf.put(item_of(event, moment))
    return shelf


def _trace(shelf: Shelf) -> dict[str, int]:
    shelf.forget()
    story = Reader(shelf, "events").story("c0")
    assert len(story.events) == _LENGTH
    return {"calls": len(shelf.queries), "items": shelf.read, "events": len(story.events)}


def _window(shelf: Shelf, size: int) -> dict[str, int]:
    """The latest 1,000 events of the store."""
    shelf.forget()
    ends = BEGAN + size * EVERY
    # The window of both stores begins at the same place within the hour, so that both touch as many partitions.
    since = ends - 1000 * EVERY
    found = sum(1 for _ in Reader(shelf, "events", workers=8).window(since, ends))
    assert found == 1000
    in_window = sum(len(shards) for shards in keys.windows(since, ends))
    return {"calls": len(shelf.queries), "items": shelf.read, "partitions": in_window, "events": found}


def _verify(shelf: Shelf) -> dict[str, float]:
    reader = Reader(shelf, "events")
    items = [event.item for event in reader.window(BEGAN, BEGAN + timedelta(days=1))]
    details = [(e.type, e.source, e.detail) for e in map(StoredEvent, items)]

    def hash_alone() -> None:
        for type_, source, detail in details:
            digest_of(type_, source, detail)

    def verify_all() -> None:
        assert not list(verify(reader, map(StoredEvent, items), Tally()))

    hashing, verifying = [], []
    for _ in range(_ROUNDS):
        hashing.append(_cpu_ms(hash_alone))
        verifying.append(_cpu_ms(verify_all))
    ratio = statistics.median(v / h for v, h in zip(verifying, hashing, strict=True))
    return {
        "events": len(items),
        "hashing_cpu_ms": round(statistics.median(hashing), 1),
        "verify_cpu_ms": round(statistics.median(verifying), 1),
        "ratio": round(ratio, 2),
        "target": 2.0,
    }


def _write_units() -> dict[str, int]:
    """Of an event of about 1 KB, and of one that tells of a failure; the status item is one unit of each."""
    ((_, plain),) = stories(1, 1, BEGAN, EVERY)
    (*_, (_, failure)) = stories(1, 10, BEGAN, EVERY)
    return {"event": 1 + _units(item_of(plain, BEGAN)), "failure": 1 + _units(item_of(failure, BEGAN))}


def _units(item: dict[str, Any]) -> int:
    return units(size_of(item)) * (1 + sum(index in item for index in ("window", "failure")))


def _cpu_ms(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    print(json.dumps({"event_store": measure()}))
