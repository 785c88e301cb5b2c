"""The registry: one parameter per agent, read page by page."""

from __future__ import annotations

import pytest

from troupe.event_store.registry import RegistryError, read_agents
from troupe.local.cloud import LocalCloud
from troupe.runtime.agent import Agent
from troupe.runtime.parts import AgentPart, HandlerPart
from troupe.runtime.settings import Names


def test_every_page_is_read_and_nothing_beside_it(cloud: LocalCloud) -> None:
    ssm, names = cloud.client("ssm"), Names("troupe", "paged")
    for number in range(23):
        part = AgentPart(id=f"many.a{number:02}", handlers=(HandlerPart(name="act", hears={"e": ("Asked",)}),))
        ssm.put_parameter(Name=names.parameter(f"agents/{part.id}"), Value=part.as_json(), Type="String")
    ssm.put_parameter(Name=names.parameter("agents/many.a00/more"), Value="not this", Type="String")
    ssm.put_parameter(Name=names.parameter("agentsmith"), Value="nor this", Type="String")
    agents = read_agents(ssm, names)
    assert [a.id for a in agents] == [f"many.a{number:02}" for number in range(23)]
    assert agents[0].handlers[0].side_of("Asked") == "e"
    assert agents[0].handlers[0].side_of("Other") is None


def test_a_parameter_that_is_no_part_is_named(cloud: LocalCloud) -> None:
    ssm, names = cloud.client("ssm"), Names("troupe", "odd")
    ssm.put_parameter(Name=names.parameter("agents/x.y"), Value='{"id": 1}', Type="String")
    with pytest.raises(RegistryError, match=r"/troupe/odd/agents/x\.y does not describe an agent"):
        read_agents(ssm, names)


def test_what_the_stack_writes_is_what_the_signature_says(cloud: LocalCloud) -> None:
    from functions.shop.auditor.agent import agent as auditor  # type: ignore[import-not-found]
    from functions.shop.shipper.agent import agent as shipper  # type: ignore[import-not-found]

    written = {a.id: a for a in read_agents(cloud.client("ssm"), cloud.names)}
    for agent in (auditor, shipper):
        assert isinstance(agent, Agent) and written[agent.id] == AgentPart.of(agent)
    (ship,) = written["shop.shipper"].handlers
    assert ship.is_join and ship.hears == {"money": ("Paid",), "parcel": ("Packed",)}
    assert written["shop.auditor"].handlers[0].where == {"total": [{"numeric": [">", 1000]}]}
    (watch,) = written["platform.watchdog"].handlers
    assert watch.hears == {} and watch.every == "1 minute", "a Tick is no stored event"
