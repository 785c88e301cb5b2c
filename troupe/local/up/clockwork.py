"""Fires the schedules of a project in real time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from troupe.local import backends, schedules

_LONGEST_WAIT_S = 1.0
"""So that a clock that is set, or rules that were loaded anew, are noticed."""


class Clockwork:
    """A thread that calls `fire` with each scheduled rule when its time has come."""

    def __init__(self, fire: Callable[[Any], None]) -> None:
        self._fire = fire
        self._due: dict[str, tuple[str, float]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clockwork", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(self._wait_s()):
            self.look(time.time())

    def look(self, now: float) -> None:
        """Fires what is due; what was missed several times fires once. A rule that is new begins to count now."""
        rules = {rule.arn: rule for rule in list(backends.rules()) if rule.scheduled_expression}
        self._due = {arn: due for arn, due in self._due.items() if arn in rules}
        for arn, rule in rules.items():
            expression, due = self._due.get(arn, ("", 0.0))
            if expression != rule.scheduled_expression:
                self._plan(rule, now)
            elif due <= now:
                self._plan(rule, now)
                if rule.state != "DISABLED":
                    self._fire(rule)

    def _plan(self, rule: Any, now: float) -> None:
        following = schedules.parse(rule.scheduled_expression).after(datetime.fromtimestamp(now, UTC))
        self._due[rule.arn] = rule.scheduled_expression, following.timestamp() if following else float("inf")

    def _wait_s(self) -> float:
        first = min((due for _, due in self._due.values()), default=float("inf"))
        return max(0.0, min(_LONGEST_WAIT_S, first - time.time()))
