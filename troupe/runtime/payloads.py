"""Data too large to travel lies in the payload bucket under its own hash; the event carries the reference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from troupe.runtime.aws import client
from troupe.runtime.envelope import Envelope, MalformedEvent, Payload

MAX_INLINE_BYTES = 100_000
"""Larger data goes to the bucket: 1 MB is what EventBridge and SQS carry, 400 KB what a DynamoDB item holds."""
_MAX_DECISION_BYTES = 300_000
"""What the outputs of one decision may weigh together, so that they fit an item beside its keys."""


class Payloads:
    """Writes under the types that an agent emits, reads under those it hears; its role allows nothing else."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def spill(self, outputs: Sequence[Envelope]) -> list[Envelope]:
        """The same events, sealed, with data moved to the bucket where one or all together are too large."""
        encoded = [_encode(e.data) for e in outputs]
        total = sum(map(len, encoded))
        moved = list(outputs)
        for i in sorted(range(len(moved)), key=lambda i: -len(encoded[i])):
            if len(encoded[i]) <= MAX_INLINE_BYTES and total <= _MAX_DECISION_BYTES:
                break
            moved[i] = self._moved(outputs[i], encoded[i])
            total -= len(encoded[i])
        return [e.sealed() for e in moved]

    def _moved(self, event: Envelope, encoded: bytes) -> Envelope:
        digest = hashlib.sha256(encoded).hexdigest()
        payload = Payload(key=f"payload/{event.type}/{digest}", sha256=digest, bytes=len(encoded))
        client("s3").put_object(Bucket=self._bucket, Key=payload.key, Body=encoded, ContentType="application/json")
        return replace(event, data={}, metadata=event.metadata.model_copy(update={"payload": payload}))

    def fetch(self, event: Envelope) -> Any:
        """The event's data, wherever it lies. Raises MalformedEvent when the bucket holds something else."""
        payload = event.metadata.payload
        if payload is None:
            return event.data
        if payload.key != f"payload/{event.type}/{payload.sha256}":
            raise MalformedEvent(f"{event.type} {event.metadata.id} points at {payload.key}, which is not its own.")
        body = client("s3").get_object(Bucket=self._bucket, Key=payload.key)["Body"].read()
        if hashlib.sha256(body).hexdigest() != payload.sha256:
            raise MalformedEvent(f"The payload of {event.type} {event.metadata.id} was altered: {payload.key}.")
        return json.loads(body)


def _encode(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
