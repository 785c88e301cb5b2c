"""What is stored, read as an agent of today would: counted by type, and named where today's contract refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.event_store.shelf import Happened, Shelf, WentWrong, item_of, stories
from troupe import Event
from troupe.event_store.read import Reader, StoredEvent
from troupe.operations.history import Count, Refusal, Tally, hold

BEGAN = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


def as_text(data: dict[str, Any]) -> dict[str, Any]:
    return {"n": str(data["n"]), "text": data["text"]}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Two stories of twenty events, every tenth a failure; one event of them is damaged."""
    shelf = Shelf()
    for number, (moment, event) in enumerate(stories(2, 20, BEGAN, timedelta(seconds=1))):
        item = item_of(event, moment)
        shelf.put({**item, "body": {"B": b"?"}} if number == 5 else item)
    return shelf


def held(shelf: Shelf, *contracts: type[Event]) -> tuple[list[Refusal], Tally]:
    tally = Tally()
    stored: Iterator[StoredEvent] = Reader(shelf, "events").window(BEGAN, BEGAN + timedelta(minutes=5))
    return list(hold(stored, {t.type_name(): t for t in contracts}, tally)), tally


def test_contracts_as_they_were_read_everything_that_is_whole(shelf: Shelf) -> None:
    refused, tally = held(shelf, Happened, WentWrong)
    assert refused == []
    assert tally == Tally({"Happened": Count(35), "WentWrong": Count(4)}, damaged=1)


def test_a_narrower_contract_names_each_event_and_field_that_it_refuses(shelf: Shelf) -> None:
    class Narrow(Event):
        n: int
        text: str
        more: int

        @classmethod
        def type_name(cls) -> str:
            return "Happened"

    refused, tally = held(shelf, Narrow)
    assert len(refused) == 35 and tally.types == {"Happened": Count(35, 0, 35)}
    assert tally.strange == {"WentWrong": 4}
    assert str(refused[0]) == "Happened e0-0 of c0: the contract has changed since: more: Field required."


def test_a_new_version_reads_what_is_stored_through_its_upcaster(shelf: Shelf) -> None:
    class Newer(Event, version=2, upcast={1: as_text}):
        n: str
        text: str

        @classmethod
        def type_name(cls) -> str:
            return "Happened"

    refused, tally = held(shelf, Newer)
    assert refused == [] and tally.types == {"Happened": Count(35, 35, 0)}


def test_what_is_newer_than_the_project_is_refused(shelf: Shelf) -> None:
    (_, event), *_ = stories(1, 1, BEGAN, timedelta(0))
    newer = replace(event, metadata=event.metadata.model_copy(update={"schema_version": 2})).sealed()
    lone = Shelf()
    lone.put(item_of(newer, BEGAN))
    (refusal,), _ = held(lone, Happened)
    assert refusal.why == "it was recorded in version 2; this project knows version 1"


def test_it_reads_as_it_goes(shelf: Shelf) -> None:
    class Strict(Event):
        other: int

        @classmethod
        def type_name(cls) -> str:
            return "Happened"

    looked_at = 0

    def counted() -> Iterator[StoredEvent]:
        nonlocal looked_at
        for event in Reader(shelf, "events").window(BEGAN, BEGAN + timedelta(minutes=5)):
            looked_at += 1
            yield event

    next(iter(hold(counted(), {"Happened": Strict}, Tally())))
    assert looked_at == 1
