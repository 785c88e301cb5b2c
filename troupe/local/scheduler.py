"""What happens next: one thing at a time, drawn by the seed from all that is due."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from troupe.local import backends, queues, schedules
from troupe.local.chance import Chance
from troupe.local.clock import Clock
from troupe.local.errors import LocalCloudError
from troupe.local.poller import Poller
from troupe.local.router import Router
from troupe.local.world import World

_A_MOMENT = 0.001
"""Seconds past the time when something is due, so that rounding cannot leave it undue."""


class NotAtRest(LocalCloudError):
    """The choreography goes on and on."""


class Scheduler:
    """Runs the pollers and the schedules of a world, single-threaded."""

    def __init__(
        self,
        world: World,
        poller: Poller,
        router: Router,
        clock: Clock,
        chance: Chance,
        require_able: Callable[[], None],
    ) -> None:
        self._world = world
        self._poller = poller
        self._router = router
        self._clock = clock
        self._chance = chance
        self._require_able = require_able
        self._ticks: list[tuple[Any, schedules.Schedule]] = []
        self._due: dict[str, float] = {}
        self.restart()

    def restart(self) -> None:
        """Starts all schedules now."""
        rules = [rule for rule in backends.rules() if rule.scheduled_expression]
        self._ticks = [(rule, schedules.parse(rule.scheduled_expression)) for rule in rules]
        self._due = {}
        for rule, schedule in self._ticks:
            self._plan(rule, schedule)

    def run_until_idle(self, limit: int) -> int:
        """Runs until no queue that feeds a function holds a message; the clock skips what nobody has to wait for.

        Schedules fire as their time passes, but nobody waits for them. Returns the number of batches. Raises NotAtRest
        after `limit` batches.
        """
        batches = 0
        while (moment := self._next_message()) is not None:
            self._run_to(moment)
            if self._poll():
                batches += 1
            if batches >= limit:
                raise NotAtRest(f"After {limit} batches there is still no rest: {self._waiting()}.")
        return batches

    def run_for(self, seconds: float, limit: int) -> int:
        """Runs whatever is due within so many seconds, then leaves the clock there; returns the number of batches."""
        end = self._clock.now + seconds
        batches = 0
        while (moment := min(self._coming(), default=end)) < end:
            self._run_to(moment)
            batches += self._poll()
            if batches >= limit:
                raise NotAtRest(f"After {limit} batches the {seconds} seconds are not over: {self._waiting()}.")
        self._clock.advance_to(end)
        return batches

    def _coming(self) -> list[float]:
        message = self._next_message()
        return [*self._due.values(), *([] if message is None else [message])]

    def _next_message(self) -> float | None:
        moments = [queues.next_due_ms(backends.queues()[source.queue]) for source in self._world.mappings]
        return min((m / 1000 for m in moments if m is not None), default=None)

    def leap_to(self, moment: float, *, firing: bool = True) -> None:
        """Moves the clock there; a schedule that is due several times on the way fires once, at the last of them.

        firing: whether schedules fire at all on the way.
        """
        last: dict[str, float] = {}
        for rule, schedule in self._ticks:
            while (due := self._due.get(rule.arn, math.inf)) <= moment:
                last[rule.arn] = due
                self._plan(rule, schedule)
        if firing:
            self._due |= last
        self._run_to(moment)

    def _run_to(self, moment: float) -> None:
        """Moves the clock there, firing the schedules on the way in their order."""
        while self._due and (first := min(self._due.values())) <= max(moment, self._clock.now):
            self._clock.advance_to(first + _A_MOMENT)
            for rule, schedule in self._ticks:
                if self._due.get(rule.arn) == first:
                    self._plan(rule, schedule)
                    if rule.state != "DISABLED":
                        self._router.tick(rule)
        if moment > self._clock.now:
            self._clock.advance_to(moment + _A_MOMENT)

    def _plan(self, rule: Any, schedule: schedules.Schedule) -> None:
        after = schedule.after(datetime.fromtimestamp(self._due.get(rule.arn, self._clock.now), UTC))
        self._due.pop(rule.arn, None)
        if after is not None:
            self._due[rule.arn] = after.timestamp()

    def _poll(self) -> bool:
        due = [source for source in self._world.mappings if self._poller.is_due(source)]
        if not due:
            return False
        self._poller.run(self._chance.choices.choice(due))
        self._require_able()
        return True

    def _waiting(self) -> str:
        depths = {s.queue: len(backends.queues()[s.queue]._messages) for s in self._world.mappings}
        return ", ".join(f"{name} holds {count}" for name, count in depths.items() if count) or "events keep coming"
