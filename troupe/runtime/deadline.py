"""Ends a thought that takes longer than one turn may, so that its neighbours in the batch do not pay for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TurnTimeout(TimeoutError):
    """The function was still thinking when its turn was over. The event comes again, and counts as an attempt."""


@contextmanager
def turn_limit(seconds: float) -> Iterator[None]:
    """Raises TurnTimeout in the block when so many seconds have passed.

    Without it, one event whose thought never ends would let Lambda shoot the whole invocation, which counts as an
    attempt of every event in the batch: the healthy ones would follow it into the dead-letter queue. A signal, because
    it also ends a call that blocks; where the handler does not run in the main thread (Lambda's does) nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TurnTimeout(f"The turn was not over after {seconds:g} s (timeout_s).")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
