"""An agent's part in writing: what its handlers hear and publish, as its stack notes it in the stage's registry.

So whoever looks at a running stage knows its choreography without importing the agents, and learns of a new agent
without being deployed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from troupe.runtime.context import Tick

if TYPE_CHECKING:
    from troupe.runtime.agent import Agent

FOLDER = "agents"
"""Under this name of the stage's parameters lies one parameter per agent, named by its id."""


class _Written(BaseModel):
    # What a newer stack notes beside this is ignored.
    model_config = ConfigDict(frozen=True, extra="ignore")


class HandlerPart(_Written):
    """One handler."""

    name: str
    hears: dict[str, tuple[str, ...]] = {}
    """Per event parameter the types of its alternatives; two or more are a join; none: hears everything, or a Tick."""
    publishes: tuple[str, ...] = ()
    where: dict[str, Any] | None = None
    every: str | None = None
    join_on: str | None = None
    within_s: int | None = None
    acts: bool = False
    """A need of it changes the world outside: thinking anew would do so again."""

    @property
    def is_join(self) -> bool:
        return len(self.hears) > 1

    def side_of(self, type_name: str) -> str | None:
        """The parameter that takes this type; None when the handler does not hear it."""
        return next((side for side, types in self.hears.items() if type_name in types), None)


class AgentPart(_Written):
    """One agent with all its handlers."""

    id: str
    handlers: tuple[HandlerPart, ...]
    serves: bool = False
    """It answers requests, and has no queue."""

    @classmethod
    def of(cls, agent: Agent, said: tuple[str, ...] = ()) -> AgentPart:
        """said: the events that people say, which a handler that serves may publish."""
        return cls(
            id=agent.id,
            serves=agent.serves,
            handlers=tuple(
                HandlerPart(
                    name=h.name,
                    hears={
                        side: tuple(t.type_name() for t in types) for side, types in h.hears.items() if types != (Tick,)
                    },
                    publishes=said if h.request_parameter else tuple(t.type_name() for t in h.publishes),
                    where=h.where,
                    every=h.every,
                    join_on=h.join_on,
                    within_s=h.within_s,
                    acts=any(need.acts for need in h.needs.values()),
                )
                for h in agent.handlers
            ),
        )

    def as_json(self) -> str:
        """The parameter's value; what is not said is left out, because a parameter holds 8 KB at most."""
        return self.model_dump_json(exclude_defaults=True)
