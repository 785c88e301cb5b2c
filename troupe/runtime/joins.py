"""Two or more events that an agent waits for together: it acts once all have arrived, in whatever order, once.

One item per (agent, handler, namespace, correlation, join value). Each side is set once, so the write that completes
the item also freezes its causes; expiry is a conditional write on the same item, so exactly one of the two happens.
"""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from dataclasses import dataclass

from troupe.runtime.aws import client


@dataclass(frozen=True, slots=True)
class JoinKey:
    """Which waiting this is. `value` is the join_on field's, empty when the correlation alone decides."""

    agent_id: str
    handler: str
    namespace: str
    correlation_id: str
    value: str = ""

    @property
    def pk(self) -> str:
        parts = json.dumps([self.handler, self.namespace, self.correlation_id, self.value])
        return f"{self.agent_id}#J#{hashlib.sha256(parts.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The state of a join after a write: the bodies of the messages that have arrived, per side."""

    bodies: dict[str, str]
    surplus: bool = False
    """The event came too late: its side was taken by another, or the join has expired."""


class Joins:
    """Reads and writes join items in the decision table; `ttl_s` as for decisions."""

    def __init__(self, table: str, ttl_s: int) -> None:
        self._table = table
        self._ttl_s = ttl_s

    def arrive(self, key: JoinKey, side: str, event_id: str, body: str, sides: list[str]) -> Waiting:
        """Notes that one side has arrived; the answer holds every side once all have."""
        from botocore.exceptions import ClientError

        dynamodb = client("dynamodb")
        try:
            item = dynamodb.update_item(
                TableName=self._table,
                Key={"pk": {"S": key.pk}},
                UpdateExpression=(
                    "SET #body = if_not_exists(#body, :body), #id = if_not_exists(#id, :id), "
                    "#correlation = :correlation, #handler = :handler, #ttl = :ttl"
                ),
                ConditionExpression="attribute_not_exists(expired)",
                ExpressionAttributeNames={
                    "#body": f"body_{side}",
                    "#id": f"id_{side}",
                    "#correlation": "correlation",
                    "#handler": "handler",
                    "#ttl": "ttl",
                },
                ExpressionAttributeValues={
                    ":body": {"B": zlib.compress(body.encode())},
                    ":id": {"S": event_id},
                    ":correlation": {"S": key.correlation_id},
                    ":handler": {"S": key.handler},
                    ":ttl": {"N": str(int(time.time()) + self._ttl_s)},
                },
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            item = {}
        if item.get(f"id_{side}") != {"S": event_id}:
            self._note_surplus(key, event_id)
            return Waiting({}, surplus=True)
        return Waiting(_bodies(item, sides))

    def expire(self, key: JoinKey, sides: list[str]) -> Waiting | None:
        """Ends the waiting unless it was complete; returns what had arrived, or None when there is nothing to end.

        May be repeated: a join that has expired answers the same again.
        """
        from botocore.exceptions import ClientError

        names = {f"#{i}": f"id_{side}" for i, side in enumerate(sides)}
        missing = " OR ".join(f"attribute_not_exists({name})" for name in names)
        try:
            item = client("dynamodb").update_item(
                TableName=self._table,
                Key={"pk": {"S": key.pk}},
                UpdateExpression="SET expired = if_not_exists(expired, :now)",
                ConditionExpression=f"attribute_exists(pk) AND ({missing})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={":now": {"N": str(int(time.time()))}},
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return None
        return Waiting(_bodies(item, sides))

    def _note_surplus(self, key: JoinKey, event_id: str) -> None:
        client("dynamodb").update_item(
            TableName=self._table,
            Key={"pk": {"S": key.pk}},
            UpdateExpression="ADD surplus :ids",
            ExpressionAttributeValues={":ids": {"SS": [event_id]}},
        )


def _bodies(item: dict[str, dict[str, bytes]], sides: list[str]) -> dict[str, str]:
    return {side: zlib.decompress(item[f"body_{side}"]["B"]).decode() for side in sides if f"body_{side}" in item}
