"""The local cloud as a long-running process: boots from the templates, runs until it is told to stop.

with LiveCloud.boot(Path("."), port=4566, tell=print) as cloud:
    threading.Event().wait()
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from troupe.local import assembly as assemblies
from troupe.local import backends, provision
from troupe.local.account import Account
from troupe.local.assembly import Stack
from troupe.local.authorization import ADMIN_KEY
from troupe.local.backends import REGION, Response
from troupe.local.calls import Call
from troupe.local.clock import Clock
from troupe.local.errors import LocalCloudError
from troupe.local.ledger import Ledger
from troupe.local.synth import is_fresh, synth
from troupe.local.up import journal as journals
from troupe.local.up import presence
from troupe.local.up.clockwork import Clockwork
from troupe.local.up.feeder import Feeder
from troupe.local.up.journal import Journal, Record
from troupe.local.up.process import Tell
from troupe.local.up.reception import Reception
from troupe.local.up.server import Server
from troupe.local.up.state import State, put_back
from troupe.local.up.watching import Watching

PORT = 4566
ENGINE = "troupe"
"""Who speaks to `tell` when it is not an agent."""
_SMALL = 64 * 1024 * 1024
"""Bytes that a journal may always have."""


class LiveCloud:
    """One account, its endpoint, its agents' processes. `boot` makes it."""

    def __init__(self, root: Path, stage: str | None, clock: Clock, tell: Tell, closing: ExitStack) -> None:
        self.root = root
        self.lock = threading.RLock()
        """Held while queues, tables and buckets are touched: moto is not made for several threads."""
        self._stage = stage
        self._clock = clock
        self._tell = tell
        self._closing = closing
        self._loaded = closing.enter_context(ExitStack())
        self._provided = closing.enter_context(ExitStack())
        """What agents need from this machine: it stops after they do."""
        self._making = threading.Lock()
        self._feeders: dict[str, Feeder] = {}
        self._reception = Reception(root, tell)
        self._state = State()
        self._may_grow_to = _SMALL
        self.account: Account
        self.journal: Journal
        self.server: Server
        self._stacks: tuple[Stack, ...]

    @classmethod
    @contextmanager
    def boot(
        cls,
        root: Path,
        *,
        port: int = PORT,
        tell: Tell,
        warehouse: str = "",
        fresh: bool = False,
        name: str = presence.NAME,
        stage: str | None = None,
    ) -> Iterator[LiveCloud]:
        """A running cloud, until the block ends; then every process of it has ended.

        port: of the AWS endpoint; 0 for any. warehouse: URL of a database instead of the sample. fresh: forget what
        was accepted earlier. name: under which its state is kept, .troupe/<name>. stage: of cdk.json.
        Raises LocalCloudError.
        """
        root = root.resolve()
        with ExitStack() as closing:
            claim = closing.enter_context(presence.claim(root, name))
            cloud = cls(root, stage, Clock(running=True), tell, closing)
            closing.callback(backends.forget_everything, None)
            cloud.server = Server(port, cloud._answer, cloud.state, cloud._reception.answer)
            closing.callback(cloud.server.close)
            if str(root) not in sys.path:  # the project's sample warehouse
                sys.path.insert(0, str(root))
                closing.callback(sys.path.remove, str(root))
            if not is_fresh(root, stage):
                tell(ENGINE, "synthesizing the templates from the agents' signatures (AWS CDK)")
            cloud._begin(assemblies.read(synth(root, stage)), claim.folder / presence.JOURNAL, warehouse, fresh)
            closing.callback(cloud._stop)
            cloud.server.start()
            cloud._cast()
            for machine in (Clockwork(cloud._tick), Watching(root, cloud.reload)):
                machine.start()
                closing.callback(machine.stop)
            claim.tell(cloud.server.url, cloud.account.names)
            yield cloud

    def exports(self) -> list[str]:
        """The two lines that let the AWS CLI and boto3 of a shell look around in here."""
        return [
            f"export AWS_ENDPOINT_URL={self.server.url} AWS_DEFAULT_REGION={REGION}",
            f"export AWS_ACCESS_KEY_ID={ADMIN_KEY} AWS_SECRET_ACCESS_KEY=local AWS_SESSION_TOKEN=local",
        ]

    def state(self) -> dict[str, Any]:
        """What each agent does, and how deep its queues are."""
        with self.lock:
            depths = self.account.queues(self._clock.now_ms)
            lost = len(self.account.router.lost)
        agents = [
            {
                "id": feeder.source.function.agent_id,
                "state": feeder.state,
                "since": feeder.since,
                "pid": feeder.pid,
                "starts": feeder.starts,
                "batches": feeder.batches,
                "failure": feeder.failure,
                **asdict(depths[queue]),
            }
            for queue, feeder in sorted(self._feeders.items())
            if queue in depths
        ]
        return {"agents": agents, "lost": lost, "journal_bytes": self.journal.size}

    def reload(self) -> None:
        """Deploys what the sources say now: new agents start, changed ones start anew, everything else goes on.

        Sources that cannot be synthesized or loaded change nothing; the reason is told.
        """
        if is_fresh(self.root, self._stage):
            return
        self._tell(ENGINE, "the sources have changed: synthesizing")
        try:
            stacks = assemblies.read(synth(self.root, self._stage))
            self._replace(stacks)
        except LocalCloudError as error:
            self._tell(ENGINE, f"{error} Everything goes on as it was.")
            return
        self._cast()

    # What feeders write into: see feeder.Ledger.

    def moved(self, *records: Record) -> None:
        """Writes these, and whatever else has come or gone in the queues."""
        self._write([*self._state.queues(), *records])

    def deleted(self, queue: str, ids: set[str]) -> None:
        """Writes that these messages are done."""
        self._write(self._state.deleted(queue, ids))

    def _begin(self, stacks: tuple[Stack, ...], path: Path, warehouse: str, fresh: bool) -> None:
        if fresh:
            path.unlink(missing_ok=True)
        earlier = journals.read(path)
        self._stacks = stacks
        self.account = Account.load(self.root, stacks, self._clock)
        wanted = provision.wanted(self.root, self.account.names, self._clock, self._provided, Ledger(), warehouse)
        self._wanted = {name: cache(make) for name, make in wanted.items()}
        self._take_charge()
        for sentence in put_back(earlier, in_flight=False):
            self._tell(ENGINE, sentence)
        self.journal = Journal(path, self._state.everything())
        self._closing.callback(self.journal.close)

    def _take_charge(self) -> None:
        self._loaded.close()
        self.account.endpoint.parameters.wanted |= self._wanted
        self.account.endpoint.interceptor = self._note_down
        self._loaded.enter_context(self.account.router.in_charge())

    def _replace(self, stacks: tuple[Stack, ...]) -> None:
        with self.lock:
            records = list(self._state.everything())
            try:
                self.account = Account.load(self.root, stacks, self._clock)
                self._stacks = stacks
            except LocalCloudError:
                self.account = Account.load(self.root, self._stacks, self._clock)
                raise
            finally:
                self._take_charge()
                for sentence in put_back(records, in_flight=True):
                    self._tell(ENGINE, sentence)
                self.journal.begin(self._state.everything())

    def _cast(self) -> None:
        """Gives every mapping its feeder: new ones, changed ones, and none for those that are gone. And the desk."""
        self._reception.take_on(self.account.world.desk, self.server.url)
        sources = {source.queue: source for source in self.account.world.mappings}
        for queue in [q for q in self._feeders if q not in sources]:
            self._tell(ENGINE, f"{self._feeders[queue].source.function.agent_id} has left")
            self._feeders.pop(queue).stop()
        for queue, source in sources.items():
            feeder = self._feeders.get(queue)
            if feeder is None:
                feeder = Feeder(source, self.root, self.server.url, self, self._tell)
                self._feeders[queue] = feeder
                feeder.start()
            elif feeder.source != source:
                self._tell(ENGINE, f"{source.function.agent_id} has changed and starts anew")
                feeder.replace(source)

    def _answer(self, request: Any) -> Response:
        try:
            # A parameter may be made only now, such as a database: the others do not wait for that.
            return self._answer_alone(request) if "/ssm." in request.url else self._answer_in_turn(request)
        except LocalCloudError as error:
            self._tell(ENGINE, str(error))
            raise
        except Exception as error:
            self._tell(ENGINE, f"a call could not be answered ({request.url}): {type(error).__name__}: {error}")
            raise

    def _answer_alone(self, request: Any) -> Response:
        with self._making:
            return self.account.endpoint.answer(request)

    def _answer_in_turn(self, request: Any) -> Response:
        with self.lock:
            before = self.journal.written
            response = self.account.endpoint.answer(request)
            mark = self.journal.written
        if mark > before:
            self.journal.commit(mark)
        return response

    def _note_down(self, call: Call, proceed: Any) -> Response:
        response: Response = proceed()
        if response[0] < 300:
            self._write(self._state.after(call))
            if call.operation == "PutEvents":
                self._announce(call)
        return response

    def _announce(self, call: Call) -> None:
        """Tells what comes from outside; agents log what they publish."""
        agents = {f"{self.account.names.app}.{f.source.function.agent_id}" for f in list(self._feeders.values())}
        for entry in call.parameters.get("Entries", ()):
            if entry.get("Source") not in agents:
                self._tell(str(entry.get("Source")), f"publishes {entry.get('DetailType')}")

    def _tick(self, rule: Any) -> None:
        with self.lock:
            self.account.router.tick(rule)
            self.moved()

    def _write(self, records: list[Record]) -> None:
        self.journal.write(records)
        if self.journal.size > self._may_grow_to:
            self.journal.begin(self._state.everything())
            self._may_grow_to = max(_SMALL, 3 * self.journal.size)

    def _stop(self) -> None:
        self._reception.stop()
        for feeder in self._feeders.values():
            feeder.leave()
        for feeder in self._feeders.values():
            feeder.stop()
