"""What people say, read off the agents that hear it."""

from __future__ import annotations

from collections.abc import Iterable

from troupe.runtime.agent import Agent
from troupe.runtime.person import is_said_by_a_person
from troupe.runtime.sayings import Saying


def sayings(agents: Iterable[Agent]) -> tuple[Saying, ...]:
    """Every root with a Person that some agent hears, by name.

    One that an agent takes only together with another event answers that event; the desk then asks for the request
    that is meant.
    """
    handlers = [handler for agent in agents for handler in agent.handlers]
    said = {t.type_name(): t for h in handlers for t in h.subscriptions if is_said_by_a_person(t)}
    found = []
    for name, contract in sorted(said.items()):
        hearing = [handler for handler in handlers if contract in handler.subscriptions]
        joins = [handler for handler in hearing if handler.is_join]
        asked = {t.type_name() for h in joins for t in h.subscriptions if not is_said_by_a_person(t)}
        found.append(
            Saying(
                type=name,
                module=contract.__module__,
                begins=len(joins) < len(hearing),
                answers=tuple(sorted(asked)),
                on=next((h.join_on for h in joins if h.join_on), ""),
            )
        )
    return tuple(found)
