"""Many seeds, several processes: shares the work out and adds up what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from troupe.local.errors import LocalCloudError
from troupe.local.simulation.generate import project
from troupe.local.simulation.worker import Task
from troupe.local.synth import synth

WORKERS = 2
_BLOCK = 50
"""Seeds per process: a new one starts with a new engine, an old one grows."""
SEEDS_PER_DANCE = 20
_DANCE_EVERY = 100
"""Of so many seeds of the shipped choreographies one made-up choreography is played as well."""


@dataclass(slots=True)
class Sum:
    """What came of all runs."""

    seeds: int = 0
    """Seeds of what was asked for: the shipped choreographies, or one dance of `--dance`."""
    runs: int = 0
    """With those of the made-up choreographies beside them."""
    violations: int = 0
    """Runs in which something did not hold."""
    deliveries: int = 0
    faults: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Seeds to be played on one project."""

    dance: int | None
    """The seed of a made-up choreography; None: the shipped ones."""
    seeds: list[int]


@dataclass(slots=True)
class Company:
    """Workers that play parts; `hear` gets every report with the part it belongs to, as it comes."""

    root: Path
    hear: Callable[[Part, dict[str, Any]], None]
    domain: str = ""
    """The one to play; empty: all that the stage has."""
    worker: str = "troupe.local.simulation.worker"
    """The module that plays a Task; another one may bring what this room knows nothing of."""
    tell: bool = False
    _waiting: SimpleQueue[Part] = field(default_factory=SimpleQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _broken: list[str] = field(default_factory=list)

    def play(self, parts: list[Part]) -> Sum:
        """Plays everything. Raises LocalCloudError when a worker cannot go on."""
        total, started = Sum(), time.monotonic()
        for part in parts:
            self._waiting.put(part)
        assembly = str(synth(self.root, domain=self.domain))  # once, before the workers would both do it
        threads = [
            threading.Thread(target=self._work, args=(total, parts, assembly)) for _ in range(min(WORKERS, len(parts)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._broken:
            raise LocalCloudError(self._broken[0])
        total.seconds = round(time.monotonic() - started, 1)
        return total

    def _work(self, total: Sum, parts: list[Part], assembly: str) -> None:
        while not self._broken:
            try:
                part = self._waiting.get_nowait()
            except Empty:
                return
            with tempfile.TemporaryDirectory(prefix="dance-") as folder:
                root = self.root if part.dance is None else project(Path(folder), part.dance)
                made = assembly if part.dance is None else ""
                for report in self._reports(Task(str(root), part.seeds, made, tell=self.tell)):
                    with self._lock:
                        total.seeds += part.dance is None or len(parts) == 1
                        total.runs += 1
                        total.violations += bool(report["violations"])
                        total.deliveries += report["deliveries"]
                        total.faults += report["faults"]
                        self.hear(part, report)

    def _reports(self, task: Task) -> Iterator[dict[str, Any]]:
        command = [sys.executable, "-m", self.worker, task.as_json()]
        with subprocess.Popen(  # noqa: S603 (our own module, no shell)
            command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as run:
            assert run.stdout and run.stderr  # noqa: S101 (they are pipes)
            for line in run.stdout:
                if line.startswith('{"seed"'):
                    yield json.loads(line)
            said = run.stderr.read().strip()
        if run.returncode:
            last = said.splitlines()[-1] if said else "it said nothing"
            self._broken.append(f"A worker of the simulation ended with exit code {run.returncode}: {last}")


def parts(seeds: int) -> list[Part]:
    """The parts of a simulation: so many seeds of the shipped choreographies, and made-up ones beside them."""
    numbers = list(range(1, seeds + 1))
    shipped = [Part(None, numbers[i : i + _BLOCK]) for i in range(0, seeds, _BLOCK)]
    dances = range(1, 1 + max(seeds // _DANCE_EVERY, 1))
    return [*shipped, *(Part(dance, list(range(1, SEEDS_PER_DANCE + 1))) for dance in dances)]
