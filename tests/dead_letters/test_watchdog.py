"""The watchdog in the local cloud: real templates, real roles, a clock that stands still until something is due."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from troupe.event_store.registry import read_agents
from troupe.local.cloud import LocalCloud

pytestmark = pytest.mark.thorough

Order = Callable[..., str]


def types(cloud: LocalCloud, correlation: str) -> list[str]:
    return [e.type for e in cloud.events(correlation)]


def test_what_goes_well_is_not_spoken_of(cloud: LocalCloud, order: Order) -> None:
    story = order()
    cloud.run_for(600)
    assert sorted(types(cloud, story)) == ["OrderPlaced", "Packed", "Paid", "Shipped"]
    assert not [line for line in cloud.logs("platform.watchdog") if "AccessDenied" in line]
    assert cloud.queues()["troupe-dev-platform-watchdog"].dead == 0


def test_a_story_that_nobody_can_finish_stalls_once_and_is_abandoned_after_the_grace_period(
    cloud: LocalCloud, order: Order
) -> None:
    story = order("lost")
    cloud.run_for(110)
    assert "ChoreographyStalled" not in types(cloud, story), "the limit of 60 s, and a minute for the recorder"
    cloud.run_for(130)
    (stalled,) = [e for e in cloud.events(story) if e.type == "ChoreographyStalled"]
    assert stalled.data["root_type"] == "OrderPlaced" and stalled.data["within_s"] == 60
    assert stalled.data["reason"] == (
        "shop.shipper has Paid and waits for Packed; "
        "shop.auditor has not decided on OrderPlaced, unless its filter leaves it out."
    )
    waiting = stalled.data["undecided"][0]
    assert (waiting["agent"], waiting["handler"], waiting["event_type"]) == ("shop.shipper", "ship", "Paid")
    assert [c.id for c in stalled.metadata.causes] == [u["event_id"] for u in stalled.data["undecided"]]
    assert stalled.metadata.failure and not stalled.metadata.terminal
    cloud.run_for(3000)
    assert types(cloud, story).count("ChoreographyStalled") == 1
    assert cloud.reader.story(story).end is None
    cloud.run_for(1000)
    end = cloud.reader.story(story).end
    assert end is not None and end.type == "ChoreographyAbandoned"
    cloud.run_for(600)
    assert types(cloud, story).count("ChoreographyAbandoned") == 1


def test_a_watchdog_that_starts_anew_does_not_repeat_itself(cloud: LocalCloud, order: Order) -> None:
    story = order("lost")
    for _ in range(5):
        cloud.run_for(120)
        cloud.functions.forget()
    assert types(cloud, story).count("ChoreographyStalled") == 1


def test_a_failing_agent_is_named_with_its_error(
    cloud: LocalCloud, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TILL_BROKEN", "1")
    story = order("o-1", 2000)
    cloud.run_for(4000)
    assert "AgentFailed" in types(cloud, story)
    (stalled,) = [e for e in cloud.events(story) if e.type == "ChoreographyStalled"]
    assert {(w["agent"], w["event_type"]) for w in stalled.data["undecided"]} == {
        ("shop.till", "OrderPlaced"),
        ("shop.shipper", "Packed"),
    }, "the auditor has decided, so its filter let it through"
    assert "shop.till has not decided on OrderPlaced" in stalled.data["reason"]


def test_a_filter_that_was_not_evaluated_is_told_as_such(cloud: LocalCloud, order: Order) -> None:
    from troupe.choreography.patterns import matches
    from troupe.event_store.undecided import undecided

    story = order("lost", 10)
    cloud.run_until_idle()
    agents = read_agents(cloud.client("ssm"), cloud.names)
    events, dynamodb = cloud.reader.story(story).events, cloud.client("dynamodb")
    said = [str(u) for u in undecided(events, agents, dynamodb, cloud.names.decisions)]
    assert said == [
        "shop.auditor has not decided on OrderPlaced, unless its filter leaves it out",
        "shop.shipper has Paid and waits for Packed",
    ]
    certain = undecided(events, agents, dynamodb, cloud.names.decisions, matches=matches)
    assert [str(u) for u in certain] == ["shop.shipper has Paid and waits for Packed"]


def test_before_an_agent_has_its_events_its_work_is_undecided_and_afterwards_it_is_not(
    cloud: LocalCloud, order: Order
) -> None:
    from troupe.event_store.undecided import undecided

    story = order()
    (recorder,) = [s for s in cloud.world.mappings if s.queue == "troupe-dev-platform-recorder"]
    cloud.poller.run(recorder)
    agents = read_agents(cloud.client("ssm"), cloud.names)
    assert [a.id for a in agents] == sorted(a.id for a in agents) and len(agents) == 6

    def open_work() -> set[str]:
        events = cloud.reader.story(story).events
        found = undecided(events, agents, cloud.client("dynamodb"), cloud.names.decisions)
        return {u.agent for u in found if not u.perhaps}

    assert open_work() == {"shop.till", "shop.packer"}
    cloud.run_until_idle()
    assert open_work() == set()


def test_a_dead_letter_that_nobody_spoke_of_gets_its_incident_once(
    cloud: LocalCloud, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function is stopped on every attempt, so it never gets to say that it failed."""
    from troupe.local.functions import FunctionFailed, Functions

    invoke = Functions.invoke

    def stopped(self: Functions, function: object, event: object) -> object:
        if getattr(function, "agent_id", "") == "shop.till":
            raise FunctionFailed("Task timed out")
        return invoke(self, function, event)  # type: ignore[arg-type]

    monkeypatch.setattr(Functions, "invoke", stopped)
    story = order()
    cloud.run_for(5000)
    (failed,) = [e for e in cloud.events(story) if e.type == "AgentFailed"]
    assert failed.source == "troupe.platform.watchdog"
    assert failed.data["agent"] == "shop.till" and "timed out" in failed.data["error"]
    assert [c.id for c in failed.metadata.causes] == [failed.data["event_id"]]
    assert cloud.queues()["troupe-dev-shop-till"].dead == 1, "looked at, and left where it was"
