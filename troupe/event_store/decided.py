"""How the decisions were made that events came from: when, and at which attempt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from troupe.event_store.batches import batch_get
from troupe.event_store.read import StoredEvent
from troupe.runtime.decisions import DecisionKey
from troupe.runtime.incidents import ChoreographyHalted, JoinExpired
from troupe.runtime.parts import AgentPart

_ANYBODYS = (ChoreographyHalted.type_name(), JoinExpired.type_name())
"""What the runtime itself lets any handler decide."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that an event came from."""

    agent: str
    handler: str
    attempt: int
    """1 when the first delivery led to it; 0 when that was not noted."""


def decided(
    events: Sequence[StoredEvent], agents: Iterable[AgentPart], dynamodb: Any, decisions: str, app: str
) -> dict[str, Decided]:
    """The decisions behind these events, by event id; those that are not found are left out.

    decisions: the decision table; one BatchGetItem per hundred. Found is what an agent of the registry decided on
    exactly the causes that the event states.
    """
    parts = {f"{app}.{agent.id}": agent for agent in agents}
    asked: dict[str, list[tuple[str, AgentPart, str]]] = {}
    for event in events:
        m = event.metadata
        agent = parts.get(event.source)
        if agent is None or event.divergent or not m.causes:
            continue
        for handler in agent.handlers:
            if event.type in handler.publishes or event.type in _ANYBODYS:
                pk = DecisionKey.of(agent.id, handler.name, m.namespace, m.causes).pk
                asked.setdefault(pk, []).append((m.id, agent, handler.name))
    places = [{"pk": {"S": pk}} for pk in sorted(asked)]
    found: dict[str, Decided] = {}
    for item in batch_get(dynamodb, decisions, places, ("pk", "attempt")):
        attempt = int(item.get("attempt", {}).get("N", "0"))
        found |= {id: Decided(agent.id, handler, attempt) for id, agent, handler in asked[item["pk"]["S"]]}
    return found
