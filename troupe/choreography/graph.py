"""The choreography as a plain graph: who hears what, who publishes what, where stories begin and end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from troupe.choreography.answers import Answer, answers
from troupe.choreography.discovery import PLATFORM_EVENTS, contracts, discover, location
from troupe.choreography.rules import pattern_of
from troupe.runtime.agent import Agent
from troupe.runtime.contract import Terms
from troupe.runtime.person import is_said_by_a_person
from troupe.runtime.signature import EventType, Handler

PLATFORM = "platform"
"""The domain of the engine's own agents and events."""


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A field of an event."""

    name: str
    type: str
    """As it is written, without modules."""
    required: bool
    doc: str


@dataclass(frozen=True, slots=True)
class EventNode:
    """An event that the project declares, or that some signature names."""

    name: str
    domain: str
    """The module under contracts/ that declares it, or `platform`."""
    doc: str
    terms: Terms
    where: str
    """`file:line` of its class."""
    fields: tuple[FieldNode, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class HandlerNode:
    """One `@agent.on` function: acts when each of its sides has come, then publishes some of `publishes`."""

    agent: str
    name: str
    sides: tuple[tuple[str, ...], ...]
    """The names of each event parameter's alternatives; several sides: a join; none: it hears everything, or serves."""
    publishes: tuple[str, ...]
    narrowed: bool
    """True when a content filter lets only some of the events through."""
    where: str
    serves: bool = False
    """True for one that answers requests: people come in here, and what they say is what it `publishes`."""
    answers: tuple[Answer, ...] = ()
    """The ways in which it may publish them."""
    pattern: Mapping[str, Any] | None = None
    """Of its rule on the bus; None where a schedule wakes it."""
    every: str | None = None
    join_on: str | None = None
    within_s: int | None = None
    at_most: int | None = None

    @property
    def full_name(self) -> str:
        return f"{self.agent}/{self.name}"

    @property
    def hears(self) -> tuple[str, ...]:
        return tuple(name for side in self.sides for name in side)

    @property
    def is_join(self) -> bool:
        return len(self.sides) > 1


@dataclass(frozen=True, slots=True)
class AgentNode:
    """An agent and what it needs, by the needs' names."""

    id: str
    domain: str
    name: str
    doc: str
    needs: tuple[str, ...]
    handlers: tuple[HandlerNode, ...]

    @property
    def hears_everything(self) -> bool:
        """True for a plain handler such as the recorder, which is no part of any story."""
        return any(not handler.sides and not handler.serves for handler in self.handlers)


@dataclass(frozen=True, slots=True)
class Graph:
    """Agents and events by name; edges are read off the handlers."""

    agents: dict[str, AgentNode]
    events: dict[str, EventNode]

    @property
    def handlers(self) -> tuple[HandlerNode, ...]:
        return tuple(handler for agent in self.agents.values() for handler in agent.handlers)

    @property
    def roots(self) -> tuple[EventNode, ...]:
        return tuple(event for event in self.events.values() if event.terms.root)

    @property
    def terminals(self) -> tuple[EventNode, ...]:
        return tuple(event for event in self.events.values() if event.terms.terminal)

    @property
    def joins(self) -> tuple[HandlerNode, ...]:
        return tuple(handler for handler in self.handlers if handler.is_join)

    def hearers(self, event: str) -> tuple[HandlerNode, ...]:
        """The handlers that subscribe to an event by name."""
        return tuple(handler for handler in self.handlers if event in handler.hears)

    def publishers(self, event: str) -> tuple[HandlerNode, ...]:
        """The handlers whose signature says that they may publish an event."""
        return tuple(handler for handler in self.handlers if event in handler.publishes)

    def reached_from(self, event: str) -> frozenset[str]:
        """Every event that may follow from one, itself included; a join counts as acting when one side has come."""
        reached = {event}
        waiting = [event]
        while waiting:
            for handler in self.hearers(waiting.pop()):
                new = set(handler.publishes) - reached
                reached |= new
                waiting.extend(new)
        return frozenset(reached)

    def acting(self, said: Iterable[str] = ()) -> frozenset[HandlerNode]:
        """The handlers that some root leads to; a join acts once each of its sides can come.

        What the platform says, incidents and the clock, comes by itself, and so does what is `said` besides.
        """
        events = {e.name for e in self.events.values() if e.terms.root or e.domain == PLATFORM} | set(said)
        found: set[HandlerNode] = set()
        while True:
            new = {h for h in self.handlers if h not in found and all(events & set(side) for side in h.sides)}
            if not new:
                return frozenset(found)
            found |= new
            events |= {event for handler in new for event in handler.publishes}

    def follows(self, handlers: Iterable[HandlerNode]) -> dict[HandlerNode, list[HandlerNode]]:
        """Who among these hears what each of them publishes."""
        among = list(handlers)
        hearers: dict[str, list[HandlerNode]] = defaultdict(list)
        for handler in among:
            for event in handler.hears:
                hearers[event].append(handler)
        return {h: list(dict.fromkeys(other for e in h.publishes for other in hearers[e])) for h in among}


