"""Appends to the event store; the recorder alone does. Any order, any repetition: the same store."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Self

from troupe.event_store import keys
from troupe.runtime.aws import client, put_once
from troupe.runtime.decisions import halted_key
from troupe.runtime.envelope import Envelope
from troupe.runtime.incidents import ChoreographyHalted
from troupe.runtime.needs import Grant, Need
from troupe.runtime.settings import RuntimeSettings


class Appended(Enum):
    """What became of an event."""

    NEW = "new"
    KNOWN = "known"
    """It was there already, the same to the digest."""
    DIVERGENT = "divergent"
    """Another event has its id: kept beside the first, and worth an alarm."""


class EventStore(Need):
    """The event store, for appending."""

    grants = (
        Grant(
            ("dynamodb:PutItem", "dynamodb:UpdateItem"),
            ("arn:{partition}:dynamodb:{region}:{account}:table/{app}-{stage}-events",),
        ),
        Grant(
            ("dynamodb:PutItem",),
            ("arn:{partition}:dynamodb:{region}:{account}:table/{app}-{stage}-decisions",),
            leading_keys=("H#*",),
        ),
    )

    def __init__(self, events: str, decisions: str, ttl_s: int, max_events: int) -> None:
        self._events = events
        self._decisions = decisions
        self._ttl_s = ttl_s
        self._max_events = max_events

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(settings.names.events, settings.names.decisions, settings.decisions_ttl_s, settings.max_events)

    def append(self, event: Envelope, now: datetime | None = None) -> Appended:
        """Writes the event unless it is there. Every step may be repeated after a crash at any point."""
        now = now or datetime.now(UTC)
        outcome = self._put(event, now)
        if outcome is not Appended.DIVERGENT:
            self._note(event, now, is_new=outcome is Appended.NEW)
        return outcome

    def _put(self, event: Envelope, now: datetime) -> Appended:
        m = event.metadata
        item = self._item(event, keys.event(m.id), now)
        winner = put_once(self._events, item)
        if winner is None:
            return Appended.NEW
        if winner["digest"]["S"] == m.digest:
            return Appended.KNOWN
        put_once(self._events, item | {"sk": {"S": keys.divergent(m.id, m.digest)}})
        return Appended.DIVERGENT

    def _item(self, event: Envelope, sk: str, now: datetime) -> dict[str, Any]:
        m = event.metadata
        body = zlib.compress(json.dumps(event.detail, ensure_ascii=False, separators=(",", ":")).encode())
        item = {
            "pk": {"S": keys.partition(m.correlation_id)},
            "sk": {"S": sk},
            "recorded": {"S": keys.recorded(now)},
            "window": {"S": keys.window(now, m.correlation_id)},
            "type": {"S": event.type},
            "source": {"S": event.source},
            "digest": {"S": m.digest},
            "body": {"B": body},
            # Two compressed bodies can hold the same text; this tells them apart.
            "crc": {"N": str(zlib.crc32(body))},
            "ttl": {"N": str(int(now.timestamp()) + self._ttl_s)},
        }
        if m.failure:
            item["failure"] = {"S": keys.failure(now, m.correlation_id)}
        return item

    def _note(self, event: Envelope, now: datetime, *, is_new: bool) -> None:
        """Notes on the status item what is noted once: when it began, how it ended; and halts what has grown too long.

        The first terminal wins; a later one is stored like any event, and superseded. Only a new event is counted,
        so redelivery does not double the count; a crash between the two writes leaves it one short.
        """
        m = event.metadata
        fields: dict[str, str] = {}
        if not m.causes:
            fields |= {"root": m.id, "began": keys.recorded(now)}
            if m.within_s is not None:
                fields["due_s"] = f"{m.within_s:g}"
        if m.terminal:
            fields |= {"end": m.id, "end_type": event.type, "ended": keys.recorded(now)}
        if not fields and not is_new:
            return
        count = self._update_status(event, fields, now, 1 if is_new else 0)
        if event.type == ChoreographyHalted.type_name():
            self._flag_halted(event, now, "")
        elif count >= self._max_events:
            self._flag_halted(event, now, f"The correlation has {count} events; the limit is {self._max_events}.")

    def _update_status(self, event: Envelope, fields: dict[str, str], now: datetime, count: int) -> int:
        """Sets the fields that are not set yet and adds to the number of events; returns that number."""
        m = event.metadata
        names = {f"#{i}": name for i, name in enumerate(fields)}
        values = {f":{i}": {"S": value} for i, value in enumerate(fields.values())}
        sets = [f"#{i} = if_not_exists(#{i}, :{i})" for i in range(len(fields))]
        answer = client("dynamodb").update_item(
            TableName=self._events,
            Key={"pk": {"S": keys.partition(m.correlation_id)}, "sk": {"S": keys.status(m.namespace)}},
            UpdateExpression=f"SET {', '.join(['#ttl = :ttl', *sets])} ADD events :count",
            ExpressionAttributeNames=names | {"#ttl": "ttl"},
            ExpressionAttributeValues=values | {":ttl": self._ttl(now), ":count": {"N": str(count)}},
            ReturnValues="ALL_NEW",
        )
        return int(answer["Attributes"]["events"]["N"])

    def _flag_halted(self, event: Envelope, now: datetime, reason: str) -> None:
        """Leaves the flag that every agent reads. With a reason the halt is still to be told: the next agent does."""
        pk = {"S": halted_key(event.metadata.correlation_id, event.metadata.namespace)}
        flag = {"pk": pk, "ttl": self._ttl(now)}
        if reason:
            put_once(self._decisions, flag | {"reason": {"S": reason}})
        else:
            client("dynamodb").put_item(TableName=self._decisions, Item=flag)

    def _ttl(self, now: datetime) -> dict[str, str]:
        return {"N": str(int(now.timestamp()) + self._ttl_s)}
