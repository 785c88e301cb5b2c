"""Stands between the runtime and the handlers: makes thinking fail, wait, take long, and come out differently."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from troupe.local.simulation.dice import Dice
from troupe.local.simulation.story import Story
from troupe.runtime.agent import Agent
from troupe.runtime.context import Retry
from troupe.runtime.contract import Event
from troupe.runtime.signature import Handler

_SLOW_S = (4, 20, 60, 200)
"""Seconds that a slow thought may take: within a turn's time, beyond it, beyond the function's."""


class ThinkingFailed(Exception):
    """The infrastructure that a handler stands on fails."""


class Thinking:
    """Every call of a handler, while it is `between`."""

    def __init__(self, dice: Dice, story: Story) -> None:
        self._dice = dice
        self._story = story

    @contextmanager
    def between(self, agents: Iterable[Agent]) -> Iterator[None]:
        """While this is open, the agents' handlers are called through here."""
        before = [(agent, list(agent.handlers)) for agent in agents]
        for agent, handlers in before:
            agent.handlers[:] = [replace(h, function=self._wrapped(agent, h)) for h in handlers]
        try:
            yield
        finally:
            for agent, handlers in before:
                agent.handlers[:] = handlers

    def _wrapped(self, agent: Agent, handler: Handler) -> Any:
        where = f"{agent.id}/{handler.name}"

        def think(**arguments: Any) -> Any:
            self._story.tell(f"{where} thinks about {', '.join(self._heard(arguments)) or 'the time'}")
            if self._dice.strikes("thinking-is-slow", where):
                seconds = self._dice.pick(f"slow {where}", _SLOW_S)
                self._story.fault(f"and takes {seconds} s")
                time.sleep(seconds)
            if self._dice.strikes("thinking-fails", where):
                self._story.fault("and fails")
                raise ThinkingFailed(f"{where} could not think.")
            if not handler.envelope_parameter and self._dice.strikes("thinking-puts-off", where):
                self._story.fault("and asks to be called later")
                raise Retry("not now", after=self._dice.pick(f"later {where}", (None, 0, 30)))
            returned = handler.function(**arguments)
            return self._other(where, handler, returned)

        return think

    def _other(self, where: str, handler: Handler, returned: Any) -> Any:
        """Another of the events that the handler declares, made from its example; or what was returned."""
        if not isinstance(returned, Event) or not self._dice.strikes("thinking-differs", where):
            return returned
        made = []
        for contract in handler.publishes:
            try:
                made.append(contract.model_validate(contract.example))
            except ValidationError:
                continue
        if not made:
            return returned
        other = self._dice.pick(f"other {where}", made)
        self._story.fault(f"and this time says {other.type_name()} as in its example")
        return other

    @staticmethod
    def _heard(arguments: dict[str, Any]) -> list[str]:
        found = []
        for value in arguments.values():
            if isinstance(value, Event):
                found.append(value.type_name())
            elif hasattr(value, "metadata"):
                found.append(value.type)
        return found
