"""Lambda's poller: feeds functions from queues, and takes their word on which messages are done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troupe.local import backends, queues
from troupe.local.backends import REGION
from troupe.local.clock import Clock
from troupe.local.functions import FunctionFailed, Functions
from troupe.local.world import EventSource


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages taken from a queue for one invocation."""

    source: EventSource
    messages: tuple[Any, ...]

    @property
    def event(self) -> dict[str, Any]:
        """What the function gets."""
        return {"Records": [_record(message, self.source.queue_arn) for message in self.messages]}


class Poller:
    """Receives, invokes, settles. Three steps, so that a simulation can do something between them."""

    def __init__(self, functions: Functions, clock: Clock) -> None:
        self._functions = functions
        self._clock = clock
        self._running: dict[str, int] = {}
        self.invocations = 0

    def is_due(self, source: EventSource) -> bool:
        """Whether there is something to receive, and the mapping's concurrency allows it."""
        return self._has_room(source) and queues.is_due(backends.queues()[source.queue], self._clock.now_ms)

    def receive(self, source: EventSource) -> Batch | None:
        """The next batch; None when there is none, or as many invocations run as the mapping allows."""
        if not self._has_room(source):
            return None
        messages = queues.receive(backends.queues()[source.queue], source.batch_size, self._clock.now_ms)
        if not messages:
            return None
        self._running[source.queue] = self._running.get(source.queue, 0) + 1
        return Batch(source, tuple(messages))

    def invoke(self, batch: Batch) -> set[str] | None:
        """Runs the function; the ids of the messages that are done, or None when the whole batch failed."""
        self.invocations += 1
        try:
            answer = self._functions.invoke(batch.source.function, batch.event)
        except FunctionFailed:
            return None
        return done(batch, answer)

    def settle(self, batch: Batch, done: set[str] | None) -> None:
        """Deletes what is done. The rest comes back when its visibility timeout ends."""
        self._running[batch.source.queue] -= 1
        for message in batch.messages:
            if message.id in (done or ()):
                queues.delete(backends.queues()[batch.source.queue], message)

    def run(self, source: EventSource) -> None:
        """All three steps for one batch."""
        batch = self.receive(source)
        if batch is None:
            return
        outcome: set[str] | None = None
        try:
            outcome = self.invoke(batch)
        finally:
            self.settle(batch, outcome)

    def forget(self) -> None:
        """Forgets what was running."""
        self._running.clear()
        self.invocations = 0

    def _has_room(self, source: EventSource) -> bool:
        return source.max_concurrency is None or self._running.get(source.queue, 0) < source.max_concurrency


def done(batch: Batch, answer: Any) -> set[str] | None:
    """The ids of the messages that the function's answer declares done; None when it declares none.

    After the Lambda Developer Guide, "Reporting batch item failures": without the setting, any answer is success; with
    it, an answer that cannot be understood, or names a message that is not in the batch, is a complete failure.
    """
    ids = {message.id for message in batch.messages}
    if not batch.source.reports_failures or answer is None:
        return ids
    if not isinstance(answer, dict):
        return None
    failures = answer.get("batchItemFailures")
    if failures is None:
        return ids
    if not isinstance(failures, list):
        return None
    failed = {f.get("itemIdentifier") if isinstance(f, dict) else None for f in failures}
    return None if failed - ids else ids - failed


def _record(message: Any, queue_arn: str) -> dict[str, Any]:
    record = {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        },
        "messageAttributes": {name: _attribute(value) for name, value in message.message_attributes.items()},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }
    if message.message_attributes:
        record["md5OfMessageAttributes"] = message.attribute_md5
    return record


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    for theirs, ours in (("StringValue", "stringValue"), ("BinaryValue", "binaryValue")):
        if theirs in value:
            attribute[ours] = value[theirs]
    return attribute
