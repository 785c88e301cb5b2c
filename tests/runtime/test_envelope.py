"""Envelopes: stable ids and digests, exact numbers, and nothing that a stranger sends can break the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runtime.stage import body
from troupe import Envelope, Event
from troupe.runtime.contract import Value
from troupe.runtime.envelope import Cause, MalformedEvent, digest_of, event_id, new_traceparent, wire


class Line(Value):
    amount: int


class Placed(Event, root=True, terminal=True, within_s=5, version=3):
    lines: list[Line] = []
    note: str = ""


def test_what_is_sent_is_what_is_read() -> None:
    sent = Envelope.root(Placed(lines=[Line(amount=1)], note="<id> \u2028 é 🦊"), "troupe.test")
    assert Envelope.parse(body(sent)) == sent
    assert Envelope.parse(sent.as_delivered()) == sent
    assert sent.digest() == sent.metadata.digest


def test_the_contracts_terms_travel_with_the_event() -> None:
    m = Envelope.root(Placed(), "troupe.test").metadata
    assert (m.schema_version, m.terminal, m.failure, m.within_s) == (3, True, False, 5)


def test_numbers_beyond_exact_doubles_travel_as_text_and_come_back_as_numbers() -> None:
    big = 2**53 + 1
    data = wire(Placed(lines=[Line(amount=big), Line(amount=7)]))
    assert data["lines"] == [{"amount": str(big)}, {"amount": 7}]
    assert Placed.read(data).lines[0].amount == big


def test_readers_ignore_what_they_do_not_know_and_publishers_may_not_add() -> None:
    assert Placed.read({"note": "x", "new": 1, "lines": [{"amount": 1, "unit": "kg"}]}).note == "x"
    with pytest.raises(ValueError, match="Extra inputs"):
        Placed(new=1)


def test_metadata_of_a_newer_runtime_is_carried_along() -> None:
    sent = Envelope.root(Placed(), "troupe.test")
    detail = json.loads(json.dumps(sent.detail)) | {}
    detail["metadata"]["novelty"] = {"a": 1}
    detail["metadata"]["digest"] = digest_of(sent.type, sent.source, detail)
    read = Envelope.parse(json.dumps({"detail-type": sent.type, "source": sent.source, "detail": detail}))
    assert read.digest() == detail["metadata"]["digest"]


def test_ids_follow_from_the_decision_alone() -> None:
    a, b = (Cause(id=i, correlation_id="c", depth=0, digest="") for i in "ab")
    assert event_id((a, b), "x.y", "h", "T", "", 0) == event_id((b, a), "x.y", "h", "T", "", 0)
    others = [
        event_id((a,), "x.y", "h", "T", "", 0),
        event_id((a, b), "x.z", "h", "T", "", 0),
        event_id((a, b), "x.y", "h", "T", "replay", 0),
        event_id((a, b), "x.y", "h", "T", "", 1),
        event_id((a, b), "x.y", "h", "T", "", 0, "message"),
    ]
    assert len({event_id((a, b), "x.y", "h", "T", "", 0), *others}) == 6


def test_the_trace_goes_on_with_a_new_span() -> None:
    parent = new_traceparent()
    child = new_traceparent(parent)
    assert child.split("-")[1] == parent.split("-")[1]
    assert child.split("-")[2] != parent.split("-")[2]


def test_a_strangers_event_gets_its_identity_from_the_envelope() -> None:
    text = '{"id":"e1","detail-type":"T","source":"s","time":"2026-11-23T00:00:00Z","detail":{"x":1}}'
    envelope = Envelope.parse(text)
    assert (envelope.metadata.id, envelope.metadata.correlation_id, envelope.metadata.depth) == ("e1", "e1", 0)
    assert envelope.data == {"x": 1}
    assert envelope.metadata.digest == envelope.digest()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
metadata = st.dictionaries(
    st.sampled_from(["id", "correlation_id", "causes", "depth", "path", "occurred_at", "digest", "payload", "x"]),
    json_values,
)


@given(
    st.text()
    | json_values.map(json.dumps)
    | st.fixed_dictionaries(
        {"detail-type": json_values | st.just("T"), "source": json_values | st.just("s")},
        optional={
            "id": json_values,
            "time": json_values,
            "detail": json_values | st.fixed_dictionaries({"metadata": metadata, "data": json_values}),
        },
    ).map(json.dumps)
)
def test_whatever_arrives_is_an_event_or_malformed(text: str) -> None:
    try:
        assert isinstance(Envelope.parse(text), Envelope)
    except MalformedEvent as error:
        assert str(error)


@pytest.mark.parametrize("data", [{"x": float("nan")}, {"x": "\ud800"}, {"x": 2**70}])
def test_data_without_a_canonical_form_is_malformed(data: dict[str, Any]) -> None:
    text = json.dumps({"id": "e", "detail-type": "T", "source": "s", "time": "2026-11-23T00:00:00Z", "detail": data})
    with pytest.raises(MalformedEvent, match="canonical"):
        Envelope.parse(text)
