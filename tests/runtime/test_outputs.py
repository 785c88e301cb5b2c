"""What a decision publishes: whose story an event belongs to."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.runtime.stage import stage
from troupe import Agent, Envelope, Event, Tick
from troupe.runtime.outputs import incident
from troupe.runtime.settings import Names, RuntimeSettings


class Alarm(Event):
    text: str = ""


STORED = Envelope.root(Alarm(text="stored"), "troupe.test", id="stored", correlation_id="c9")
clockwork = Agent(id="test.clockwork")


@clockwork.on(every="1 minute")
def wake(tick: Tick) -> list[Alarm]:
    return [Alarm(text="new"), Alarm(text="about").caused_by(STORED)]


def test_what_follows_from_a_tick_begins_a_story_or_joins_the_one_it_is_about() -> None:
    tick = '{"id":"t1","detail-type":"Tick","source":"troupe.clock","time":"2026-11-23T00:00:00Z","detail":{}}'
    with stage(clockwork) as here:
        here.deliver(clockwork, tick)
        new, about = (json.loads(entry["Detail"])["metadata"] for entry in here.published)
    assert (new["causes"], new["depth"], new["correlation_id"]) == ([], 0, new["id"])
    assert ([c["id"] for c in about["causes"]], about["depth"], about["correlation_id"]) == (["stored"], 1, "c9")


def test_stated_causes_stay_out_of_the_data() -> None:
    assert "_causes" not in str(Alarm().caused_by(STORED).model_dump())


class Parcel(Event):
    weight: int


porter = Agent(id="test.porter")


@porter.on
def carry(parcel: Parcel) -> None:
    raise AssertionError("never reached: the event breaks its contract")


def test_a_message_that_fails_twice_has_failed_in_two_events() -> None:
    broken = replace(Envelope.root(Parcel(weight=1), "troupe.test"), data={}).sealed()
    with stage(porter) as here:
        for attempt in (1, 2):
            here.deliver(porter, broken, attempt=attempt)
        told = [json.loads(entry["Detail"]) for entry in here.published]
    assert [event["data"]["attempts"] for event in told] == [1, 2]
    assert len({event["metadata"]["id"] for event in told}) == 2


def test_what_aws_says_is_no_cause_that_anybody_could_look_up() -> None:
    clocks = Envelope("Scheduled Event", "aws.events", STORED.metadata, {})
    settings = RuntimeSettings(Names("troupe", "test"), "test.x", "v1", "payloads", 50, 5, 1000, 5, 86_400)
    said = incident(Alarm(), settings, "wake", clocks, "m1")
    assert (said.metadata.causes, said.metadata.depth, said.metadata.correlation_id) == ((), 0, said.metadata.id)
