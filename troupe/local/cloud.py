"""The local cloud: boot it, publish, let it run until it rests, and look at what happened.

with LocalCloud.boot(Path(".")) as cloud:
    question = cloud.publish(QueryReceived(question="How many stores are there?"))
    cloud.run_until_idle()
    print([event.type for event in cloud.events(question)])
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from troupe.event_store.read import Reader, StoredEvent
from troupe.local import account as accounts
from troupe.local import assembly as assemblies
from troupe.local import backends, front_door, provision
from troupe.local.account import Account
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.chance import Chance
from troupe.local.clock import Clock
from troupe.local.endpoint import require_nobody_in_charge
from troupe.local.functions import Functions, administrator, environment
from troupe.local.history import History, KeptPayloads
from troupe.local.ledger import Ledger
from troupe.local.poller import Poller
from troupe.local.queues import QueueDepth
from troupe.local.router import Lost
from troupe.local.scheduler import Scheduler
from troupe.local.synth import synth
from troupe.runtime.aws import client
from troupe.runtime.contract import Event
from troupe.runtime.person import is_said_by_a_person

_LIMIT = 10_000
"""Batches after which a choreography counts as endless."""


class LocalCloud:
    """One account on this machine, as the templates describe it. `boot` makes it."""

    def __init__(self, root: Path, account: Account, clock: Clock, chance: Chance, ledger: Ledger) -> None:
        self.root = root
        self.ledger = ledger
        self.account = account
        self.names = account.names
        self.world = account.world
        self.clock = clock
        self.router = account.router
        self.endpoint = account.endpoint
        self.parameters = self.endpoint.parameters
        self.outbox = self.endpoint.outbox
        self.functions = Functions(root, self.endpoint.authorizer, self.endpoint.authorizer.arns, clock)
        self.poller = Poller(self.functions, clock)
        self.scheduler = Scheduler(self.world, self.poller, self.router, clock, chance, self.endpoint.require_able)
        self._kept = {table: History(root, table) for table in (self.names.events, self.names.decisions)}
        self._bucket = self.names.payloads(ACCOUNT, REGION)
        self._payloads = KeptPayloads(root, self._bucket)
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
            closing.callback(backends.forget_everything, None)
            account = Account.load(root, stacks, clock, None if live else seed)
            ledger = Ledger()
            wanted = provision.wanted(root, account.names, clock, closing, ledger, warehouse)
            account.endpoint.parameters.wanted |= wanted
            closing.enter_context(account.endpoint.in_charge())
            closing.enter_context(account.router.in_charge())
            closing.enter_context(environment(administrator()))
            cloud = cls(root, account, clock, chance, ledger)
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
        self.ledger.forget()
        self.outbox.letters.clear()
        self.poller.forget()
        self.router.lost.clear()
        self.scheduler.restart()

    def publish(self, event: Event, correlation_id: str = "") -> str:
        """Puts an event from outside on the bus; returns its correlation id. Raises LocalCloudError.

        What a person says goes past the desk, under its source: see `say`.
        """
        return accounts.publish(self.names, event, correlation_id)

    def say(self, event: Event, correlation_id: str = "") -> str:
        """Lets whoever sits here say something: through the desk, if a person says such things, else as `publish`.

        Returns the correlation id. Raises LocalCloudError with the desk's own words when it refuses.
        """
        desk = self.world.desk
        if desk is None or not is_said_by_a_person(type(event)):
            return self.publish(event, correlation_id)
        return front_door.say(lambda request: self.functions.invoke(desk, request), event, correlation_id)

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
        every = correlation_id is None
        found = accounts.stored(self.names) if every else self.reader.story(str(correlation_id)).events
        return sorted(found, key=lambda event: (event.recorded, event.metadata.depth, event.metadata.id))

    @property
    def reader(self) -> Reader:
        """Reads the event store, large payloads included."""
        return accounts.reader(self.names)

    def queues(self) -> dict[str, QueueDepth]:
        """The depth of every queue that feeds a function, by its name."""
        return self.account.queues(self.clock.now_ms)

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
        """Puts the events of earlier runs into the event store, with what was decided; how many items those are."""
        self._payloads.load(self.client("s3"), self._bucket)
        loaded = [kept.load(self.client("dynamodb"), table) for table, kept in self._kept.items()]
        return loaded[0]

    def keep(self) -> Path | None:
        """Keeps the events and decisions of this run for later ones; the events' file."""
        self._payloads.dump(self.client("s3"), self._bucket)
        files = [kept.dump(self.client("dynamodb"), table) for table, kept in self._kept.items()]
        return files[0]

    def pass_over(self) -> None:
        """What is stored now is somebody else's to keep: `keep` leaves it out unless it changes."""
        for table, kept in self._kept.items():
            kept.pass_over(self.client("dynamodb"), table)
