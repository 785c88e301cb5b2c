"""Feeds one agent: takes batches from its queue, has its process work on them, takes its word on what is done.

What Lambda's poller does, for a process that may be gone at any moment. The process is there before anything is taken
from the queue, so that the events of an agent that cannot be started wait and are not worn out.
"""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from troupe.local import backends, queues
from troupe.local.functions import FunctionFailed
from troupe.local.poller import Batch, done
from troupe.local.up.journal import Record
from troupe.local.up.process import AgentProcess, FunctionDied, Tell
from troupe.local.up.state import received
from troupe.local.world import EventSource

LONGEST_BACKOFF_S = 30.0
_LOOK_AGAIN_S = 0.5
"""How often it looks around without being woken: for messages whose time has come, and for its process."""


class Ledger(Protocol):
    """Where it is written down what happened to messages."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while the queues are touched."""
        ...

    def moved(self, *records: Record) -> None:
        """Writes these, and whatever else has come or gone in the queues. Called under the lock."""
        ...

    def deleted(self, queue: str, ids: set[str]) -> None:
        """Writes that these are done. Called under the lock."""
        ...


class Feeder:
    """One mapping and its process, in a thread of its own."""

    def __init__(self, source: EventSource, root: Path, endpoint: str, ledger: Ledger, tell: Tell) -> None:
        self.source = source
        self.state = "starting"
        """`starting`, `idle`, `busy` or `down`."""
        self.since = time.time()
        self.starts = 0
        self.batches = 0
        self.failure = ""
        """The last reason why the process was not there, or a batch failed."""
        self._root = root
        self._endpoint = endpoint
        self._ledger = ledger
        self._tell = tell
        self._process = AgentProcess(source.function, root, endpoint, tell)
        self._next: EventSource | None = None
        self._stopping = threading.Event()
        self._deaths = 0
        self._thread = threading.Thread(target=self._run, name=source.queue, daemon=True)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> None:
        self._thread.start()

    def replace(self, source: EventSource) -> None:
        """Another version of the same agent: its process takes over after the batch that is running now."""
        self._next = source

    def leave(self) -> None:
        """Says that it is time to stop, and does not wait."""
        self._stopping.set()
        self._process.stop()

    def stop(self) -> None:
        """Ends process and thread; what was running comes again."""
        self.leave()
        self._thread.join(10)
        self._process.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._next is not None:
                self.source, self._next = self._next, None
                self._process.stop()
                self._process = AgentProcess(self.source.function, self._root, self._endpoint, self._tell)
                self._deaths = 0
            if self._process.pid is None and not self._is_started():
                continue
            try:
                if self._is_worth_a_look() and (batch := self._receive()):
                    self._work(batch)
            except OSError as error:  # the disk is full: nothing is lost, since nothing has been deleted
                self._note(f"has to wait: {error.strerror}")
                self._stopping.wait(_LOOK_AGAIN_S)

    def _is_started(self) -> bool:
        if self.starts:
            # Twice at once, then ever later, until a batch has been answered.
            pause = 0.0 if self._deaths < 2 else min(LONGEST_BACKOFF_S, 0.25 * 2.0**self._deaths)
            self._deaths += 1
            self._become("down")
            if self._pause(pause):
                return False
        self._become("starting")
        self.starts += 1
        try:
            self._process.start()
        except FunctionFailed as error:
            self._note(str(error))
            return False
        self._become("idle")
        return not self._stopping.is_set()

    def _pause(self, seconds: float) -> bool:
        """Waits; True when something else is to be done than starting the same again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._next is None:
            if self._stopping.wait(min(_LOOK_AGAIN_S, seconds)):
                return True
        return self._next is not None or self._stopping.is_set()

    def _is_worth_a_look(self) -> bool:
        queue = backends.queues().get(self.source.queue)
        if queue is None:  # the account is being loaded anew
            return self._stopping.wait(0.05) and False
        with queue._messages_lock:
            if not queues.is_due(queue, time.time() * 1000):
                queue._messages_lock.wait(_LOOK_AGAIN_S)
        return not self._stopping.is_set()

    def _receive(self) -> Batch | None:
        with self._ledger.lock:
            queue = backends.queues().get(self.source.queue)
            if queue is None:  # the agent's folder was removed since the look
                return None
            before = len(queue._messages)
            messages = queues.receive(queue, self.source.batch_size, time.time() * 1000)
            if messages:
                self._ledger.moved(received(self.source.queue, messages))
            elif len(queue._messages) != before:
                self._ledger.moved()
        return Batch(self.source, tuple(messages)) if messages else None

    def _work(self, batch: Batch) -> None:
        self._become("busy")
        finished: set[str] | None = None
        died = False
        try:
            finished = done(batch, self._process.invoke(batch.event))
            self.batches += 1
            self._deaths = 0
        except FunctionDied as error:
            died = True
            if not self._stopping.is_set():
                self._note(str(error))
        except FunctionFailed as error:
            self._note(str(error))
        ids = {message.id for message in batch.messages}
        with self._ledger.lock:
            queue = backends.queues().get(self.source.queue)
            # By id: after a reload these are other objects. An agent that was removed meanwhile has no queue any more.
            for message in [m for m in queue._messages if m.id in ids] if queue is not None else []:
                if message.id in (finished or ()):
                    queues.delete(queue, message)
                elif died:
                    # AWS lets them wait for the visibility timeout, which is minutes; nobody waits so long here.
                    queues.hand_back(queue, message)
            self._ledger.deleted(self.source.queue, finished or set())
        self._become("idle")

    def _become(self, state: str) -> None:
        if state != self.state:
            self.state, self.since = state, time.time()

    def _note(self, reason: str) -> None:
        self.failure = reason
        self._tell("troupe", f"{self.source.function.agent_id} {reason}")
