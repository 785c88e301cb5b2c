"""Tells on stderr how far a long read has got."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from troupe.cli.terminal import err
from troupe.event_store.read import StoredEvent

_QUIET_S = 2.0
"""Reads that are over by then say nothing; the others speak up this often."""


class Progress:
    """Counts what is read; says so on a terminal in place, elsewhere line by line."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._count = 0
        self._share = ""
        self._next = time.monotonic() + _QUIET_S
        self._console = err()
        self._status = self._console.status("") if self._console.is_terminal else None
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._status and self._shown:
            self._status.stop()

    def told(self, done: int, all: int) -> None:
        """So many slices of the window's time are read, of so many."""
        self._share = f", {done:,} of {all:,} parts of the window"
        self._look()

    def counting(self, events: Iterable[StoredEvent]) -> Iterator[StoredEvent]:
        """The same events, counted."""
        for event in events:
            self._count += 1
            self._look()
            yield event

    def _look(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _QUIET_S
        said = f"{self._count:,} events {self._verb}{self._share}"
        if self._status is None:
            self._console.print(f"· {said}")
            return
        self._status.update(said)
        if not self._shown:
            self._status.start()
            self._shown = True
