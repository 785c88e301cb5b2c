"""A running `troupe up` on a project of its own: the bakery, with a baker who can be caught thinking."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.local.bakery import write_bakery
from troupe.event_store.read import Story
from troupe.local import account
from troupe.local.synth import synth
from troupe.local.up import presence
from troupe.local.up.presence import Presence
from troupe.local.up.visit import visiting

BAKER = '''
"""Bakes what was ordered."""

import time
from pathlib import Path

from contracts.bakery import BreadBaked, BreadOrdered, OvenBroken
from troupe import Agent, Context

agent = Agent(timeout_s=80)  # caught thinking, it has to outlast two syntheses of a machine under load


@agent.on
def bake(event: BreadOrdered, context: Context) -> BreadBaked | OvenBroken:
    if event.loaves == 60:
        Path("caught").touch()
        while Path("think").exists():
            time.sleep(0.02)
    return BreadBaked(loaves=event.loaves)
'''
PATIENCE_S = 60.0


def until(met: Callable[[], Any], what: str) -> Any:
    """What `met` returns as soon as it is something; a machine under load gets its time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := met():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_S} s in vain for {what}")


class Up:
    """The process, and how to look at it from outside."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        self.log = root / "up.log"
        command = [sys.executable, "-m", "troupe.cli", "up", "--port", "0", *options]
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                command, cwd=root, env=environment(root), stdout=log, stderr=log, start_new_session=True
            )
        self.presence = until(self._presence, "troupe up to be ready")

    def _presence(self) -> Presence | None:
        assert self.process.poll() is None, self.log.read_text()
        return presence.running(self.root)

    def agent(self, id: str) -> dict[str, Any]:
        return next(agent for agent in self.presence.state()["agents"] if agent["id"] == id)

    def processes(self) -> list[psutil.Process]:
        """Itself and all that it has started."""
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    def order(self, loaves: int) -> str:
        from contracts.bakery import BreadOrdered

        with visiting(self.presence):
            return account.publish(self.presence.names, BreadOrdered(loaves=loaves))

    def story(self, correlation_id: str) -> Story:
        with visiting(self.presence):
            return account.reader(self.presence.names).story(correlation_id)

    def ended(self, correlation_id: str) -> list[str]:
        """The types of a story's events, once it has ended."""
        until(lambda: self.story(correlation_id).end, "the story to end")
        return [event.type for event in self.story(correlation_id).events]

    def stop(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(PATIENCE_S)


def environment(root: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"}


def command_line(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "troupe.cli", *arguments],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(scope="session")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_bakery(tmp_path_factory.mktemp("up"))
    (root / "functions/bakery/baker/agent.py").write_text(BAKER.lstrip())
    synth(root)
    return root


@pytest.fixture
def start(bakery: Path) -> Iterator[Callable[..., Up]]:
    """Starts `troupe up`; whatever is still there at the end is killed."""
    with ExitStack() as closing:

        def begin(*options: str) -> Up:
            up = Up(bakery, *options)
            closing.callback(up.process.wait)
            closing.callback(up.process.kill)
            return up

        with project(bakery):
            yield begin


@contextmanager
def project(root: Path) -> Iterator[None]:
    """The project's contracts are those that this process imports."""
    from troupe.choreography.discovery import contracts

    contracts(root)
    yield
