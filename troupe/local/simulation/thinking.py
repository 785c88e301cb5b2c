"""Stands between the runtime and the handlers: makes thinking fail, wait, take long, and come out differently."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from troupe.local.simulation.dice import Dice
from troupe.local.simulation.record import Record, Turn
from troupe.local.simulation.story import Story
from troupe.runtime.agent import Agent
from troupe.runtime.context import Retry
from troupe.runtime.contract import Event
from troupe.runtime.signature import Handler

_SLOW = (0.9, 2.0, 4.6, 20.0)
"""How long a slow thought may take, in turns: within its time, beyond it, and beyond any function's."""


class ThinkingFailed(Exception):
    """The infrastructure that a handler stands on fails."""


class Thinking:
    """Every call of a handler, while it is `between`."""

    def __init__(self, dice: Dice, story: Story, record: Record, turns: list[Turn]) -> None:
        self._dice = dice
        self._story = story
        self._record = record
        self._turns = turns
        self._joined: set[type[Event]] = set()

    @contextmanager
    def between(self, agents: Iterable[Agent]) -> Iterator[None]:
        """While this is open, the agents' handlers are called through here."""
        before = [(agent, list(agent.handlers)) for agent in agents]
        self._joined = {t for _, handlers in before for h in handlers if h.join_on for t in h.subscriptions}
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
            self._check_time(where, agent)
            if self._dice.strikes("thinking-is-slow", where):
                seconds = agent.timeout_s * self._dice.pick(f"slow {where}", _SLOW)
                self._story.fault(f"and takes {seconds:g} s")
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

    def _check_time(self, where: str, agent: Agent) -> None:
        """A thought that does not fit any more is not begun: its message is handed back."""
        turn = self._turns[-1]
        turn.thoughts += 1
        left = (self._story.clock.deadline or math.inf) - self._story.clock.now
        # The first is always begun: there is nothing else that this invocation could be good for.
        if turn.thoughts > 1 and left < agent.timeout_s:
            self._record.wrong.append(
                f"4: {where} began a thought with {left:.1f} s left, although a turn may take {agent.timeout_s} s."
            )

    def _other(self, where: str, handler: Handler, returned: Any) -> Any:
        """Another of the events that the handler declares, made from its example; or what was returned."""
        if not isinstance(returned, Event) or not _may_differ(handler):
            return returned
        if not self._dice.strikes("thinking-differs", where):
            return returned
        made = []
        for contract in handler.publishes:
            if contract in self._joined:
                continue  # what belongs together is told by a field, which an example has from nowhere
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


def _may_differ(handler: Handler) -> bool:
    """Whether a second thought may come out otherwise: who asks a model or a warehouse may hear something else.

    Who acts on the outside must say what it did, and who asks nobody follows from what it heard; agents that were made
    up draw their answers themselves.
    """
    needs = handler.needs.values()
    return bool(needs) and not any(need.acts for need in needs)
