"""The time of the local cloud.

Two kinds. A standing clock moves only when it is told to: the scheduler advances it to the next thing that is due, and
a sleep is over at once, having moved it. A running clock goes with the wall, and can be set forward, so that nobody
waits four minutes for a message to become visible again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine

START = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
"""When a standing clock starts unless told: a Monday morning, the same in every run."""


class Deadline(BaseException):
    """The function's time is up: it is stopped where it stands. No Exception: nobody handles it."""


class Clock:
    """Time as everybody in this process sees it while `in_charge` is open: datetime, time.time, time.sleep.

    time.monotonic stays real, so that drivers and locks keep their own time-outs.
    """

    def __init__(self, *, running: bool, start: datetime | None = None) -> None:
        self.running = running
        self._start = start or (datetime.now(UTC) if running else START)
        self._travel: time_machine.Traveller | None = None
        self._thread = threading.current_thread()
        self._sleep = time.sleep
        self.deadline: float | None = None
        """When the function that is running now has to be done, in seconds since the epoch."""

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    @property
    def now_ms(self) -> float:
        return time.time() * 1000

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """Everybody's time is this clock's while this is open."""
        with time_machine.travel(self._start, tick=self.running) as self._travel:
            if not self.running:
                time.sleep = self._skip  # type: ignore[assignment]
            try:
                yield
            finally:
                time.sleep = self._sleep

    @contextmanager
    def paused(self) -> Iterator[None]:
        """For work that belongs to this machine and not to the story, such as starting a server: sleeps are real."""
        skipping, time.sleep = time.sleep, self._sleep
        try:
            yield
        finally:
            time.sleep = skipping

    def advance_to(self, moment: float) -> None:
        """Sets the clock forward to a time in seconds since the epoch; never back."""
        ahead = moment - self.now
        if ahead > 0 and self._travel is not None:
            self._travel.shift(timedelta(seconds=ahead))

    def restart(self) -> None:
        """Sets a standing clock to where it began."""
        if self._travel is not None and not self.running:
            self._travel.move_to(self._start)

    def check_deadline(self) -> None:
        """Raises Deadline when the running function's time is up."""
        if self.deadline is not None and self.now >= self.deadline:
            raise Deadline

    def _skip(self, seconds: float) -> None:
        if threading.current_thread() is not self._thread:
            self._sleep(seconds)
            return
        until = self.now + seconds
        self.advance_to(until if self.deadline is None else min(until, self.deadline))
        self.check_deadline()
