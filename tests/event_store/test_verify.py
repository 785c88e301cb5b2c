"""Whatever is changed in the store, `verify` names the event that it happened to."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.event_store.shelf import Happened, Shelf, follow_up, item_of, rewritten, stories
from tests.runtime.stage import stage
from troupe import Envelope
from troupe.event_store.read import Reader, StoredEvent
from troupe.event_store.verify import Finding, Tally, verify, verify_story
from troupe.runtime.aws import client
from troupe.runtime.envelope import digest_of
from troupe.runtime.payloads import Payloads

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def chain(length: int = 5) -> list[dict[str, Any]]:
    return [item_of(event, moment) for moment, event in stories(1, length, NOW, SECOND)]


def found(items: list[dict[str, Any]], status: dict[str, str] | None = None) -> list[Finding]:
    shelf = Shelf()
    for item in items:
        shelf.put(item)
    if status:
        keys = {"pk": {"S": "C#c0"}, "sk": {"S": "S#"}}
        shelf.put(keys | {name: {"S": value} for name, value in status.items()})
    reader = Reader(shelf, "events")
    return verify_story(reader, reader.story("c0"), Tally())


def named(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(f.verdict, f.event) for f in findings}


def test_a_story_as_it_was_written_holds() -> None:
    assert found(chain(10), {"root": "e0-0", "end": "e0-9", "end_type": "WentWrong"}) == []


@settings(max_examples=300, deadline=None)
@given(which=st.integers(0, 4), place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_one_byte_of_a_stored_body(which: int, place: float, change: int) -> None:
    items = copy.deepcopy(_CHAIN)
    body = bytearray(items[which]["body"]["B"])
    body[int(place * len(body))] ^= change
    items[which]["body"]["B"] = bytes(body)
    assert ("altered", f"Happened e0-{which}") in named(found(items))


_CHAIN = chain()


def test_every_byte_of_one_body() -> None:
    body = _CHAIN[2]["body"]["B"]
    reader = Reader(Shelf(), "events")
    for place in range(len(body)):
        flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        event = StoredEvent(_CHAIN[2] | {"body": {"B": flipped}})
        assert ("altered", "Happened e0-2") in named(list(verify(reader, [event], Tally()))), place


def test_a_body_packed_anew_with_the_same_words_is_another_body() -> None:
    items = chain()
    text = zlib.decompress(items[1]["body"]["B"])
    items[1]["body"]["B"] = zlib.compress(text, 1)
    assert named(found(items)) == {("altered", "Happened e0-1")}


def with_data(detail: dict[str, Any], **data: Any) -> dict[str, Any]:
    return detail | {"data": detail["data"] | data}


def test_altered_words_with_everything_else_in_order() -> None:
    items = chain()
    items[2] = rewritten(items[2], lambda d: with_data(d, n=99))
    assert named(found(items)) == {("altered", "Happened e0-2")}


def test_altered_words_with_the_digest_made_anew_are_given_away_by_what_followed() -> None:
    items = chain()

    def forge(detail: dict[str, Any]) -> dict[str, Any]:
        changed = with_data(detail, n=99)
        changed["metadata"]["digest"] = digest_of("Happened", items[2]["source"]["S"], changed)
        return changed

    items[2] = rewritten(items[2], forge)
    items[2]["digest"] = {"S": StoredEvent(items[2]).metadata.digest}
    (finding,) = found(items)
    assert (finding.verdict, finding.event) == ("altered", "Happened e0-2")
    assert "Happened e0-3, which followed from it, states another digest" in str(finding)


@pytest.mark.parametrize(
    "change",
    [
        lambda item: item | {"type": {"S": "WentWell"}},
        lambda item: item | {"source": {"S": "troupe.somebody.else"}},
        lambda item: item | {"digest": {"S": "0" * 64}},
        lambda item: item | {"recorded": {"S": "2026-11-23T18:30:02.000Z"}},
        lambda item: item | {"failure": {"S": "2026-11-23#0"}},
        lambda item: {k: v for k, v in item.items() if k != "crc"},
        lambda item: rewritten(item, lambda d: d | {"metadata": 7}),
        lambda item: rewritten(item, lambda d: d | {"metadata": d["metadata"] | {"causes": [7]}}),
        lambda item: rewritten(item, lambda d: [d]),
        lambda item: item | {"body": {"B": b""}},
    ],
    ids=["type", "source", "digest", "recorded", "failure", "crc", "metadata", "causes", "a list", "nothing"],
)
def test_attributes_and_shapes(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    items = chain()
    items[2] = change(items[2])
    verdicts = {f.verdict for f in found(items) if f.event.endswith(" e0-2")}
    assert verdicts == {"altered"}
    assert all(f.event.endswith(" e0-2") for f in found(items))


def test_a_failure_that_was_taken_out_of_its_index() -> None:
    items = chain(10)
    del items[9]["failure"]
    assert named(found(items)) == {("altered", "WentWrong e0-9")}


def test_a_missing_event_is_named_by_what_followed_from_it() -> None:
    items = chain()
    del items[2]
    (finding,) = found(items)
    assert str(finding) == "e0-2 is missing: Happened e0-3 followed from it, and it is not stored"


def test_a_missing_end_and_a_missing_beginning_are_named_by_the_status() -> None:
    status = {"root": "e0-0", "end": "e0-4", "end_type": "Happened"}
    assert named(found(chain()[:4], status)) == {("missing", "e0-4")}
    assert ("missing", "e0-0") in named(found(chain()[1:], status))


def test_what_does_not_belong() -> None:
    other = next(e for _, e in stories(1, 1, NOW, SECOND, start=7))
    stray = item_of(other, NOW) | {"pk": {"S": "C#c0"}}
    stray["window"] = item_of(follow_up(None, Happened(n=1), "x", "c0"), NOW)["window"]
    assert ("does not belong", "Happened e7-0") in named(found([*chain(), stray]))
    moved = chain()
    moved[1] = moved[1] | {"sk": {"S": "E#another"}}
    assert ("does not belong", "Happened another") in named(found(moved))
    twin = item_of(follow_up(None, Happened(n=5), "e0-0", "c0"), NOW)
    twin["sk"] = {"S": f"D#e0-0#{twin['digest']['S']}"}
    assert named(found([*chain(), twin])) == {("does not belong", "Happened e0-0")}
    deep = follow_up(None, Happened(n=1), "deep", "c0")
    deep = Envelope(deep.type, deep.source, deep.metadata.model_copy(update={"depth": 3}), deep.data).sealed()
    assert named(found([*chain(), item_of(deep, NOW)])) == {("does not belong", "Happened deep")}


def test_a_cause_in_another_story_is_looked_up() -> None:
    first = follow_up(None, Happened(n=1), "first", "elsewhere")
    then = follow_up(first, Happened(n=2), "then", "c0")
    assert named(found([item_of(then, NOW)])) == {("missing", "first")}
    assert found([item_of(then, NOW), item_of(first, NOW)]) == []
    altered = rewritten(item_of(first, NOW), lambda d: with_data(d, n=3))
    assert named(found([item_of(then, NOW), altered])) == {("altered", "Happened first")}


def test_a_window_finds_the_same_and_fetches_only_causes_before_it() -> None:
    shelf = Shelf()
    items = [item_of(event, moment) for moment, event in stories(10, 300, NOW, SECOND)]
    items[1700] = rewritten(items[1700], lambda d: with_data(d, n=-1))
    for n, item in enumerate(items):
        if n != 1500:
            shelf.put(item)
    reader, tally = Reader(shelf, "events"), Tally()
    since = NOW + 1000 * SECOND
    findings = list(verify(reader, reader.window(since, NOW + 4000 * SECOND), tally))
    assert {f.event.split()[-1] for f in findings} == {"e0-1700", "e0-1500"}
    assert tally.events == 1999
    assert shelf.gets <= 3, "the ten causes at the edge of the window and of each thousand, together"


def test_payloads_are_verified_where_they_lie() -> None:
    with stage():
        large = Envelope.root(Happened(n=1, text="x" * 200_000), "troupe.test", id="big", correlation_id="c0")
        (spilled,) = Payloads("payloads").spill([large])
        shelf = Shelf()
        shelf.put(item_of(spilled, NOW))
        reader = Reader(shelf, "events", "payloads")

        def findings() -> set[tuple[str, str]]:
            tally = Tally()
            said = named(verify_story(reader, reader.story("c0"), tally))
            assert (tally.events, tally.payloads) == (1, 1)
            return said

        assert reader.story("c0").events[0].data == {"n": 1, "text": "x" * 200_000}
        assert findings() == set()
        payload = spilled.metadata.payload
        assert payload
        client("s3").put_object(Bucket="payloads", Key=payload.key, Body=b"{}")
        assert findings() == {("altered", "Happened big")}
        client("s3").delete_object(Bucket="payloads", Key=payload.key)
        assert findings() == {("missing", "Happened big")}
