"""Recorders that get in each other's way at every step, and die between two: the same store."""

from __future__ import annotations

import os
import random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from tests.event_store.test_append import NOW, Begun, Ended, child, contents, fresh
from tests.runtime.stage import ENVIRONMENT
from troupe import Envelope
from troupe.event_store.append import Appended, EventStore

pytestmark = pytest.mark.thorough


def events() -> list[Envelope]:
    root = Envelope.root(Begun(), "troupe.test", id="root")
    steps = [child(root, Begun(n=i), f"step{i}") for i in range(3)]
    return [root, *steps, child(steps[-1], Ended(n=1), "end")]


def play(store: EventStore, rng: random.Random, story: list[Envelope], dying: bool) -> None:
    """Two recorders have every event; whose turn it is for a step is drawn. One that dies is delivered again."""
    open_: list[tuple[Envelope, Appended | None]] = [(event, None) for event in story * 2]
    while open_:
        event, outcome = open_.pop(rng.randrange(len(open_)))
        if outcome is None:
            open_.append((event, store._put(event, NOW)))
        elif dying and rng.random() < 0.3:
            open_.append((event, None))
        else:
            store._note(event, NOW, is_new=outcome is Appended.NEW)


def stored(dying: bool) -> list[dict[str, Any]]:
    items = contents()
    if dying:
        for item in items:
            item.pop("events", None)  # whoever dies between the two writes leaves the count one short
    return items


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), dying=st.booleans())
def test_any_interleaving_makes_the_same_store(seed: int, dying: bool) -> None:
    story = events()
    with patch.dict(os.environ, ENVIRONMENT), mock_aws():
        store = fresh()
        for event in story:
            store.append(event, NOW)
        expected = stored(dying)
        play(fresh(), random.Random(seed), story, dying)
        assert stored(dying) == expected
