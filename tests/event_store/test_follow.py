"""Times as people say them, and following: up to where the index can be trusted, and everything once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.event_store.shelf import Shelf, item_of, stories
from troupe.event_store.follow import LAG_S, follow
from troupe.event_store.moments import MomentError, moment, window
from troupe.event_store.read import Reader

BEGAN = datetime(2026, 11, 23, 10, 59, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Over(Exception):
    pass


@settings(max_examples=40, deadline=None)
@given(lags=st.lists(st.integers(0, 110), min_size=60, max_size=60), step=st.integers(1, 100))
def test_everything_is_told_once_however_late_the_index_is(lags: list[int], step: int) -> None:
    """Each event comes into the index up to 110 s after it was recorded; the reader looks again every `step` s."""
    shelf = Shelf()
    coming = sorted(
        (moment + lag * SECOND, n, item_of(event, moment))
        for n, ((moment, event), lag) in enumerate(zip(stories(6, 10, BEGAN, 3 * SECOND), lags, strict=True))
    )
    clock = [BEGAN]

    def wait() -> None:
        clock[0] += step * SECOND
        while coming and coming[0][0] <= clock[0]:
            shelf.put(coming.pop(0)[2])
        if clock[0] > BEGAN + timedelta(minutes=10):
            raise Over

    told: list[tuple[str, datetime]] = []
    with pytest.raises(Over):
        for event in follow(Reader(shelf, "events"), BEGAN - SECOND, now=lambda: clock[0], wait=wait):
            told.append((event.id, datetime.fromisoformat(event.recorded)))
            assert told[-1][1] <= clock[0] - LAG_S * SECOND, "a minute short of now"
    assert sorted(id for id, _ in told) == sorted(f"e0-{n}" for n in range(60))


def test_what_is_in_time_is_told_in_order() -> None:
    shelf = Shelf()
    for recorded, event in stories(6, 10, BEGAN, SECOND):
        shelf.put(item_of(event, recorded))
    clock = iter([BEGAN + 70 * SECOND, BEGAN + 90 * SECOND, BEGAN + 300 * SECOND, BEGAN + 301 * SECOND])

    def moments() -> Iterator[str]:
        try:
            for event in follow(Reader(shelf, "events"), BEGAN, now=lambda: next(clock), wait=lambda: None):
                yield event.id
        except RuntimeError:
            return

    assert list(moments()) == [f"e0-{n}" for n in range(60)]


def test_following_reads_the_overlap_again_and_no_more() -> None:
    shelf = Shelf()
    for recorded, event in stories(100, 72, BEGAN, SECOND):
        shelf.put(item_of(event, recorded))
    now = [BEGAN + timedelta(hours=2)]
    reads = []

    def wait() -> None:
        reads.append(shelf.read)
        shelf.forget()
        now[0] += 2 * SECOND
        if len(reads) == 3:
            raise Over

    with pytest.raises(Over):
        list(follow(Reader(shelf, "events"), BEGAN, now=lambda: now[0], wait=wait))
    assert reads == [7140, 122, 122]


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("15m", 900), ("15 min", 900), ("2h", 7200), ("1.5h", 5400), ("7d", 604_800), ("2w", 1_209_600)],
)
def test_how_long_ago(text: str, seconds: int) -> None:
    assert moment(text, NOW) == NOW - seconds * SECOND


def test_dates_and_times() -> None:
    assert moment("2026-11-20", NOW) == datetime(2026, 11, 20, tzinfo=UTC)
    assert moment("2026-11-20T10:00+02:00", NOW) == datetime(2026, 11, 20, 8, tzinfo=UTC)


@given(st.text())
def test_anything_else_is_a_sentence(text: str) -> None:
    try:
        moment(text, NOW)
    except MomentError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-11-24", "", "begins in the future"),
        ("1h", "2h", "not after its beginning"),
        ("2026-11-23T12:00", "", "not after its beginning"),
        ("99999999999999999999w", "", "longer ago than there are dates"),
    ],
)
def test_a_window_without_time_in_it(since: str, until: str, said: str) -> None:
    with pytest.raises(MomentError, match=said):
        window(since, until, NOW)
