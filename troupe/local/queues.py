"""SQS from the inside: what EventBridge sends and Lambda polls, straight on moto's queues.

moto's own receive evaluates every attribute of a queue for every message, and its delete rebuilds the whole queue:
with 1,000 messages in flight a single receive costs a second. These do the same work once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from troupe.local import backends

MAX_BATCH_BYTES = 6_000_000
"""Lambda's limit on a synchronous invocation: a batch is cut there."""


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How many messages are where, for one queue that feeds a function."""

    visible: int
    """Waiting, or delayed."""
    in_flight: int
    """Received, and neither deleted nor given back yet."""
    dead: int
    """In the queue's dead-letter queue."""
    undelivered: int
    """In the dead-letter queue of the rules that feed this queue."""


def send(queue: Any, body: str, attributes: dict[str, str] | None = None) -> Any:
    """Puts a message on a queue; returns it. Raises ValueError when the queue does not take its size."""
    if len(body.encode()) > queue.maximum_message_size:
        raise ValueError(f"the message is larger than the {queue.maximum_message_size} bytes that {queue.name} takes")
    message = backends.new_message(body)
    for name, value in (attributes or {}).items():
        message.message_attributes[name] = {"DataType": "String", "StringValue": value}
    if queue.delay_seconds:
        message.delay(queue.delay_seconds)
    with queue._messages_lock:
        queue._messages.append(message)
        queue._messages_lock.notify_all()
    return message


def receive(queue: Any, limit: int, now_ms: float) -> list[Any]:
    """Takes up to `limit` messages that are due, oldest first, and hides them for the queue's visibility timeout.

    Messages received too often already go to the dead-letter queue, expired ones are dropped.
    """
    taken: list[Any] = []
    exhausted: list[Any] = []
    expired: list[Any] = []
    size = 0
    for message in queue._messages:
        if message.visible_at > now_ms or message.delayed_until > now_ms:
            continue
        if message.sent_timestamp + queue.message_retention_period * 1000 <= now_ms:
            expired.append(message)
        elif queue.dead_letter_queue and message.approximate_receive_count >= queue.redrive_policy["maxReceiveCount"]:
            exhausted.append(message)
        else:
            size += len(message.body)
            if taken and size > MAX_BATCH_BYTES:
                break
            taken.append(message)
            if len(taken) == limit:
                break
    for message in taken:
        _mark_received(queue, message, now_ms)
    for message in (*exhausted, *expired):
        queue._messages.remove(message)
        queue._pending_messages.discard(message)
    for message in exhausted:
        # Keeps its id, its attributes and the time of its first enqueueing, as on AWS.
        message.visible_at = 0.0
        queue.dead_letter_queue._messages.append(message)
    return taken


def _mark_received(queue: Any, message: Any, now_ms: float) -> None:
    message.approximate_first_receive_timestamp = message.approximate_first_receive_timestamp or int(now_ms)
    message.approximate_receive_count += 1
    message.visible_at = now_ms + queue.visibility_timeout * 1000
    if message.receipt_handle:
        message._old_receipt_handles.append(message.receipt_handle)
    message.receipt_handle = backends.receipt_handle()
    queue._pending_messages.add(message)


def delete(queue: Any, message: Any) -> None:
    """Deletes a message that was received; nothing happens when it is gone already."""
    with suppress(ValueError):
        queue._messages.remove(message)
    queue._pending_messages.discard(message)
    queue.deleted_messages.update(message.all_receipt_handles)


def hand_back(queue: Any, message: Any) -> None:
    """Makes a message that was received visible again at once."""
    message.visible_at = 0.0
    queue._pending_messages.discard(message)


def is_due(queue: Any, now_ms: float) -> bool:
    """Whether a receive now would find something to do."""
    return any(m.visible_at <= now_ms and m.delayed_until <= now_ms for m in queue._messages)


def next_due_ms(queue: Any) -> float | None:
    """When the next message can be received; None for an empty queue."""
    return min((max(m.visible_at, m.delayed_until) for m in queue._messages), default=None)


def depth(queue: Any, now_ms: float, undelivered: list[Any]) -> QueueDepth:
    """The depth of a queue; `undelivered` are the dead-letter queues of the rules that feed it."""
    in_flight = sum(1 for m in queue._messages if m.visible_at > now_ms)
    return QueueDepth(
        visible=len(queue._messages) - in_flight,
        in_flight=in_flight,
        dead=len(queue.dead_letter_queue._messages) if queue.dead_letter_queue else 0,
        undelivered=sum(len(q._messages) for q in undelivered),
    )
