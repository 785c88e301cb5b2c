"""The local cloud: boot it, publish, let it run until it rests, and look at what happened.

with LocalCloud.boot(Path(".")) as cloud:
    question = cloud.publish(QueryReceived(question="How many stores are there?"))
    cloud.run_until_idle()
    print([event.type for event in cloud.events(question)])
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from troupe.event_store.read import Reader, StoredEvent
from troupe.local import assembly as assemblies
from troupe.local import backends, loader, provision, queues
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.chance import Chance
from troupe.local.clock import Clock
from troupe.local.endpoint import Endpoint, require_nobody_in_charge
from troupe.local.errors import LocalCloudError
from troupe.local.functions import Functions, administrator, environment
from troupe.local.history import History
from troupe.local.parameters import Parameters
from troupe.local.poller import Poller
from troupe.local.queues import QueueDepth
from troupe.local.router import Lost, Router
from troupe.local.scheduler import Scheduler
from troupe.local.synth import synth
from troupe.local.world import World
from troupe.runtime.aws import client
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Envelope
from troupe.runtime.payloads import Payloads
from troupe.runtime.publisher import Publisher
from troupe.runtime.settings import Names

_LIMIT = 10_000
"""Batches after which a choreography counts as endless."""


class LocalCloud:
    """One account on this machine, as the templates describe it. `boot` makes it."""

    def __init__(
        self, root: Path, names: Names, world: World, clock: Clock, chance: Chance, router: Router, endpoint: Endpoint
    ) -> None:
        self.root = root
        self.names = names
        self.world = world
        self.clock = clock
        self.router = router
        self.endpoint = endpoint
        self.parameters = endpoint.parameters
        self.functions = Functions(root, endpoint.authorizer, endpoint.authorizer.arns, clock)
        self.poller = Poller(self.functions, clock)
        self.scheduler = Scheduler(world, self.poller, router, clock, chance, endpoint.require_able)
        self.history = History(root, names.events)
        self._chance = chance

    @classmethod
    @contextmanager
    def boot(
        cls,
        root: Path,
        *,
        seed: int = 0,
        stage: str | None = None,
        assembly: Path | None = None,
        live: bool = False,
        start: datetime | None = None,
        warehouse: str = "",
    ) -> Iterator[LocalCloud]:
        """An account with everything that the project under `root` would deploy, open until the block ends.

        By default time stands still unless something is due, and everything, ids included, follows from the seed.
        live: the clock runs and ids are random, for people.
        stage: of cdk.json; by default the one that it names.
        assembly: templates to load instead of synthesizing them, such as edited ones.
        start: when a standing clock begins.
        warehouse: URL of the database to ask instead of the sample.

        Inside the block the process's AWS environment is the command line's, which may do anything. Raises
        LocalCloudError.
        """
        require_nobody_in_charge()
        root = root.resolve()
        stacks = assemblies.read(assembly or synth(root, stage))
        with ExitStack() as closing:
            clock, chance = Clock(running=live, start=start), Chance(seed)
            closing.enter_context(clock.in_charge())
            if not live:
                closing.enter_context(chance.in_charge())
            backends.forget_everything(None if live else seed)
            closing.callback(backends.forget_everything, None)
            world = loader.load(stacks)
            authorizer = loader.authorizer(world)
            router = Router(authorizer)
            router.check()
            names = _names(root, world)
            parameters = Parameters(authorizer.arns)
            for name, value in world.parameters.items():
                parameters.put(name, value)
            parameters.wanted |= provision.wanted(root, names, clock, closing, warehouse)
            endpoint = Endpoint(authorizer, parameters, clock)
            closing.enter_context(endpoint.in_charge())
            closing.enter_context(router.in_charge())
            closing.enter_context(environment(administrator()))
            cloud = cls(root, names, world, clock, chance, router, endpoint)
            closing.callback(cloud.functions.forget)
            # Loading has drawn ids: from here on everything is as after a reset.
            cloud.reset(seed)
            yield cloud

    def reset(self, seed: int = 0) -> None:
        """As new, with a seed of its own: queues, tables and buckets empty, functions cold. Takes milliseconds."""
        self.clock.restart()
        self._chance.restart(seed)
        backends.empty(None if self.clock.running else seed)
        self.functions.forget()
        self.functions.logs.clear()
        self.poller.forget()
        self.router.lost.clear()
        self.scheduler.restart()

    def publish(self, event: Event, correlation_id: str = "") -> str:
        """Puts an event on the bus as the command line; returns its correlation id. Raises LocalCloudError."""
        envelope = Envelope.root(event, f"{self.names.app}.cli", correlation_id=correlation_id)
        sealed = Payloads(self.names.payloads(ACCOUNT, REGION)).spill([envelope])
        refused = Publisher(self.names.bus).publish(sealed)
        if refused:
            raise LocalCloudError(f"{event.type_name()} was not published: {next(iter(refused.values()))}")
        return envelope.metadata.correlation_id

    def publish_raw(self, **entry: Any) -> dict[str, Any]:
        """Puts one PutEvents entry on the bus as it is, for events that no contract describes; the entry's result."""
        entry = {"EventBusName": self.names.bus, **entry}
        return dict(client("events").put_events(Entries=[entry])["Entries"][0])

    def run_until_idle(self, limit: int = _LIMIT) -> int:
        """Lets all agents work until nothing waits for any of them; the number of batches.

        Raises NotAtRest when that takes more than `limit` batches, LocalCloudError when something of this machine,
        such as the sample warehouse, cannot be had.
        """
        return self.scheduler.run_until_idle(limit)

    def run_for(self, seconds: float, limit: int = _LIMIT) -> int:
        """Lets so much time pass, with everything that is due in it; the number of batches."""
        return self.scheduler.run_for(seconds, limit)

    def events(self, correlation_id: str | None = None) -> list[StoredEvent]:
        """What the event store holds, of one correlation or all, in the order of recording."""
        if correlation_id is not None:
            found = self.reader.story(correlation_id).events
        else:
            pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.names.events)
            items = [item for page in pages for item in page["Items"] if item["sk"]["S"][:2] in ("E#", "D#")]
            found = [StoredEvent(item) for item in items]
        return sorted(found, key=lambda event: (event.recorded, event.metadata.depth, event.metadata.id))

    @property
    def reader(self) -> Reader:
        """Reads the event store, large payloads included."""
        return Reader(self.client("dynamodb"), self.names.events, self.names.payloads(ACCOUNT, REGION))

    def queues(self) -> dict[str, QueueDepth]:
        """The depth of every queue that feeds a function, by its name."""
        undelivered: dict[str, set[str]] = {}
        for rule in backends.rules():
            for target in rule.targets:
                if "DeadLetterConfig" in target:
                    undelivered.setdefault(target["Arn"], set()).add(target["DeadLetterConfig"]["Arn"])
        held = backends.queues()
        by_arn = {queue.queue_arn: queue for queue in held.values()}
        return {
            source.queue: queues.depth(
                held[source.queue],
                self.clock.now_ms,
                [by_arn[arn] for arn in sorted(undelivered.get(source.queue_arn, ())) if arn in by_arn],
            )
            for source in self.world.mappings
        }

    def lost(self) -> list[Lost]:
        """Events that AWS would have dropped without a trace."""
        return list(self.router.lost)

    def logs(self, agent_id: str) -> list[str]:
        """What an agent has logged so far, line by line."""
        groups = {f.log_group for f in self.world.functions.values() if f.agent_id == agent_id}
        return [line for group in sorted(groups) for line in self.functions.logs.get(group, [])]

    def client(self, service: str) -> Any:
        """A botocore client of the command line, which may do anything."""
        return client(service)

    def remember(self) -> int:
        """Puts the events of earlier runs into the event store; how many items those are."""
        return self.history.load(self.client("dynamodb"), self.names.events)

    def keep(self) -> Path | None:
        """Keeps the events of this run for later ones; the file."""
        return self.history.dump(self.client("dynamodb"), self.names.events)


def _names(root: Path, world: World) -> Names:
    for function in world.functions.values():
        if "TROUPE_APP" in function.environment:
            return Names(function.environment["TROUPE_APP"], function.environment["TROUPE_STAGE"])
    try:
        context = json.loads((root / "cdk.json").read_text(encoding="utf-8"))["context"]
        return Names(context["app"], context["stage"])
    except (OSError, ValueError, KeyError, TypeError):
        raise LocalCloudError(
            f"Neither a function nor {root / 'cdk.json'} says what app and stage these are."
        ) from None
