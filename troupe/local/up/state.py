"""What outlives a restart, as records: messages in queues, items in tables, objects in buckets.

The records of what moto holds are drawn up after each change; the other way round they are put back into an account
that has just been loaded. Rules, queues and tables themselves come from the templates every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType
from moto.sqs.models import Message

from troupe.local import backends
from troupe.local.backends import ACCOUNT, PARTITION
from troupe.local.calls import Call
from troupe.local.up.journal import Record

SENT, GONE, RECEIVED, ITEM, OBJECT = "sent", "gone", "received", "item", "object"
"""[sent, queue, message], [gone, queue, ids], [received, queue, ids], [item, table, key, item or null],
[object, bucket, key, content or null]"""


class State:
    """What has been drawn up already. Used under the lock of whoever changes the account."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, None]] = {}

    def after(self, call: Call) -> list[Record]:
        """The records of what a successful call has changed."""
        match call.service:
            case "events" | "sqs":
                return self.queues()
            case "dynamodb":
                return [_item(table, key) for table, key in _written(call)]
            case "s3" if call.operation in ("PutObject", "CopyObject", "DeleteObject"):
                return [_object(call.parameters["Bucket"], call.parameters["Key"])]
        return []

    def queues(self) -> list[Record]:
        """The records of messages that came, moved or went since the last look at all queues."""
        sent: list[Record] = []
        gone: list[Record] = []
        for name, queue in backends.queues().items():
            known = self._known.setdefault(name, {})
            new = []
            for message in reversed(queue._messages):
                if message.id in known:
                    break
                new.append(message)
            if len(known) + len(new) != len(queue._messages):
                new = [m for m in queue._messages if m.id not in known][::-1]
                left = known.keys() - {m.id for m in queue._messages}
                gone += self._left(name, left)
            for message in reversed(new):
                known[message.id] = None
                sent.append([SENT, name, _message(message)])
        # A message that moves is written to its new place first: between the two there are two of it, never none.
        return sent + gone

    def deleted(self, queue: str, ids: Iterable[str]) -> list[Record]:
        """The record of messages that were done; the same as `queues`, without looking at all of them."""
        return self._left(queue, set(ids))

    def everything(self) -> Iterator[Record]:
        """All that there is, as records."""
        self._known = {}
        yield from self.queues()
        for name, table in backends.tables().items():
            for items in list(table.items.values()):
                for item in list(items.values()) if isinstance(items, dict) else [items]:
                    attributes = item.to_json()["Attributes"]
                    yield [ITEM, name, _key(table, attributes), attributes]
        for name, bucket in backends.buckets().items():
            for key in list(bucket.keys):
                yield _object(name, key)

    def _left(self, queue: str, ids: set[str]) -> list[Record]:
        for id in ids:
            self._known.get(queue, {}).pop(id, None)
        return [[GONE, queue, sorted(ids)]] if ids else []


def received(queue: str, messages: Iterable[Any]) -> Record:
    """The record of messages that were handed out: attempts count across restarts."""
    return [RECEIVED, queue, [message.id for message in messages]]


def put_back(records: Iterable[Record], *, in_flight: bool) -> list[str]:
    """Puts everything back into a fresh account; returns a sentence for whatever has no place any more.

    in_flight: messages that were handed out stay so, because whoever has them is still there; else they wait again.
    """
    messages: dict[str, dict[str, dict[str, Any]]] = {}
    homeless: dict[str, int] = {}
    for kind, where, *rest in records:
        if kind == SENT:
            messages.setdefault(where, {})[rest[0]["id"]] = rest[0]
        elif kind == GONE:
            for id in rest[0]:
                messages.get(where, {}).pop(id, None)
        elif kind == RECEIVED:
            for id in rest[0]:
                if id in messages.get(where, {}):
                    messages[where][id]["count"] += 1
        elif kind == ITEM and where in backends.tables():
            _put_item(backends.tables()[where], *rest)
        elif kind == OBJECT and where in backends.buckets():
            _put_object(where, *rest)
        else:
            homeless[where] = homeless.get(where, 0) + 1
    for name, waiting in messages.items():
        if name not in backends.queues():
            homeless[name] = homeless.get(name, 0) + len(waiting)
            continue
        backends.queues()[name]._messages.extend(_remade(fields, in_flight) for fields in waiting.values())
    return [f"{name} is not there any more; what it held ({n}) is gone." for name, n in homeless.items() if n]


def _message(message: Any) -> dict[str, Any]:
    return {
        "id": message.id,
        "body": message.body,
        "attributes": message.message_attributes,
        "sent": message.sent_timestamp,
        "first": message.approximate_first_receive_timestamp,
        "count": message.approximate_receive_count,
        "delayed": message.delayed_until,
        "visible": message.visible_at,
        "handle": message.receipt_handle,
    }


def _remade(fields: dict[str, Any], in_flight: bool) -> Any:
    message = Message(fields["id"], fields["body"])
    message.message_attributes = fields["attributes"]
    message.sent_timestamp = fields["sent"]
    message.approximate_first_receive_timestamp = fields["first"]
    message.approximate_receive_count = fields["count"]
    message.delayed_until = fields["delayed"]
    if in_flight:
        message.visible_at = fields["visible"]
        message.receipt_handle = fields["handle"]
    return message


def _written(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and key of every item that a call may have changed."""
    asked = call.parameters
    match call.operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            yield _place(asked)
        case "BatchWriteItem":
            for table, requests in asked["RequestItems"].items():
                for request in requests:
                    yield _place({"TableName": table, **next(iter(request.values()))})
        case "TransactWriteItems":
            for step in asked["TransactItems"]:
                kind, write = next(iter(step.items()))
                if kind != "ConditionCheck":
                    yield _place(write)


def _place(write: Any) -> tuple[str, dict[str, Any]]:
    name = write["TableName"].rsplit("/", 1)[-1]
    return name, _key(backends.tables()[name], write.get("Key") or write["Item"])


def _key(table: Any, attributes: dict[str, Any]) -> dict[str, Any]:
    names = [table.hash_key_attr, *([table.range_key_attr] if table.range_key_attr else [])]
    return {name: attributes[name] for name in names}


def _item(name: str, key: dict[str, Any]) -> Record:
    item = backends.tables()[name].get_item(*(DynamoType(value) for value in key.values()))
    return [ITEM, name, key, item.to_json()["Attributes"] if item else None]


def _put_item(table: Any, key: dict[str, Any], item: dict[str, Any] | None) -> None:
    values = [DynamoType(value) for value in key.values()]
    if item is not None:
        table.put_item(item, overwrite=True)
    else:
        table.delete_item(values[0], values[1] if len(values) > 1 else None)


def _object(bucket: str, key: str) -> Record:
    held = backends.buckets()[bucket].keys.get(key)
    return [OBJECT, bucket, key, held.value if held is not None else None]


def _put_object(bucket: str, key: str, content: bytes | None) -> None:
    from moto.s3.models import s3_backends

    backend = s3_backends[ACCOUNT][PARTITION]
    if content is not None:
        backend.put_object(bucket, key, content)
    elif key in backend.buckets[bucket].keys:
        del backend.buckets[bucket].keys[key]
