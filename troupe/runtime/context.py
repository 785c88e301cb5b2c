"""What a handler may ask about the turn it is in, and the ways it may answer other than with an event."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from troupe.runtime.contract import Event

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


@dataclass(frozen=True, slots=True)
class Context:
    """The turn as the handler sees it."""

    correlation_id: str
    """The question, order, … that all this is about."""
    key: str
    """The same on every attempt at this decision: pass it on as the idempotency key of an outside effect."""
    attempt: int
    """1 on the first delivery of this message."""
    remaining_s: float
    """Seconds until this turn should be over."""
    log: Logger
    nth: int = 1
    """Which time this handler acts along this causal path, counted since somebody outside last spoke; 1: the first."""
    at_most: int | None = None
    """How often it may, as its `@agent.on(at_most=…)` says."""

    @property
    def is_last(self) -> bool:
        """True when it may not act again along this path: an answer that leads back here would only be halted."""
        return self.at_most is not None and self.nth >= self.at_most

    @property
    def short_key(self) -> str:
        """`key` in twelve characters, for what people have to name: a request, a case."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:12]

    @property
    def now(self) -> datetime:
        """The current time, in UTC."""
        return datetime.now(UTC)


class Retry(Exception):
    """Raised by a handler to be called again later with the same event.

    `reason` is logged; `after` is the delay in seconds (0 to 43,200), by default exponential with jitter.
    """

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Tick(Event):
    """Time has passed: what a handler with `@agent.on(every=…)` hears."""
