"""Anything may come in: whatever it is, the turn ends well and the letter is accounted for.

Accounted for means: decided, or waiting in a join, or stored, or dead-lettered with a reason, or failed and so to come
again. Never an exception out of the turn, which would fail the healthy letters beside it; never a silent drop.
"""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.platform.recorder.agent import agent as recorder
from tests.runtime.stage import Stage, body, stage
from troupe import Agent, Context, Envelope, Event
from troupe.event_store import keys
from troupe.runtime.aws import client
from troupe.runtime.decisions import DecisionKey, halted_key
from troupe.runtime.joins import JoinKey

pytestmark = pytest.mark.thorough


class Asked(Event, root=True, within_s=60):
    """Somebody asks."""

    example: ClassVar[dict[str, Any]] = {}

    text: str
    number: int = 0


class Confirmed(Event):
    """The other side of the join."""

    text: str


class Answered(Event, terminal=True):
    """Somebody answers, at length if asked at length."""

    text: str


thinker = Agent(id="fuzz.thinker")
joiner = Agent(id="fuzz.joiner")


@thinker.on
def think(event: Asked, context: Context) -> Answered:
    return Answered(text=event.text)


@joiner.on(join_on="text")
def both(one: Asked, two: Confirmed) -> Answered:
    return Answered(text=one.text)


HEALTHY = Asked(text="healthy")
VALID: dict[str, Any] = json.loads(body(Envelope.root(Asked(text="hello", number=1), "troupe.test")))