def read_project(root: Path) -> Graph:
    """The graph of the project under `root`; raises DiscoveryError or SignatureError."""
    return build(discover(root), contracts(root), root)


def build(agents: Iterable[Agent], declared: Iterable[EventType], root: Path) -> Graph:
    """The graph of these agents and contracts; places are told relative to `root`."""
    root = root.resolve()
    agents = tuple(agents)
    named = [t for a in agents for h in a.handlers for t in (*h.subscriptions, *h.publishes)]
    known = {t.type_name(): t for t in (*declared, *named)}
    events = {name: _event(t, root) for name, t in known.items()}
    said = tuple(sorted(name for name, t in known.items() if is_said_by_a_person(t)))
    return Graph(
        agents={a.id: _agent(a, root, said) for a in sorted(agents, key=lambda a: a.id)},
        events={name: events[name] for name in sorted(events)},
    )


def _agent(agent: Agent, root: Path, said: tuple[str, ...]) -> AgentNode:
    needs = {need.__name__ for handler in agent.handlers for need in handler.needs.values()}
    return AgentNode(
        id=agent.id,
        domain=agent.domain,
        name=agent.name,
        doc=agent.doc,
        needs=tuple(sorted(needs)),
        handlers=tuple(_handler(agent.id, handler, root, said) for handler in agent.handlers),
    )


def _handler(agent_id: str, handler: Handler, root: Path, said: tuple[str, ...]) -> HandlerNode:
    """said: what people say, which is what one that serves may publish."""
    path = Path(handler.file).resolve()
    file = path.relative_to(root) if path.is_relative_to(root) else path
    return HandlerNode(
        agent=agent_id,
        name=handler.name,
        sides=tuple(tuple(t.type_name() for t in side) for side in handler.hears.values()),
        publishes=said if handler.request_parameter else tuple(t.type_name() for t in handler.publishes),
        narrowed=bool(handler.where),
        where=f"{file}:{handler.line}",
        serves=handler.request_parameter is not None,
        answers=answers(handler),
        pattern=pattern_of(handler),
        every=handler.every,
        join_on=handler.join_on,
        within_s=handler.within_s,
        at_most=handler.at_most,
    )


def _event(contract: EventType, root: Path) -> EventNode:
    module = contract.__module__.split(".")
    domain = PLATFORM if contract in PLATFORM_EVENTS or module[0] == "troupe" else ".".join(module[1:2])
    return EventNode(
        name=contract.type_name(),
        domain=domain,
        doc=(contract.__doc__ or "").strip(),
        terms=contract.terms,
        where=location(contract, root),
        fields=tuple(
            FieldNode(name, _type(told.annotation), told.is_required(), told.description or "")
            for name, told in contract.model_fields.items()
        ),
        example=contract.example,
    )


def _type(annotation: Any) -> str:
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    return re.sub(r"\b(?:[a-zA-Z_]\w*\.)+(?=\w)", "", str(annotation))
