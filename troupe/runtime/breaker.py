"""Stops asking a need that keeps failing: its letters wait for a while instead of wearing out their attempts at it.

One breaker per need and execution environment, without shared state: Powertools' circuit breaker keeps its state in a
table of its own, which would cost every agent a read per call and a grant that its signature does not say.
"""

from __future__ import annotations

import random
import time

from troupe.runtime.context import Retry

THRESHOLD = 3
"""Failures in a row that open it."""
FIRST_S, LONGEST_S = 30, 900
"""How long it stays open at first, and at most, in seconds: doubled each time the trial after it fails."""


class Breaker:
    """Closed while all is well; open for a while after THRESHOLD failures in a row; then one letter tries again."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._failures = 0
        self._open_until = 0.0

    def check(self) -> None:
        """Raises Retry while it is open; the letter comes back shortly after."""
        left = self._open_until - time.time()
        if left > 0:
            # Spread, so that not all come back in the same second.
            after = left + random.uniform(0, FIRST_S)  # noqa: S311 (jitter, not a secret)
            raise Retry(
                f"{self._what} failed {self._failures} times in a row; it is left alone for {left:.0f} s", after
            )

    def failed(self) -> None:
        """Notes a failure; the THRESHOLDth in a row opens it, and each one after that for twice as long."""
        self._failures += 1
        beyond = self._failures - THRESHOLD
        if beyond >= 0:
            self._open_until = time.time() + min(LONGEST_S, FIRST_S * 2 ** min(beyond, 10))

    def worked(self) -> None:
        """Notes a success: it is closed, and counts anew."""
        self._failures = 0
        self._open_until = 0.0
