"""Who works next, and what befalls the queues in between. One thing at a time, drawn by the seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from troupe.local import backends, queues
from troupe.local.cloud import LocalCloud
from troupe.local.simulation.dice import Dice
from troupe.local.simulation.faults import Crash, Faults, afresh, again
from troupe.local.simulation.record import Record, Turn, event_id
from troupe.local.simulation.replays import Replays
from troupe.local.simulation.story import Story
from troupe.local.world import EventSource
from troupe.runtime.agent import Agent

_DEEPEST = 3
"""Invocations within invocations, at most."""
_MOST_BATCHES = 3000
_LEAPS_PER_TICK = 3
"""Schedules fire in one of so many leaps of the clock: what looks around every minute would be most of the work."""
_FORGOTTEN = 40
"""Deleted messages that SQS may still deliver once more."""


class NoRest(Exception):
    """The choreography goes on and on."""


class Scheduler:
    """Plays a story to its end."""

    def __init__(
        self,
        cloud: LocalCloud,
        agents: dict[str, Agent],
        dice: Dice,
        faults: Faults,
        record: Record,
        story: Story,
        replays: Replays,
    ) -> None:
        self._cloud = cloud
        self._agents = agents
        self._dice = dice
        self._faults = faults
        self._record = record
        self._story = story
        self._deleted: list[tuple[str, Any]] = []
        self._down: dict[str, int | None] = {}
        """Queues whose agent is down, until which batch; None: until everybody else rests."""
        self.batches = 0
        self._replays = replays
        faults.meanwhile = self._meanwhile
        replays.step = self._step

    def play(self, publications: Sequence[Callable[[], object]]) -> None:
        """Publishes, at moments that the seed chooses, and lets everything happen until nothing is left to do."""
        self._take_down_from_the_start()
        waiting = list(publications)
        while True:
            if waiting and (not self._due() or self._dice.below("publish", 3) == 0):
                waiting.pop(0)()
                continue
            self._disturb()
            if self._step():
                continue
            if waiting:
                continue
            if not self._down:
                return
            self._check_that_only_those_wait(set(self._down))
            for queue in list(self._down):
                self._story.tell(f"{queue} is up again")
                del self._down[queue]

    def rest(self) -> None:
        """Lets everything that is under way come to its end, without faults."""
        self._dice.calm = True
        self._down.clear()
        self._replays.finish()
        while self._step():
            pass

    def redrive(self) -> int:
        """Sends every dead letter back to its agent; how many."""
        count = 0
        for source in self._cloud.world.mappings:
            for queue in self._dead(source):
                for message in list(queue._messages):
                    self._send_back(queue, message, source)
                    count += 1
        return count

    def dead_letters(self) -> list[tuple[EventSource, Any]]:
        """Every dead letter, with the mapping that it should go back to."""
        return [
            (source, message)
            for source in self._cloud.world.mappings
            for queue in self._dead(source)
            for message in queue._messages
        ]

    def poll(self, source: EventSource) -> None:
        """Receives a batch and runs the function on it, whatever becomes of that."""
        agent_id = source.function.agent_id
        size = 1 + self._dice.below(f"batch {source.queue}", source.batch_size)
        batch = self._cloud.poller.receive(replace(source, batch_size=size))
        if batch is None:
            return
        self.batches += 1
        self._record.deliveries += len(batch.messages)
        if self._dice.strikes("throttled-receive", agent_id):
            self._story.fault(f"{agent_id} is not invoked: throttled")
            self._cloud.poller.settle(batch, None)
            return
        if self._dice.strikes("cold-start", agent_id):
            self._agents[agent_id].forget()
        counts = [m.approximate_receive_count for m in batch.messages]
        self._story.tell(f"{agent_id} gets {len(batch.messages)} message(s), receives {counts}")
        turn = Turn(agent_id, source.queue, batch.messages)
        done: set[str] | None = None
        self._faults.turns.append(turn)
        self._story.depth += 1
        try:
            done = self._cloud.poller.invoke(batch)
            if done is None:
                self._story.tell(f"{agent_id} ended with an error or was stopped")
        except Crash:
            self._agents[agent_id].forget()
        finally:
            self._story.depth -= 1
            self._faults.turns.pop()
            for message in batch.messages:
                if message.id in (done or ()) and message in backends.queues()[source.queue]._messages:
                    self._record.done[source.queue] += 1
                    self._deleted = [*self._deleted[-_FORGOTTEN:], (source.queue, message)]
            self._cloud.poller.settle(batch, done)

    def _step(self) -> bool:
        """One batch, or the clock moves on to the next; False when there is nothing to wait for."""
        if self.batches >= _MOST_BATCHES:
            raise NoRest(f"After {self.batches} batches there is still no rest.")
        due = self._due()
        if due:
            self.poll(self._dice.pick("next", due))
            return True
        moments = [queues.next_due_ms(backends.queues()[s.queue]) for s in self._up()]
        coming = [moment for moment in moments if moment is not None]
        if not coming:
            return False
        self._cloud.scheduler.leap_to(min(coming) / 1000, firing=self._dice.below("tick", _LEAPS_PER_TICK) == 0)
        return True

    def _up(self) -> list[EventSource]:
        for queue, until in list(self._down.items()):
            if until is not None and self.batches >= until:
                self._story.tell(f"{queue} is up again")
                del self._down[queue]
        return [source for source in self._cloud.world.mappings if source.queue not in self._down]

    def _due(self) -> list[EventSource]:
        return [source for source in self._up() if self._cloud.poller.is_due(source)]

    def _meanwhile(self, kind: str) -> None:
        if len(self._faults.turns) >= _DEEPEST:
            return
        turn = self._faults.turns[-1]
        mappings = self._cloud.world.mappings
        if kind == "race":
            for message in turn.messages:
                message.visible_at = 0.0
            source = next(s for s in mappings if s.queue == turn.queue)
            self._story.fault(f"meanwhile another poller of {turn.agent_id} gets the same")
        else:
            others = [s for s in self._due() if s.queue != turn.queue]
            if not others:
                return
            source = self._dice.pick("meanwhile", others)
            self._story.fault(f"meanwhile {source.function.agent_id} works")
        clock = self._cloud.clock
        deadline, clock.deadline = clock.deadline, None
        try:
            self.poll(source)
        finally:
            clock.deadline = deadline

    def _take_down_from_the_start(self) -> None:
        queue = self._dice.pick("who is down", [s.queue for s in self._cloud.world.mappings])
        if self._dice.strikes("agent-down-from-the-start", queue):
            self._story.fault(f"{queue} is down")
            self._down[queue] = None

    def _check_that_only_those_wait(self, down: set[str]) -> None:
        """Invariant 6: an agent that is down delays only its own part."""
        for source in self._cloud.world.mappings:
            if source.queue not in down and backends.queues()[source.queue]._messages:
                self._record.wrong.append(
                    f"{source.queue} holds messages while only {', '.join(sorted(down))} is down."
                )

    def _disturb(self) -> None:
        mappings, strikes = self._cloud.world.mappings, self._dice.strikes
        if strikes("agent-goes-down", "step"):
            source = self._dice.pick("who goes down", mappings)
            if source.queue not in self._down:
                self._down[source.queue] = self.batches + 1 + self._dice.below("for how long", 12)
                self._story.fault(f"{source.queue} is down for a while")
        if strikes("shuffle", "step"):
            queue = backends.queues()[self._dice.pick("whom to shuffle", mappings).queue]
            queue._messages.sort(key=lambda _: self._dice.below("shuffled", 1_000_000))
            self._story.fault(f"the messages of {queue.name} change their order")
        if self._deleted and strikes("again", "step"):
            name, message = self._dice.pick("which again", self._deleted)
            backends.queues()[name]._messages.append(again(message))
            self._record.put[name] += 1
            self._story.fault(f"SQS delivers a deleted message of {name} once more")
        dead = self.dead_letters()
        if dead and strikes("redrive", "step"):
            source, message = self._dice.pick("which to redrive", dead)
            queue = next(q for q in self._dead(source) if message in q._messages)
            self._story.fault(f"a dead letter of {source.queue} is sent back")
            self._send_back(queue, message, source)
        self._replays.disturb()

    def _dead(self, source: EventSource) -> list[Any]:
        """The two dead-letter queues behind a queue: its own, and that of the rules which feed it."""
        held, names = backends.queues(), self._cloud.names
        agent_id = source.function.agent_id
        return [held[name] for name in (names.dead_letters(agent_id), names.undelivered(agent_id)) if name in held]

    def _send_back(self, queue: Any, message: Any, source: EventSource) -> None:
        if not self._is_hopeless(message, source):
            backends.queues()[source.queue]._messages.append(afresh(message))
            self._record.put[source.queue] += 1
        queue._messages.remove(message)
        self._record.done[queue.name] += 1

    def _is_hopeless(self, message: Any, source: EventSource) -> bool:
        """What a person would drop: it could only come back, or there is nothing to make up for."""
        body = json.loads(message.body)
        if body.get("detail-type") == "Scheduled Event":
            # An undelivered tick lies there as the clock's event, before the rule made a Tick of it.
            return True
        is_plain = all(handler.envelope_parameter for handler in self._agents[source.function.agent_id].handlers)
        return not is_plain and event_id(json.dumps(body.get("detail"))) in self._record.malformed
