"""Publishes events: in chunks by count and size, retrying only the entries that failed."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

from troupe.runtime.aws import client
from troupe.runtime.envelope import Envelope

_MAX_ENTRIES = 10
_MAX_BYTES = 1_000_000
"""Entries and bytes per PutEvents request (AWS: 10 entries, 1 MB); kept a little below."""
_ATTEMPTS = 4
_PERMANENT = {"AccessDeniedException", "NotAuthorizedException", "MalformedDetail", "InvalidArgument"}
"""Asking again cannot help: the role forbids it, or the entry is wrong."""


class Publisher:
    """Puts events on one bus."""

    def __init__(self, bus: str) -> None:
        self._bus = bus

    def publish(self, events: Sequence[Envelope]) -> dict[str, str]:
        """Publishes all; returns the reason per id of those that could not be published.

        An event that stands in several places is sent once: it is the same event.
        """
        refused: dict[str, str] = {}
        for chunk in _chunks(list({e.metadata.id: e for e in events}.values())):
            refused |= self._publish_chunk(chunk)
        return refused

    def _publish_chunk(self, waiting: list[Envelope]) -> dict[str, str]:
        from botocore.exceptions import BotoCoreError, ClientError

        refused: dict[str, str] = {}
        reasons: dict[str, str] = {}
        for attempt in range(_ATTEMPTS):
            try:
                answer = client("events").put_events(Entries=[self._entry(e) for e in waiting])
            except ClientError as error:
                reason = error.response["Error"]["Code"] + ": " + error.response["Error"].get("Message", "")
                return refused | {e.metadata.id: reason for e in waiting}
            except BotoCoreError as error:  # The bus was not reached at all, botocore's own retries included.
                return refused | {e.metadata.id: str(error) for e in waiting}
            failed = []
            for event, result in zip(waiting, answer["Entries"], strict=True):
                if not (code := result.get("ErrorCode")):
                    continue
                reasons[event.metadata.id] = f"{code}: {result.get('ErrorMessage', '')}"
                if code in _PERMANENT:
                    refused[event.metadata.id] = reasons[event.metadata.id]
                else:
                    failed.append(event)
            if not failed:
                return refused
            waiting = failed
            if attempt < _ATTEMPTS - 1:
                time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 (jitter, not a secret)
        return refused | {e.metadata.id: reasons[e.metadata.id] for e in waiting}

    def _entry(self, event: Envelope) -> dict[str, Any]:
        return {
            "EventBusName": self._bus,
            "Source": event.source,
            "DetailType": event.type,
            "Detail": _text(event),
            "Time": event.metadata.occurred_at,
        }


def _text(event: Envelope) -> str:
    return json.dumps(event.detail, ensure_ascii=False, separators=(",", ":"))


def _chunks(events: list[Envelope]) -> Iterator[list[Envelope]]:
    chunk: list[Envelope] = []
    size = 0
    for event in events:
        # How AWS counts an entry: 14 bytes for the time, and the UTF-8 of source, detail-type and detail.
        weight = 14 + len(event.source.encode()) + len(event.type.encode()) + len(_text(event).encode())
        if chunk and (len(chunk) == _MAX_ENTRIES or size + weight > _MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(event)
        size += weight
    if chunk:
        yield chunk
