"""One run: a fresh account, a few roots, the seed's faults, and the question whether everything holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from troupe.choreography import demos
from troupe.choreography.discovery import contracts, discover
from troupe.local.account import outside
from troupe.local.cloud import LocalCloud
from troupe.local.errors import LocalCloudError
from troupe.local.provision import WAREHOUSE
from troupe.local.simulation import invariants, laws
from troupe.local.simulation.climate import climate
from troupe.local.simulation.dice import Dice, Fault
from troupe.local.simulation.faults import Faults
from troupe.local.simulation.people import People
from troupe.local.simulation.record import Record
from troupe.local.simulation.replays import Operator, Replays
from troupe.local.simulation.scheduler import NoRest, Scheduler
from troupe.local.simulation.story import Story
from troupe.local.simulation.thinking import Thinking
from troupe.local.simulation.warehouse import StandIn, in_place_of_the_warehouse
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Envelope

_MOST_ROOTS = 3
_HEALINGS = 6
"""How often dead letters are sent back before one that returns counts as incurable."""


class NothingToPlay(LocalCloudError):
    """The project has no event that a story could begin with."""


@dataclass(slots=True)
class Outcome:
    """What became of one run."""

    seed: int
    violations: list[str]
    faults: list[Fault]
    deliveries: int
    story: list[str] = field(default_factory=list)


class Theatre:
    """A project's cloud, booted once and emptied before every run."""

    def __init__(self, cloud: LocalCloud, root: Path, operator: Operator | None = None) -> None:
        self.cloud = cloud
        self._operator = operator
        deployed = {function.agent_id for function in cloud.world.functions.values()}
        self.agents = {agent.id: agent for agent in discover(root) if agent.id in deployed}
        self._contracts = [c for c in contracts(root) if c.terms.root]
        self._said = _said(root, {agent.domain for agent in self.agents.values()})
        self._roots = People.of(self.agents.values(), self._contracts).beginnings
        if not self._roots:
            raise NothingToPlay(
                f"{root / 'contracts'} declares no event with root=True and an example; a story begins with one."
            )
        self._stand_ins: list[StandIn] = []
        self._laws = laws.laws(root, (agent.domain for agent in self.agents.values()))
        self._standing = invariants.roles_keep_to_their_signatures(cloud, self.agents)

    @classmethod
    @contextmanager
    def open(cls, root: Path, assembly: Path | None = None, operator: Operator | None = None) -> Iterator[Theatre]:
        """The theatre of the project under `root`, or of templates that were made before.

        operator: who replays in the middle of a run; None: nobody does.
        """
        with ExitStack() as closing:
            cloud = closing.enter_context(LocalCloud.boot(root, assembly=assembly))
            theatre = cls(cloud, root, operator)
            theatre._stand_ins = closing.enter_context(in_place_of_the_warehouse(theatre.agents.values(), root))
            yield theatre

    def play(
        self, seed: int, *, without: frozenset[str] = frozenset(), rates: Mapping[str, float] | None = None
    ) -> Outcome:
        """The run of a seed. without: keys of faults to leave out; rates: instead of the seed's own."""
        cloud = self.cloud
        cloud.reset(seed)
        cloud.parameters.put(cloud.names.parameter(WAREHOUSE), '{"url": "simulation:"}')
        dice = Dice(seed, climate(seed) if rates is None else rates, without=without)
        for stand_in in self._stand_ins:
            stand_in.dice = dice
        story, record = Story(cloud.clock), Record(cloud.names)
        faults = Faults(cloud, dice, record, story)
        replays = Replays(self._operator, cloud, self.agents, dice, faults, record, story)
        scheduler = Scheduler(cloud, self.agents, dice, faults, record, story, replays)
        found = list(self._standing)
        with faults.in_charge(), Thinking(dice, story, record, faults.turns).between(self.agents.values()):
            try:
                people = People.of(self.agents.values(), self._contracts)
                record.awaiting_people |= set(people.answers)
                scheduler.play([lambda: self._publish(dice, record, story)] * (1 + dice.below("roots", _MOST_ROOTS)))
                while replies := people.reply(record, cloud.publish, dice):
                    scheduler.play(replies)
                self._rest(scheduler, people, record, dice)
                found += invariants.violations(cloud, self.agents, record, healed=False)
                for _ in range(_HEALINGS):
                    if not scheduler.redrive():
                        break
                    story.tell("all dead letters are sent back")
                    self._rest(scheduler, people, record, dice)
                else:
                    dead = [source.queue for source, _ in scheduler.dead_letters()]
                    found += [f"1: a dead letter of {queue} comes back although nothing fails." for queue in dead]
                found += invariants.violations(cloud, self.agents, record, healed=True)
                found += laws.broken(cloud, self._laws)
            except NoRest as endless:
                found.append(f"5: {endless}")
        return Outcome(seed, list(dict.fromkeys(found)), list(dice.struck), record.deliveries, story.lines)

    def _rest(self, scheduler: Scheduler, people: People, record: Record, dice: Dice) -> None:
        """Until nothing moves, and nobody waits for an answer."""
        scheduler.rest()
        while replies := people.reply(record, self.cloud.publish, dice):
            for reply in replies:
                reply()
            scheduler.rest()

    def _publish(self, dice: Dice, record: Record, story: Story) -> None:
        contract = dice.pick("which root", self._roots)
        said = [contract.example, *self._said.get(contract.type_name(), ())]
        event: Event = contract.model_validate(dice.pick("what is said", said))
        if dice.strikes("malformed", contract.type_name()):
            story.fault(f"somebody publishes {contract.type_name()} without what its contract asks for")
            record.malformed.add(self._publish_malformed(event))
        else:
            story.tell(f"somebody publishes {contract.type_name()}")
            record.roots.append(self.cloud.publish(event))

    def _publish_malformed(self, event: Event) -> str:
        broken = replace(Envelope.root(event, outside(self.cloud.names, event)), data={"strange": True}).sealed()
        self.cloud.publish_raw(Source=broken.source, DetailType=broken.type, Detail=json.dumps(broken.detail))
        return broken.metadata.id


def _said(root: Path, domains: Set[str]) -> dict[str, list[dict[str, Any]]]:
    """What the domains' demos publish beside the examples, by type; not what goes on with a story, or cannot heal."""
    found: dict[str, list[dict[str, Any]]] = {}
    for domain in sorted(domains & demos.playable(root).keys()):
        for scene in demos.read(root, domain).scenes:
            begins = scene.story is None and not scene.incurable
            if scene.data is not None and begins and "${" not in repr(scene.data):
                found.setdefault(scene.publish, []).append(scene.data)
    return found