# Escapes of NUL and of lone surrogates are JSON, so they travel; the characters themselves do not pass SQS.
texts = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    ["\x00", "\ud800", "x" * 401, "é" * 200, "<script>", "H#", "C#x", "{}", "[]", "1e999", "-", "🙂" * 50]
)
bodies = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), max_size=50)
"""What SQS takes: it refuses control characters and half surrogate pairs."""
values = st.recursive(
    st.none() | st.booleans() | texts | st.integers() | st.floats() | st.sampled_from([2**53 + 1, 10**400, -1, 1e308]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
PLACES: list[tuple[str, ...]] = [
    *((name,) for name in ("detail-type", "source", "id", "time", "detail", "version")),
    *(("detail", name) for name in ("metadata", "data")),
    *(("detail", "metadata", name) for name in [*VALID["detail"]["metadata"], "payload", "unknown"]),
    *(("detail", "data", name) for name in ("text", "number", "unknown")),
]


@st.composite
def forged(draw: Any) -> str:
    """A healthy event with some parts replaced by anything, or missing."""
    event = copy.deepcopy(VALID)
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        parent = event
        for name in place[:-1]:
            parent = parent.get(name) if isinstance(parent, dict) else None  # type: ignore[assignment]
        if not isinstance(parent, dict):
            continue
        if draw(st.booleans()) or draw(st.booleans()):
            parent[place[-1]] = draw(values)
        else:
            parent.pop(place[-1], None)
    return json.dumps(event)


def with_metadata(**changes: Any) -> str:
    event = copy.deepcopy(VALID)
    event["detail"]["metadata"] |= changes
    return json.dumps(event)


def payload(key: str, sha256: str = "0" * 64) -> str:
    return with_metadata(payload={"key": key, "sha256": sha256, "bytes": 3})


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def body_nested(depth: int) -> str:
    """Too deep for json.dumps, so put together as text."""
    return json.dumps(VALID).replace('"number": 1', f'"number": {"[" * depth}1{"]" * depth}')


NASTY = [
    "",
    "null",
    "[]",
    '"text"',
    "\x00",
    "{" * 5,
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"troupe-join": 1}',
    '{"troupe-join": ["both", "", "c", ""], "left": 1}',
    '{"troupe-join": ["both", "", "c", ""], "left": "x"}',
    '{"troupe-join": [[], {}, null, 1], "left": 0}',
    '{"troupe-join": ["nobody", "", "c", ""], "left": -1}',
    '{"troupe-join',
    json.dumps({**VALID, "detail": {"data": {}}}),
    json.dumps({**VALID, "detail": {"text": "no metadata at all"}}),
    json.dumps({**VALID, "detail": {"text": "x" * 900_000}}),
    json.dumps({**VALID, "detail": {"text": "no metadata, and \ud800"}}),
    json.dumps({**VALID, "id": "\ud800", "detail": {"text": "an id that cannot be written"}}),
    json.dumps({**VALID, "detail": {**VALID["detail"], "data": {"text": "x" * 900_000}}}),
    json.dumps({**VALID, "detail": {**VALID["detail"], "data": {"text": "\ud800 cannot be written"}}}),
    json.dumps({**VALID, "detail": {**VALID["detail"], "data": {"text": "\x00"}}}),
    json.dumps({**VALID, "detail-type": "Nobody"}),
    json.dumps({**VALID, "detail-type": "Asked\ud800"}),
    json.dumps({**VALID, "source": "\ud800"}),
    with_metadata(id="\ud800"),
    with_metadata(id="x" * 400, correlation_id="\ud800"),
    with_metadata(id="é" * 400, correlation_id="🙂" * 400),
    with_metadata(correlation_id="x" * 400),
    with_metadata(namespace="\ud800"),
    with_metadata(namespace="🙂" * 400),
    with_metadata(traceparent="\ud800"),
    with_metadata(schema_version=99),
    with_metadata(schema_version=10**400),
    with_metadata(depth=10**400),
    with_metadata(depth=2**63),
    with_metadata(depth=49),
    with_metadata(within_s=float("nan")),
    with_metadata(within_s=float("inf")),
    with_metadata(within_s=-1e308),
    with_metadata(path={"x" * 5000: 1}),
    with_metadata(path={f"a{i}/b": 10**30 for i in range(200)}),
    with_metadata(path={f"a{i}/b": i for i in range(201)}),
    with_metadata(path={"fuzz.thinker/think": 10**300}),
    with_metadata(path={"\ud800": 1}),
    with_metadata(causes=[{"id": "x", "correlation_id": "y", "depth": 0, "digest": "z"}] * 101),
    with_metadata(causes=[{"id": "\ud800", "correlation_id": "y", "depth": 0, "digest": "z"}]),
    with_metadata(digest="\ud800"),
    with_metadata(occurred_at="0001-01-01T00:00:00+23:59"),
    with_metadata(occurred_at=1e300),
    with_metadata(unknown={"deep": [[[[1]]]]}),
    with_metadata(unknown="\ud800"),
    with_metadata(unknown="x" * 600_000),
    with_metadata(unknown=10**400),
    with_metadata(correlation_id="🙂" * 400, namespace="🙂" * 400),
    with_metadata(path={"a/b": 2**60}),
    *(json.dumps({**VALID, "detail": {**VALID["detail"], "data": {"text": "t", "x": nested(n)}}}) for n in (90, 300)),
    *(body_nested(n) for n in (500, 900, 960, 985)),
    payload("payload/Asked/" + "0" * 64),
    payload("payload/Other/" + "0" * 64),
    payload("../../etc/passwd"),
    payload("payload/Asked/\ud800", "\ud800"),
    payload("payload/Asked/\x00", "\x00"),
    payload("payload/Asked/", ""),
    payload("payload/Asked/../../x", "../../x"),
]


@pytest.fixture(scope="module")
def world() -> Iterator[Stage]:
    with stage(thinker, joiner, recorder) as here:
        client("dynamodb").create_table(
            TableName="troupe-test-events",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        yield here


def check(world: Stage, agent: Agent, text: str, attempt: int) -> None:
    # Every letter is another event, or the second would only find the decision of the first.
    text = text.replace(VALID["detail"]["metadata"]["id"], str(uuid.uuid4())).replace(VALID["id"], str(uuid.uuid4()))
    sent = len(world.sent)
    failed = world.deliver(agent, text, HEALTHY, attempt=attempt)
    assert "m1" not in failed, "the healthy letter beside it is served"
    dead = text in world.sent[sent:]
    assert dead or "m0" in failed or accounted_for(agent, text), "dropped without a word"
    assert not (dead and "m0" in failed)


def accounted_for(agent: Agent, text: str) -> bool:
    """Whether the letter is stored, decided, or waiting in a join."""
    if text.startswith('{"troupe-join'):
        return True  # a reminder that finds nothing to end
    event = Envelope.parse(text)
    m = event.metadata
    if agent is recorder:
        key = {"pk": {"S": keys.partition(m.correlation_id)}, "sk": {"S": keys.event(m.id)}}
        return "Item" in client("dynamodb").get_item(TableName="troupe-test-events", Key=key)
    pks = [
        DecisionKey.of(agent.id, agent.handlers[0].name, m.namespace, [event.as_cause]).pk,
        halted_key(m.correlation_id, m.namespace),
        JoinKey(agent.id, "both", m.namespace, m.correlation_id, str(event.data.get("text"))).pk
        if isinstance(event.data, dict)
        else "-",
    ]
    return any(
        "Item" in client("dynamodb").get_item(TableName="troupe-test-decisions", Key={"pk": {"S": pk}}) for pk in pks
    )


AGENTS = [thinker, joiner, recorder]


@pytest.mark.parametrize("attempt", [1, 5])
@pytest.mark.parametrize("agent", [thinker, recorder], ids=lambda a: a.name)
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_what_is_known_to_be_nasty(world: Stage, agent: Agent, text: str, attempt: int) -> None:
    check(world, agent, text, attempt)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=bodies | values.map(json.dumps) | forged(), attempt=st.sampled_from([1, 5]))
@pytest.mark.parametrize("agent", AGENTS, ids=lambda a: a.name)
def test_anything_at_all(world: Stage, agent: Agent, text: str, attempt: int) -> None:
    check(world, agent, text, attempt)


def test_a_dead_letter_says_why(world: Stage) -> None:
    world.deliver(thinker, "no JSON")
    reasons = [m["MessageAttributes"]["reason"]["StringValue"] for m in world.dead_letters(thinker)]
    assert any("not JSON" in reason for reason in reasons)
