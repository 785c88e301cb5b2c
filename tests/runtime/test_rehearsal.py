"""What a replayed event does to an agent's turn, mode by mode."""

from __future__ import annotations

import itertools
import json

import pytest

from tests.runtime.stage import stage
from troupe import Agent, Envelope, Event
from troupe.runtime.envelope import MalformedEvent
from troupe.runtime.rehearsal import Replay


class Asked(Event, root=True):
    text: str = ""


class Answered(Event, terminal=True):
    thought: int


thoughts = itertools.count()
agent = Agent(id="test.thinker")


@agent.on
def answer(event: Asked) -> Answered:
    if event.text == "boom":
        raise ConnectionError("down")
    return Answered(thought=next(thoughts))


class Left(Event):
    pass


class Right(Event):
    pass


class Both(Event, terminal=True):
    pass


joiner = Agent(id="test.joiner")


@joiner.on(within_s=60)
def join(left: Left, right: Right) -> Both:
    return Both()


EVENT = Envelope.root(Asked(), "troupe.test", id="e")


def test_redeliver_of_finished_work_publishes_the_same_event() -> None:
    with stage(agent) as here:
        here.deliver(agent, EVENT)
        here.deliver(agent, EVENT, replay=Replay("r1", "redeliver"))
        assert here.published[0]["Detail"] == here.published[1]["Detail"]


def test_whatif_thinks_again_keeps_the_outputs_and_publishes_nothing() -> None:
    with stage(agent) as here:
        here.deliver(agent, EVENT)
        before = len(here.published)
        for repeat in range(3):
            assert here.deliver(agent, EVENT, replay=Replay("r1", "whatif", repeat)) == []
        assert len(here.published) == before
        assert here.calls.count("dynamodb.PutItem") == 4
        # Asked the same again, it does not think again.
        here.deliver(agent, EVENT, replay=Replay("r1", "whatif", 0))
        assert here.calls.count("dynamodb.PutItem") == 4


def test_whatif_that_fails_for_good_says_nothing_either() -> None:
    with stage(agent) as here:
        assert here.deliver(agent, Asked(text="boom"), attempt=5, replay=Replay("r1", "whatif")) == ["m0"]
        assert here.types() == []


def test_a_dead_letter_of_a_replay_still_says_so() -> None:
    broken = '{"detail-type":"Asked","source":"x","id":"1","time":"2026-11-23T00:00:00Z","detail":{"text":5}}'
    with stage(agent) as here:
        here.deliver(agent, broken, replay=Replay("r1", "whatif"))
        (letter,) = here.dead_letters(agent)
        assert '"r1"' in letter["MessageAttributes"]["replay"]["StringValue"]
        assert here.types() == []


def test_reprocess_publishes_in_a_namespace_of_its_own() -> None:
    with stage(agent) as here:
        here.deliver(agent, EVENT)
        here.deliver(agent, EVENT, replay=Replay("r1", "reprocess"))
        old, new = (json.loads(entry["Detail"])["metadata"] for entry in here.published)
    assert (old["namespace"], new["namespace"]) == ("", "r1")
    assert old["id"] != new["id"]
    assert [c["id"] for c in new["causes"]] == ["e"]


def test_a_join_in_a_replay_waits_for_the_replays_own_sides() -> None:
    left, right = (
        Envelope.root(e, "troupe.test", id=i, correlation_id="c") for e, i in ((Left(), "l"), (Right(), "r"))
    )
    with stage(joiner) as here:
        here.deliver(joiner, left)
        here.deliver(joiner, right, replay=Replay("r1", "reprocess"))
        assert here.types() == []
        here.deliver(joiner, left, replay=Replay("r1", "reprocess"))
        assert json.loads(here.published[0]["Detail"])["metadata"]["namespace"] == "r1"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"id": "r", "mode": "sideways"}'])
def test_a_garbled_replay_attribute_is_malformed(text: str) -> None:
    with pytest.raises(MalformedEvent, match="replay"):
        Replay.of({"messageAttributes": {"replay": {"stringValue": text, "dataType": "String"}}})
