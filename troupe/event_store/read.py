"""Reads the event store: a correlation by its key, a window of time by its index; never a scan."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from troupe.event_store import keys
from troupe.runtime.envelope import Envelope, Metadata
from troupe.runtime.payloads import Payloads


@dataclass(frozen=True)
class StoredEvent:
    """An event as the store has it."""

    item: dict[str, Any]
    payloads: Payloads | None = None

    @property
    def recorded(self) -> str:
        """When the recorder wrote it: ISO 8601, UTC, milliseconds."""
        return str(self.item["recorded"]["S"])

    @property
    def type(self) -> str:
        return str(self.item["type"]["S"])

    @property
    def source(self) -> str:
        return str(self.item["source"]["S"])

    @property
    def divergent(self) -> bool:
        """Stored beside another event with the same id."""
        return str(self.item["sk"]["S"]).startswith("D#")

    @cached_property
    def envelope(self) -> Envelope:
        """The event as it was sent; data that lies in the payload bucket stays there (see `data`)."""
        detail = json.loads(zlib.decompress(_bytes(self.item["body"]["B"])))
        return Envelope(self.type, self.source, Metadata.model_validate(detail["metadata"]), detail["data"])

    @property
    def metadata(self) -> Metadata:
        return self.envelope.metadata

    @cached_property
    def data(self) -> Any:
        """The event's data, fetched from the payload bucket where it lies there."""
        return self.payloads.fetch(self.envelope) if self.payloads else self.envelope.data


@dataclass(frozen=True)
class Story:
    """All that the store knows of one correlation, parents before children."""

    correlation_id: str
    events: list[StoredEvent]
    status: dict[str, dict[str, str]]
    """Per namespace the fields that are set once: root, began, end, end_type, ended."""

    @property
    def end(self) -> StoredEvent | None:
        """The terminal event that won, in the namespace of the original run."""
        winner = self.status.get("", {}).get("end")
        return next((e for e in self.events if e.metadata.id == winner and not e.divergent), None)


class Reader:
    """Reads through a DynamoDB client; `payload_bucket` empty: large data is left where it lies."""

    def __init__(self, dynamodb: Any, table: str, payload_bucket: str = "") -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._payloads = Payloads(payload_bucket) if payload_bucket else None

    def story(self, correlation_id: str) -> Story:
        """Everything of one correlation, one Query per page; no events when it is unknown."""
        items = list(
            self._query(KeyConditionExpression="pk = :v", values={":v": {"S": keys.partition(correlation_id)}})
        )
        events = [StoredEvent(i, self._payloads) for i in items if i["sk"]["S"][:2] in ("E#", "D#")]
        events.sort(key=lambda e: (e.metadata.depth, e.metadata.occurred_at, e.metadata.id))
        status = {
            i["sk"]["S"][2:]: {k: v["S"] for k, v in i.items() if "S" in v and k not in ("pk", "sk")}
            for i in items
            if i["sk"]["S"].startswith("S#")
        }
        return Story(correlation_id, events, status)

    def window(self, since: datetime, until: datetime) -> Iterator[StoredEvent]:
        """The events recorded in [since, until), in order of recording; reads the window's partitions only."""
        between = {":a": {"S": keys.recorded(since)}, ":b": {"S": keys.recorded(until)}}
        for shards in keys.windows(since, until):
            hour = [
                StoredEvent(item, self._payloads)
                for shard in shards
                for item in self._query(
                    IndexName=keys.WINDOW_INDEX,
                    KeyConditionExpression="#w = :w AND recorded BETWEEN :a AND :b",
                    ExpressionAttributeNames={"#w": "window"},
                    values={":w": {"S": shard}} | between,
                )
                if item["recorded"]["S"] < between[":b"]["S"]
            ]
            yield from sorted(hour, key=lambda e: (e.recorded, e.item["sk"]["S"]))

    def _query(self, *, values: dict[str, Any], **request: Any) -> Iterator[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table, ExpressionAttributeValues=values, **request
        )
        for page in pages:
            yield from page["Items"]


def _bytes(value: Any) -> bytes:
    return bytes(value.value) if hasattr(value, "value") else bytes(value)
