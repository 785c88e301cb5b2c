"""What an agent that watches the platform sees of the past, and at what price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.event_store.shelf import Shelf, item_of, stories
from troupe import AgentFailed, Envelope
from troupe.adapters.history import History, reactions
from troupe.event_store.read import Reader

BEGAN = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
COUNT = 200


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """200 events within 200 seconds, every tenth a failure; one of them is damaged."""
    shelf = Shelf()
    for n, (moment, event) in enumerate(stories(20, 10, BEGAN, timedelta(seconds=1))):
        item = item_of(event, moment)
        shelf.put(item | {"body": {"B": b"damaged"}} if n == 5 else item)
    return shelf


@pytest.fixture
def history(shelf: Shelf) -> History:
    shelf.forget()
    return History(Reader(shelf, "events"), "troupe")


def test_failures_are_read_from_the_index_that_holds_nothing_else(history: History, shelf: Shelf) -> None:
    found = history.failures(BEGAN, BEGAN + timedelta(seconds=100))
    assert [h.event.type for h in found] == ["WentWrong"] * 10
    assert [h.recorded for h in found] == [BEGAN + timedelta(seconds=9 + 10 * n) for n in range(10)]
    assert {index for index, _ in shelf.queries} == {"failures"} and shelf.read == 10


def test_events_are_those_of_the_window_without_what_is_damaged(history: History, shelf: Shelf) -> None:
    found = history.events(BEGAN, BEGAN + timedelta(seconds=60))
    assert len(found) == 59
    assert {index for index, _ in shelf.queries} == {"window"} and shelf.read == 60


def test_a_story_is_read_by_its_correlation(history: History) -> None:
    story = history.story("c7")
    assert [h.event.metadata.depth for h in story] == list(range(10))
    assert history.story("nobody's") == []


def test_the_last_minute_is_not_trusted(history: History) -> None:
    assert history.until(BEGAN) == BEGAN - timedelta(seconds=60)


def test_it_is_the_agent_that_failed_whoever_says_so(history: History) -> None:
    failed = AgentFailed.model_validate(AgentFailed.example | {"agent": "shop.till"})
    assert history.who(Envelope.root(failed, "troupe.platform.watchdog")) == "shop.till"
    other = next(h.event for h in history.story("c7"))
    assert history.who(other) == other.source.removeprefix("troupe.")


def test_reactions_are_read_off_the_causes(history: History) -> None:
    story = history.story("c7")
    found = reactions(story)
    assert [(r.source, r.by) for r in found] == [(a.event.source, b.event.source) for a, b in pairwise(story)]
