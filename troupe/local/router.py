"""The local EventBridge: takes moto's place wherever events are put, in this process and behind a server alike.

Buses, rules and targets are moto's (so that `aws events disable-rule` works); what they mean is AWS's: strict patterns,
exact bodies, input settings, queue policies, dead-letter queues of targets, limits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend, Replay
from moto.moto_api._internal import mock_random

from troupe.choreography import patterns
from troupe.local import backends, entries, queues, schedules, targets
from troupe.local.authorization import Authorizer
from troupe.local.backends import ACCOUNT, REGION
from troupe.local.entries import Sent
from troupe.local.errors import LocalCloudError
from troupe.local.policies import Access

_SERVICE = "events.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Lost:
    """An event that AWS would have dropped: neither its target nor a dead-letter queue could take it."""

    rule: str
    reason: str
    body: str


class Router:
    """Delivers what is put on the buses to the queues behind their rules."""

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer
        self._permissions: dict[tuple[str, str], str] = {}
        self.lost: list[Lost] = []

    def check(self) -> None:
        """Raises LocalCloudError for a rule that EventBridge would refuse, or that is not carried out here."""
        for rule in backends.rules():
            if rule.managed_by:
                continue
            try:
                if rule.event_pattern.dump():
                    _compiled(rule.event_pattern.dump())
                if rule.scheduled_expression:
                    schedules.parse(rule.scheduled_expression)
                for target in rule.targets:
                    targets.check(target)
            except (patterns.InvalidPattern, schedules.InvalidSchedule, targets.InvalidInput) as error:
                raise LocalCloudError(f"The rule {rule.name} cannot be loaded: {error}.") from error

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """While this is open, moto's own delivery is out of service."""

        def put_events(_: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, str]]:
            return self.put_events(events)

        def refuse(*_: Any) -> None:
            raise JsonRESTError("ValidationException", "The local cloud does not replay archives; use `troupe replay`.")

        with patch.object(EventsBackend, "put_events", put_events), patch.object(Replay, "replay_events", refuse):
            yield

    def put_events(self, given: list[dict[str, Any]]) -> list[dict[str, str]]:
        """One result per entry: an EventId, or an ErrorCode and ErrorMessage."""
        try:
            entries.check_request(given)
        except entries.InvalidRequest as error:
            raise JsonRESTError("ValidationException", str(error)) from error
        return [self._put(entry) for entry in given]

    def _put(self, entry: dict[str, Any]) -> dict[str, str]:
        event_id = str(mock_random.uuid4())
        try:
            sent = entries.accept(entry, event_id, ACCOUNT, REGION)
        except entries.InvalidEntry as error:
            return {"ErrorCode": error.code, "ErrorMessage": str(error)}
        bus = (entry.get("EventBusName") or "default").rsplit("/", 1)[-1]
        if bus not in backends.buses():
            # AWS says nothing and drops it.
            self.lost.append(Lost("", f"there is no bus {bus}", sent.text))
            return {"EventId": event_id}
        self._route(bus, sent)
        return {"EventId": event_id}

    def _route(self, bus: str, sent: Sent) -> None:
        for archive in backends.events().archives.values():
            pattern = archive.event_pattern.dump()
            if archive.event_bus_name == bus and (not pattern or _compiled(pattern).matches(sent.event)):
                archive.events.append(sent.event)
        for rule in backends.buses()[bus].rules.values():
            pattern = rule.event_pattern.dump()
            if rule.managed_by or rule.state == "DISABLED" or not pattern:
                continue
            if _compiled(pattern).matches(sent.event):
                self._fire(rule, sent)

    def tick(self, rule: Any) -> None:
        """Fires a rule because its time has come."""
        outer = {
            "version": "0",
            "id": str(mock_random.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": [rule.arn],
        }
        self._fire(rule, Sent.of(outer, {}, "{}"))

    def _fire(self, rule: Any, sent: Sent) -> None:
        for target in rule.targets:
            try:
                body = targets.body(target, sent, rule.name, rule.arn)
            except targets.InvalidInput as error:
                self._dead_letter(rule, target, sent, "INVALID_JSON", str(error))
                continue
            refused = self._deliver(target["Arn"], rule, body)
            if refused:
                self._dead_letter(rule, target, sent, *refused)

    def _deliver(
        self, queue_arn: str, rule: Any, body: str, attributes: dict[str, str] | None = None
    ) -> tuple[str, str] | None:
        """Sends to a queue as the rule; returns code and message of AWS's error if that is refused."""
        queue = backends.queues().get(queue_arn.rsplit(":", 1)[-1])
        if queue is None or queue.queue_arn != queue_arn:
            return "NO_RESOURCE", f"The queue {queue_arn} does not exist."
        key = (queue_arn, rule.arn)
        if key not in self._permissions:
            access = Access("sqs:SendMessage", queue_arn, {})
            verdict = self._authorizer.service_may(_SERVICE, rule.arn, access)
            self._permissions[key] = "" if verdict.allowed else verdict.reason
        if self._permissions[key]:
            return "NO_PERMISSIONS", f"EventBridge may not send to {queue_arn} {self._permissions[key]}."
        try:
            queues.send(queue, body, attributes)
        except ValueError as error:
            return "SDK_CLIENT_ERROR", f"{error}."
        return None

    def _dead_letter(self, rule: Any, target: dict[str, Any], sent: Sent, code: str, message: str) -> None:
        # Neither a missing permission nor a missing queue is retried: straight to the dead-letter queue.
        attributes = {
            "RULE_ARN": rule.arn,
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": code,
            "ERROR_MESSAGE": message,
            "RETRY_ATTEMPTS": "0",
        }
        dead_letters = target.get("DeadLetterConfig", {}).get("Arn")
        refused = self._deliver(dead_letters, rule, sent.text, attributes) if dead_letters else ("", "it has no other")
        if refused:
            self.lost.append(Lost(rule.name, f"{message} Its dead-letter queue: {refused[1]}", sent.text))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> patterns.Pattern:
    return patterns.compile(json.loads(pattern))
