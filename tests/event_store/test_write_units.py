"""What an event costs to write, by DynamoDB's rules for the sizes of items and index entries."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from moto import mock_aws

from tests.event_store.shelf import follow_up, size_of, units
from tests.event_store.test_append import fresh
from tests.runtime.stage import ENVIRONMENT
from troupe import Envelope, Event
from troupe.event_store.append import EventStore
from troupe.runtime.aws import client

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


class Noted(Event):
    text: str


class Ended(Event, terminal=True):
    text: str


class Broken(Event, failure=True):
    text: str


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[EventStore]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield fresh()


def of_one_kb(contract: type[Event], letters: str) -> Envelope:
    """An agent's event whose detail is 1,024 bytes of JSON, as it would be on the bus."""
    correlation = str(uuid.uuid4())
    cause = follow_up(None, Noted(text=""), correlation, correlation, "troupe.query.sql-agent")
    rng = random.Random(7)

    def event(length: int) -> Envelope:
        text = "".join(rng.choice(letters) for _ in range(length))
        made = follow_up(cause, contract(text=text), str(uuid.uuid4()), correlation, "troupe.query.integration-agent")
        metadata = made.metadata.model_copy(
            update={
                "agent_version": "0123456789ab",
                "path": {"query.sql-agent/translate": 1, "query.sql-runner/run": 1, "query.integration-agent/join": 1},
            }
        )
        return Envelope(made.type, made.source, metadata, made.data).sealed()

    missing = 1024 - len(json.dumps(event(0).detail, separators=(",", ":")).encode())
    made = event(missing)
    assert len(json.dumps(made.detail, separators=(",", ":")).encode()) == 1024
    return made


def spent(store: EventStore, event: Envelope) -> int:
    """Write units of appending one event: the table's and its indexes', one write each per KB begun."""
    dynamodb = client("dynamodb")
    calls: list[str] = []
    dynamodb.meta.events.register("before-call", lambda model, **_: calls.append(model.name), unique_id="spent")
    try:
        store.append(event, NOW)
    finally:
        dynamodb.meta.events.unregister("before-call", unique_id="spent")
    assert calls == ["PutItem", "UpdateItem"], "one write for the event, one for the status"
    total = 0
    items = dynamodb.scan(TableName="events")["Items"]
    assert len(items) == 2
    for item in items:
        total += units(size_of(item))
        total += sum(units(size_of(item)) for index in ("window", "failure") if index in item)
    return total


@pytest.mark.parametrize(
    "letters",
    ["etaoinshr dlu,.", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.:;-+"],
    ids=["text", "noise"],
)
@pytest.mark.parametrize("contract", [Noted, Ended])
def test_an_event_of_1_kb_costs_at_most_3(store: EventStore, contract: type[Event], letters: str) -> None:
    assert spent(store, of_one_kb(contract, letters)) <= 3


def test_a_failure_costs_one_more(store: EventStore) -> None:
    assert spent(store, of_one_kb(Broken, "etaoinshr dlu,.")) == 4


def test_larger_events_cost_what_their_size_asks(store: EventStore) -> None:
    """The count itself can fail: 4 KB of noise is three or four units in the table and as many in the index."""
    rng = random.Random(1)
    event = follow_up(None, Noted(text="".join(chr(rng.randrange(48, 122)) for _ in range(4000))), "a", "a")
    assert spent(store, event) > 6
