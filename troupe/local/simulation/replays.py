"""Somebody replays in the middle of everything, may be killed at any step of it, and runs it again until it is done.

What a replay is lies outside this room, which must not import it: whoever opens the theatre brings an operator who
knows how to select, freeze and send.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from unittest.mock import patch

from troupe.event_store.keys import partition
from troupe.local.cloud import LocalCloud
from troupe.local.simulation.dice import Dice
from troupe.local.simulation.faults import Crash, Faults
from troupe.local.simulation.record import Record, Replayed
from troupe.local.simulation.story import Story
from troupe.runtime.agent import Agent
from troupe.runtime.rehearsal import Mode

_MOST_STEPS = 3
"""How much the agents get done at most while the operator waits between two batches."""
_GOES_ON = 4
"""Of so many steps one is that at which a killed replay is run again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be replayed, to whom."""

    mode: Mode
    to: tuple[str, ...]
    correlations: tuple[str, ...]


class Operator(Protocol):
    """A person with the tools for it."""

    def freeze(self, cloud: LocalCloud, wanted: Wanted) -> Replayed | None:
        """Selects and keeps what is to be sent; None when there is nothing."""

    def send(self, cloud: LocalCloud, id: str, work: Callable[[float], object]) -> bool:
        """Sends it from where it stands, letting others `work` between two batches; whether that was all of it."""


class Replays:
    """The replays of one run: one at most."""

    def __init__(
        self,
        operator: Operator | None,
        cloud: LocalCloud,
        agents: dict[str, Agent],
        dice: Dice,
        faults: Faults,
        record: Record,
        story: Story,
    ) -> None:
        self._operator = operator
        self._cloud = cloud
        self._dice = dice
        self._faults = faults
        self._record = record
        self._story = story
        self._listeners = sorted(
            a.id for a in agents.values() if any(h.subscriptions and not h.every for h in a.handlers)
        )
        self._under_way: Replayed | None = None
        self.step: Callable[[], object] = lambda: None
        """Lets an agent work."""

    def disturb(self) -> None:
        """Begins a replay, or goes on with one that was killed, if the seed says so."""
        if self._operator is None:
            return
        if self._under_way:
            if self._dice.below("the replay goes on", _GOES_ON) == 0:
                self._send(self._operator, self._under_way)
        elif not self._record.replays and (stories := self._stories()) and self._dice.strikes("replay", "step"):
            self._begin(self._operator, stories)

    def finish(self) -> None:
        """Runs what was killed again, to its end."""
        if self._operator and self._under_way:
            self._send(self._operator, self._under_way)
            if self._under_way:
                self._record.wrong.append(f"The replay {self._under_way.id} was run again and did not come to its end.")

    def _stories(self) -> tuple[str, ...]:
        """Of which something is recorded."""
        recorded = {pk for pk, _ in self._record.written}
        return tuple(root for root in self._record.roots if partition(root) in recorded)

    def _begin(self, operator: Operator, stories: tuple[str, ...]) -> None:
        pick = self._dice.pick
        mode: Mode = pick("mode of the replay", ("redeliver", "reprocess"))
        # Reprocessed is a whole story for all: a join of somebody who was not asked would wait for ever.
        is_story = mode == "reprocess" or pick("what to replay", (True, False))
        correlations = (pick("which story to replay", stories),) if is_story else stories
        to = tuple(self._listeners) if is_story else (pick("to whom to replay", self._listeners),)
        # The id of a replay is chance, too.
        with patch("secrets.token_hex", lambda size: f"{self._dice.below('id of the replay', 16 ** (2 * size)):x}"):
            replayed = operator.freeze(self._cloud, Wanted(mode, to, correlations))
        if replayed is None:
            self._story.fault(f"somebody wants to {mode} what nobody has heard yet")
            return
        what = correlations[0] if is_story else f"all that {to[0]} heard"
        self._story.fault(f"somebody begins to {mode} {what}: {len(replayed.entries)} messages")
        self._record.replays[replayed.id] = replayed
        self._under_way = replayed
        self._send(operator, replayed)

    def _send(self, operator: Operator, replayed: Replayed) -> None:
        self._story.tell(f"{replayed.id} is being sent")
        try:
            with self._faults.killing_the_operator():
                done = operator.send(self._cloud, replayed.id, self._work)
        except Crash:
            return
        self._story.tell(f"{replayed.id} {'is sent' if done else 'stopped'}")
        if done:
            self._under_way = None

    def _work(self, _: float) -> None:
        self._faults.operating = False
        for _step in range(self._dice.below("work while the replay waits", _MOST_STEPS + 1)):
            self.step()
        self._faults.operating = True
