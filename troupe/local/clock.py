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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        self._start = start or (None if running else START)
        self._travel: time_machine.travel | None = None
        self._traveller: time_machine.Traveller | None = None
        self._in_charge = False
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
        self._in_charge = True
        try:
            if self._start is not None:
                self._take_over(self._start)
            if not self.running:
                time.sleep = self._skip  # type: ignore[assignment]
            yield
        finally:
            time.sleep = self._sleep
            if self._travel is not None:
                self._travel.stop()
            self._travel = self._traveller = None
            self._in_charge = False

    def _take_over(self, start: datetime) -> None:
        # Imported when it is needed: it costs a quarter of a second, and few running clocks are ever set forward.
        import time_machine

        self._travel = time_machine.travel(start, tick=self.running)
        self._traveller = self._travel.start()
        time.time()  # it ticks from the first look on

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
        if ahead <= 0 or not self._in_charge:
            return
        if self._traveller is None:
            self._take_over(datetime.fromtimestamp(moment, UTC))
        else:
            self._traveller.shift(timedelta(seconds=ahead))

    def restart(self) -> None:
        """Sets a standing clock to where it began."""
        if self._traveller is not None and self._start is not None and not self.running:
            self._traveller.move_to(self._start)

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
