"""What an agent may do with its own queue beside being fed from it: hand back, put off, give up on a message."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from troupe.runtime.aws import client

_MAX_VISIBILITY_S = 43_200
_MAX_REASON = 1_000


class Inbox:
    """The agent's queue and its dead-letter queue, by their names."""

    def __init__(self, queue: str, dead_letters: str) -> None:
        self._queue = queue
        self._dead_letters = dead_letters

    @cached_property
    def _queue_url(self) -> str:
        return str(client("sqs").get_queue_url(QueueName=self._queue)["QueueUrl"])

    @cached_property
    def _dead_letter_url(self) -> str:
        return str(client("sqs").get_queue_url(QueueName=self._dead_letters)["QueueUrl"])

    def put_off(self, receipt_handle: str, seconds: float) -> None:
        """Makes one message visible again after so many seconds; 0 hands it back at once."""
        timeout = max(0, min(round(seconds), _MAX_VISIBILITY_S))
        client("sqs").change_message_visibility(
            QueueUrl=self._queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=timeout
        )

    def remind(self, body: str, seconds: int) -> None:
        """Sends the agent itself a message that arrives after so many seconds (at most 15 minutes: AWS's limit)."""
        client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=min(seconds, 900))

    def give_up(self, body: str, reason: str, fingerprint: str, attributes: dict[str, Any]) -> None:
        """Copies a message to the dead-letter queue with the reason; the original then counts as done.

        attributes: what the original carried and the copy must carry, too, such as the replay it belongs to.
        """
        client("sqs").send_message(
            QueueUrl=self._dead_letter_url,
            MessageBody=body,
            MessageAttributes=attributes
            | {
                "reason": {"DataType": "String", "StringValue": printable(reason)[:_MAX_REASON]},
                "fingerprint": {"DataType": "String", "StringValue": fingerprint},
            },
        )


def printable(text: str) -> str:
    """The text without control characters, which SQS refuses in attributes."""
    return "".join(c if c.isprintable() else " " for c in text) or " "
