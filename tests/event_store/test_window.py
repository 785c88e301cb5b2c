"""A window read: exactly what was recorded in it, in order, from its own partitions only, and no more as it grows."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.event_store.shelf import Shelf, item_of, stories
from troupe import Envelope
from troupe.event_store import keys
from troupe.event_store.read import Reader

pytestmark = pytest.mark.thorough

BEGAN = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
EVERY = timedelta(seconds=3)


@pytest.fixture(scope="module")
def events() -> list[tuple[datetime, Envelope]]:
    """20,000 events over nearly 17 hours, across midnight."""
    return stories(400, 50, BEGAN, EVERY)


@pytest.fixture(scope="module")
def made(events: list[tuple[datetime, Envelope]]) -> list[tuple[datetime, str]]:
    return [(moment, event.metadata.id) for moment, event in events]


@pytest.fixture(scope="module")
def full(events: list[tuple[datetime, Envelope]]) -> Shelf:
    shelf = Shelf()
    for moment, event in events:
        shelf.put(item_of(event, moment))
    return shelf


@pytest.fixture(params=[1, 8], ids=["one after the other", "in parallel"])
def reader(full: Shelf, request: pytest.FixtureRequest) -> Reader:
    full.forget()
    return Reader(full, "events", workers=request.param)


def hours(since: datetime, until: datetime) -> set[str]:
    return {p for shards in keys.windows(since, until) for p in shards}


@pytest.mark.parametrize(
    ("since_s", "until_s"),
    [(0, 60_000), (5400, 12_600), (5401, 5402), (5400.0005, 5403), (30_000, 30_000.002), (50_000, 90_000)],
)
def test_it_holds_exactly_the_window_in_order(
    reader: Reader, full: Shelf, made: list[tuple[datetime, str]], since_s: float, until_s: float
) -> None:
    since, until = BEGAN + timedelta(seconds=since_s), BEGAN + timedelta(seconds=until_s)
    found = [e.id for e in reader.window(since, until)]
    floor = since.replace(microsecond=since.microsecond // 1000 * 1000)
    assert found == [id for moment, id in made if floor <= moment < until]
    assert {index for index, _ in full.queries} == {"window"}
    assert {part for _, part in full.queries} == hours(since, until), "each of its partitions, and no other"
    assert full.read == len(found), "nothing is read that is not in the window"


def test_failures_are_read_from_their_own_index(reader: Reader, full: Shelf, made: list[tuple[datetime, str]]) -> None:
    since, until = BEGAN + timedelta(hours=1), BEGAN + timedelta(hours=4)
    found = [e.id for e in reader.window(since, until, failed=True)]
    assert found == [id for n, (moment, id) in enumerate(made) if n % 10 == 9 and since <= moment < until]
    days = {f"2026-11-{day}#{shard}" for day in (20, 21) for shard in range(keys.SHARDS)}
    assert set(full.queries) == {("failures", part) for part in days}
    assert full.read == len(found)


def test_what_is_not_wanted_is_left_out(reader: Reader, full: Shelf) -> None:
    since, until = BEGAN, BEGAN + timedelta(hours=2)
    found = list(reader.window(since, until, types=["WentWrong"], sources=["troupe.test.agent-4", "x"]))
    assert len(found) == 240
    assert {(e.type, e.source) for e in found} == {("WentWrong", "troupe.test.agent-4")}
    assert list(reader.window(since, until, types=["WentWrong"], sources=["troupe.test.agent-1"])) == []


def test_an_empty_or_reversed_window_asks_nothing(reader: Reader, full: Shelf) -> None:
    assert list(reader.window(BEGAN, BEGAN)) == []
    assert list(reader.window(BEGAN + timedelta(hours=1), BEGAN)) == []
    assert full.queries == []


def test_pages_are_read_through_and_merged() -> None:
    shelf = Shelf(page_bytes=2000)
    for moment, event in stories(40, 5, BEGAN, EVERY):
        shelf.put(item_of(event, moment))
    for workers in (1, 2, 8):
        shelf.forget()
        found = [e.recorded for e in Reader(shelf, "events", workers=workers).window(BEGAN, BEGAN + timedelta(hours=1))]
        assert len(found) == 200
        assert found == sorted(found)
        assert len(shelf.queries) > 40


def test_it_streams(full: Shelf) -> None:
    """The first events come before the rest of the window has been asked for."""
    for workers in (1, 8):
        full.forget()
        reading = Reader(full, "events", workers=workers).window(BEGAN, BEGAN + timedelta(hours=16))
        first = list(itertools.islice(reading, 100))
        assert len(first) == 100
        assert len(full.queries) <= keys.SHARDS + workers
        reading.close()
        assert not [t for t in threading.enumerate() if t.name.startswith("window") and not t.daemon and _busy(t)]


def _busy(thread: threading.Thread) -> bool:
    thread.join(60)
    return thread.is_alive()


def test_partitions_are_read_at_the_same_time() -> None:
    """Four queries must be under way together before any is answered."""
    meeting = threading.Barrier(keys.SHARDS, timeout=60)

    class Slow(Shelf):
        def query(self, **request: object) -> dict[str, object]:
            meeting.wait()
            return super().query(**request)

    shelf = Slow()
    for moment, event in stories(40, 1, BEGAN, EVERY):
        shelf.put(item_of(event, moment))
    assert len(list(Reader(shelf, "events", workers=8).window(BEGAN, BEGAN + timedelta(minutes=30)))) == 40


def test_progress_is_told_per_hour(full: Shelf) -> None:
    told: list[tuple[int, int]] = []
    reader = Reader(full, "events", workers=8)
    list(reader.window(BEGAN, BEGAN + timedelta(hours=3), progress=lambda done, all: told.append((done, all))))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_trace_is_one_query_per_page(full: Shelf) -> None:
    full.forget()
    story = Reader(full, "events").story("c17")
    assert len(story.events) == 50
    assert full.queries == [("", "C#c17")]
    small = Shelf(page_bytes=10_000)
    for moment, event in stories(2, 50, BEGAN, EVERY):
        small.put(item_of(event, moment))
    assert len(Reader(small, "events").story("c1").events) == 50
    assert set(small.queries) == {("", "C#c1")}
    assert 2 <= len(small.queries) <= 6
