"""The store after appending does not depend on order, repetition or interleaving."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from tests.runtime.stage import ENVIRONMENT
from troupe import Envelope, Event
from troupe.event_store.append import Appended, EventStore
from troupe.event_store.read import Reader
from troupe.runtime.aws import client
from troupe.runtime.incidents import ChoreographyHalted

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


class Begun(Event, root=True, within_s=60):
    n: int = 0


class Ended(Event, terminal=True):
    n: int


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[EventStore]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield fresh()


def fresh() -> EventStore:
    """An empty store; an older one in the same world is replaced."""
    dynamodb = client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=table)
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    text = [{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "window", "recorded")]
    window = [{"AttributeName": "window", "KeyType": "HASH"}, {"AttributeName": "recorded", "KeyType": "RANGE"}]
    dynamodb.create_table(
        TableName="events",
        KeySchema=key,
        AttributeDefinitions=text,
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[{"IndexName": "window", "KeySchema": window, "Projection": {"ProjectionType": "ALL"}}],
    )
    dynamodb.create_table(
        TableName="decisions", KeySchema=key[:1], AttributeDefinitions=text[:1], BillingMode="PAY_PER_REQUEST"
    )
    return EventStore("events", "decisions", 3600, 50)


def reader() -> Reader:
    return Reader(client("dynamodb"), "events")


def child(of: Envelope, event: Event, id: str) -> Envelope:
    made = Envelope.root(event, "troupe.test", id=id, correlation_id=of.metadata.correlation_id)
    metadata = made.metadata.model_copy(update={"causes": (of.as_cause,), "depth": of.metadata.depth + 1})
    return Envelope(made.type, made.source, metadata, made.data).sealed()


def contents() -> list[dict[str, Any]]:
    items = client("dynamodb").scan(TableName="events")["Items"]
    return sorted(items, key=lambda i: (i["pk"]["S"], i["sk"]["S"]))


def test_an_event_is_kept_once_and_read_back_whole(store: EventStore) -> None:
    root = Envelope.root(Begun(n=7), "troupe.test")
    assert store.append(root, NOW) is Appended.NEW
    assert store.append(root, NOW) is Appended.KNOWN
    story = reader().story(root.metadata.correlation_id)
    assert [e.envelope for e in story.events] == [root]
    assert story.status[""]["root"] == root.metadata.id
    assert story.end is None


def test_a_child_may_come_before_its_parent(store: EventStore) -> None:
    root = Envelope.root(Begun(), "troupe.test")
    end = child(root, Ended(n=1), "end")
    store.append(end, NOW)
    store.append(root, NOW)
    story = reader().story(root.metadata.correlation_id)
    assert [e.type for e in story.events] == ["Begun", "Ended"]
    assert story.end is not None
    assert story.end.envelope == end


def test_the_first_terminal_wins_and_the_later_one_is_kept(store: EventStore) -> None:
    root = Envelope.root(Begun(), "troupe.test")
    for event in (root, child(root, Ended(n=1), "first"), child(root, Ended(n=2), "second")):
        store.append(event, NOW)
    story = reader().story(root.metadata.correlation_id)
    assert story.status[""]["end"] == "first"
    assert len(story.events) == 3


def test_another_event_under_the_same_id_is_kept_beside_the_first(store: EventStore) -> None:
    first = Envelope.root(Begun(n=1), "troupe.test", id="same")
    other = Envelope.root(Begun(n=2), "troupe.test", id="same")
    store.append(first, NOW)
    assert store.append(other, NOW) is Appended.DIVERGENT
    assert store.append(other, NOW) is Appended.DIVERGENT
    assert [(e.divergent, e.data) for e in reader().story("same").events] == [(False, {"n": 1}), (True, {"n": 2})]


def test_a_halt_leaves_a_flag_that_every_agent_reads(store: EventStore) -> None:
    root = Envelope.root(Begun(), "troupe.test")
    halt = ChoreographyHalted(agent="a.b", event_type="Begun", reason="loop", loop=[])
    store.append(child(root, halt, "halt"), NOW)
    flags = client("dynamodb").scan(TableName="decisions")["Items"]
    assert [f["pk"]["S"] for f in flags] == [f"H#{root.metadata.correlation_id}#"]


def test_a_correlation_that_grows_too_long_is_flagged_with_the_reason(store: EventStore) -> None:
    root = Envelope.root(Begun(), "troupe.test")
    for i in range(50):
        store.append(child(root, Begun(n=i), f"e{i}"), NOW)
        store.append(child(root, Begun(n=i), f"e{i}"), NOW)
        flags = client("dynamodb").scan(TableName="decisions")["Items"]
        assert len(flags) == (1 if i == 49 else 0)
    assert flags[0]["reason"]["S"] == "The correlation has 50 events; the limit is 50."


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), repeats=st.integers(1, 3))
def test_any_order_and_any_repetition_make_the_same_store(seed: int, repeats: int) -> None:
    import os
    from unittest.mock import patch

    root = Envelope.root(Begun(), "troupe.test", id="root")
    steps = [child(root, Begun(n=i), f"step{i}") for i in range(5)]
    events = [root, *steps, child(steps[-1], Ended(n=1), "end")]
    shuffled = events * repeats
    random.Random(seed).shuffle(shuffled)
    with patch.dict(os.environ, ENVIRONMENT), mock_aws():
        store = fresh()
        for event in events:
            store.append(event, NOW)
        expected = contents()
        store = fresh()
        for event in shuffled:
            store.append(event, NOW)
        assert contents() == expected


def test_a_window_holds_what_was_recorded_in_it_in_order(store: EventStore) -> None:
    from datetime import timedelta

    moments = [NOW + timedelta(minutes=20 * i) for i in range(8)]
    for i, moment in enumerate(moments):
        store.append(Envelope.root(Begun(n=i), "troupe.test"), moment)
    found = list(reader().window(moments[2], moments[6]))
    assert [e.data["n"] for e in found] == [2, 3, 4, 5]
