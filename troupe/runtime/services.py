"""What a turn works with, opened once per execution environment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from troupe.runtime import observability
from troupe.runtime.breaker import Breaker
from troupe.runtime.decisions import Decisions
from troupe.runtime.inbox import Inbox
from troupe.runtime.joins import Joins
from troupe.runtime.needs import Need
from troupe.runtime.payloads import Payloads
from troupe.runtime.publisher import Publisher
from troupe.runtime.settings import RuntimeSettings

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger, Metrics


class Services:
    """Everything of AWS that the runtime itself touches, and the needs that handlers have opened so far."""

    def __init__(self, settings: RuntimeSettings, log: Logger, metrics: Metrics) -> None:
        self.settings = settings
        self.log = log
        self.metrics = metrics
        self.decisions = Decisions(settings.names.decisions, settings.decisions_ttl_s)
        self.joins = Joins(settings.names.decisions, settings.decisions_ttl_s)
        self.publisher = Publisher(settings.names.bus)
        self.payloads = Payloads(settings.payload_bucket)
        self.inbox = Inbox(settings.queue, settings.dead_letters)
        self._needs: dict[type[Need], Need] = {}
        self._breakers: dict[type[Need], Breaker] = {}

    @classmethod
    def open(cls) -> Services:
        """From the environment that the stack gave the function."""
        settings = RuntimeSettings.from_environment()
        return cls(
            settings,
            observability.logger(settings.agent_id),
            observability.metrics(settings.agent_id, settings.names.app),
        )

    def need(self, kind: type[Need]) -> Need:
        """The need, opened at its first use. Raises what opening raises, and the next turn tries again; or Retry, when
        it has failed several times in a row and is left alone for a while.
        """
        breaker = self._breakers.setdefault(kind, Breaker(kind.__name__))
        breaker.check()
        if kind not in self._needs:
            try:
                self._needs[kind] = kind.open(self.settings)
            except Exception:
                breaker.failed()
                raise
        return self._needs[kind]

    def thought(self, kinds: Iterable[type[Need]], error: Exception | None) -> None:
        """Notes how a handler with these needs fared: `error` is what it raised."""
        for kind in kinds:
            if error is None:
                self._breakers[kind].worked()
            elif kind.is_outage(error):
                self._breakers[kind].failed()
