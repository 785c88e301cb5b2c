"""Where a replay takes place: a deployed stage, the running `troupe up`, or a cloud that remembers earlier runs."""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from troupe.choreography.discovery import PLATFORM_EVENTS, contracts
from troupe.choreography.graph import read_project
from troupe.choreography.patterns import matches
from troupe.event_store.moments import moment
from troupe.event_store.registry import read_agents
from troupe.operations.reach import Stage, reached
from troupe.operations.replay.diff import Judge
from troupe.operations.replay.manifest import Manifest, ReplayError
from troupe.operations.replay.run import Courier
from troupe.operations.replay.selection import Stock, Wish, select
from troupe.operations.replay.shelf import Progress, Shelf
from troupe.runtime.aws import client
from troupe.runtime.parts import AgentPart
from troupe.runtime.publisher import Publisher
from troupe.runtime.rehearsal import Mode

_LAG = timedelta(seconds=60)
"""How far the indexes of a deployed store may lag behind."""


def wish(*, since: str, until: str, mode: str, **rest: Any) -> Wish:
    """What was typed, as a wish. Raises ReplayError, MomentError."""
    if mode not in get_args(Mode):
        raise ReplayError(f"There is no mode {mode[:50]}; there is {', '.join(get_args(Mode))}.")
    now = datetime.now(UTC)
    known: Any = mode
    return Wish(
        since=moment(since, now) if since else None, until=moment(until, now) if until else None, mode=known, **rest
    )


@dataclass(frozen=True)
class Place:
    """A stage that answers, with what replays need of it. While it is open AWS clients speak to it."""

    root: Path
    stage: Stage
    deployed: bool
    work: Callable[[float], Any]
    """What happens between batches, for so many seconds."""
    rest: Callable[[], Any]
    """What happens when all is done."""

    @cached_property
    def agents(self) -> tuple[AgentPart, ...]:
        return tuple(read_agents(client("ssm"), self.stage.names))

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(client("s3"), client("dynamodb"), self.stage.payload_bucket, self.stage.names.decisions)

    @property
    def judge(self) -> Judge:
        names = self.stage.names
        return Judge(
            self.stage.reader, client("dynamodb"), names.decisions, self.stage.payloads, self.agents, names.app
        )

    def freeze(self, wanted: Wish) -> Manifest:
        """Selects and keeps what is to be sent. Raises ReplayError; then nothing is kept."""
        known = {t.type_name(): t for t in (*contracts(self.root), *PLATFORM_EVENTS)}
        names = self.stage.names
        stock = Stock(self.stage.reader, self.agents, client("dynamodb"), names.decisions, names.app, known, matches)
        now = datetime.now(UTC)
        entries, left_out = select(wanted, stock, now - _LAG if self.deployed else now)
        if not entries:
            first = left_out[0]
            such_as = f"such as {first.type} {first.event_id}: {first.reason}"
            raise ReplayError(f"All that is selected is left out ({len(left_out)}), {such_as}")
        manifest = Manifest.freeze(
            mode=wanted.mode,
            repeat=wanted.repeat,
            selection=str(wanted),
            reason=wanted.reason,
            by=self.stage.by,
            entries=entries,
            left_out=left_out,
            now=now,
        )
        self.shelf.put(manifest)
        self.rest()
        return manifest

    def preview(self, manifest: Manifest) -> dict[str, dict[str, Any]]:
        """Per agent: how many events of which type, the needs that will be used, and who is downstream."""
        needs = {agent.id: agent.needs for agent in read_project(self.root).agents.values()}
        return {
            agent: {
                "types": Counter(e.type for e in manifest.entries if e.agent == agent),
                "needs": needs.get(agent, ()),
                "downstream": self._downstream(agent, manifest),
            }
            for agent in manifest.agents
        }

    def run(self, manifest: Manifest, rate: float) -> Iterator[Progress]:
        """Sends it, from where it stands."""
        try:
            yield from self._courier.run(manifest, rate=rate, pause=self.work)
        except ReplayError:
            self.rest()
            raise
        self.rest()

    def cancel(self, manifest: Manifest) -> Progress:
        progress = self._courier.cancel(manifest, self.stage.by)
        self.rest()
        return progress

    @property
    def _courier(self) -> Courier:
        names = self.stage.names
        holder = f"{self.stage.by} ({socket.gethostname()}:{os.getpid()})"
        return Courier(names, client("sqs"), self.stage.reader, self.shelf, Publisher(names.bus), holder)

    def _downstream(self, agent: str, manifest: Manifest) -> str:
        if manifest.mode == "whatif":
            return "nobody hears of it: it publishes nothing"
        reached, types = [], _published(self.agents, {agent})
        while found := [a.id for a in self.agents if a.id not in reached and _hears(a, types)]:
            reached += found
            types |= _published(self.agents, set(found))
        who = ", ".join(sorted(set(reached) - {agent})) or "nobody"
        if manifest.mode == "reprocess":
            return f"downstream, acting again in the namespace {manifest.id}: {who}"
        return f"downstream, where finished work is not done again: {who}"


def _published(agents: tuple[AgentPart, ...], ids: set[str]) -> set[str]:
    return {type_ for a in agents if a.id in ids for h in a.handlers for type_ in h.publishes}


def _hears(agent: AgentPart, types: set[str]) -> bool:
    return any(handler.side_of(type_) for handler in agent.handlers for type_ in types)


@contextmanager
def at(root: Path, stage: str, *, whatif: bool, db: str = "") -> Iterator[Place]:
    """The place of a replay. On this machine a whatif never takes place in the cloud that is up, but in one of its own
    that knows all that was ever stored here: so nothing of it can reach the other.
    """
    from troupe.local.up.presence import running

    up = None if stage or whatif else running(root)
    if stage or up is not None:
        with reached(root, stage, up) as here:
            yield Place(root, here, bool(stage), time.sleep, lambda: None)
        return
    import getpass

    from troupe.local.backends import ACCOUNT, REGION
    from troupe.local.rehearsal import rehearsing

    with rehearsing(root, whatif=whatif, warehouse=db) as rehearsal:
        names = rehearsal.cloud.names
        here = Stage(names, getpass.getuser(), names.payloads(ACCOUNT, REGION), wait_s=0)

        def rest() -> None:
            rehearsal.work()
            rehearsal.keep()

        yield Place(root, here, False, lambda _: rehearsal.work(), rest)
