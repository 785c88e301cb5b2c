"""Reads the event store: a correlation by its key, a window of time by its index; never a scan."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from troupe.event_store import keys
from troupe.event_store.batches import batch_get
from troupe.event_store.windows import Part, read_window
from troupe.runtime.envelope import Cause, Envelope, MalformedEvent, Metadata
from troupe.runtime.payloads import Payloads

Progress = Callable[[int, int], None]
"""Is told how many partitions in time have been read, of how many."""


class UnreadableEvent(ValueError):
    """What is stored cannot be read as the event that it was; one sentence."""


class PayloadMissing(UnreadableEvent):
    """The event is whole, but its data does not lie in the payload bucket."""


@dataclass(frozen=True)
class StoredEvent:
    """An event as the store has it."""

    item: dict[str, Any]
    payloads: Payloads | None = None

    @property
    def id(self) -> str:
        """The id under which it is stored."""
        kind, key = self.item["sk"]["S"][:2], str(self.item["sk"]["S"][2:])
        return key if kind == "E#" else key.rpartition("#")[0]

    @property
    def correlation_id(self) -> str:
        """The correlation under which it is stored."""
        return str(self.item["pk"]["S"]).removeprefix(keys.partition(""))

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
    def detail(self) -> dict[str, Any]:
        """What was sent, exactly as stored. Raises UnreadableEvent."""
        try:
            # A buffer of about the right size: the default of 16 KB takes longer to get than to fill.
            text = zlib.decompress(self.body, bufsize=4 * len(self.body))
            detail = json.loads(text.decode())
        except (zlib.error, ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
            raise UnreadableEvent(f"The stored body of {self.type} {self.id} is damaged: {error}.") from error
        if not isinstance(detail, dict) or not isinstance(detail.get("metadata"), dict) or "data" not in detail:
            raise UnreadableEvent(f"The stored body of {self.type} {self.id} is no event.")
        return detail

    @property
    def body(self) -> bytes:
        """The compressed body."""
        value = self.item["body"]["B"]
        return bytes(value.value) if hasattr(value, "value") else bytes(value)

    @cached_property
    def envelope(self) -> Envelope:
        """The event as it was sent; data in the payload bucket stays there (see `data`). Raises UnreadableEvent."""
        try:
            metadata = Metadata.model_validate(self.detail["metadata"])
        except ValidationError as error:
            raise UnreadableEvent(f"The stored metadata of {self.type} {self.id} is damaged.") from error
        return Envelope(self.type, self.source, metadata, self.detail["data"])

    @property
    def metadata(self) -> Metadata:
        return self.envelope.metadata

    @cached_property
    def data(self) -> Any:
        """The event's data, fetched from the payload bucket where it lies there. Raises UnreadableEvent."""
        if self.payloads is None or self.metadata.payload is None:
            return self.envelope.data
        from botocore.exceptions import ClientError

        try:
            return self.payloads.fetch(self.envelope)
        except MalformedEvent as error:
            raise UnreadableEvent(str(error)) from error
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "404", "NoSuchBucket"):
                raise
            key = self.metadata.payload.key
            raise PayloadMissing(f"The payload of {self.type} {self.id} is missing: {key}.") from error


@dataclass(frozen=True)
class Story:
    """All that the store knows of one correlation, parents before children."""

    correlation_id: str
    events: list[StoredEvent]
    status: dict[str, dict[str, str]]
    """Per namespace the fields that are set once: root, began, end, end_type, ended."""
    damaged: list[StoredEvent] = field(default_factory=list)
    """Stored under this correlation, but not readable; `troupe verify` says why."""

    @property
    def end(self) -> StoredEvent | None:
        """The terminal event that won, in the namespace of the original run."""
        winner = self.status.get("", {}).get("end")
        return next((e for e in self.events if e.metadata.id == winner and not e.divergent), None)


class Reader:
    """Reads through a DynamoDB client; `payload_bucket` empty: large data is left where it lies.

    workers: how many partitions of a window are read at the same time; 1 reads one after the other.
    """

    def __init__(self, dynamodb: Any, table: str, payload_bucket: str = "", *, workers: int = 1) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._payloads = Payloads(payload_bucket) if payload_bucket else None
        self._workers = workers

    def story(self, correlation_id: str) -> Story:
        """Everything of one correlation, one Query per page; no events when it is unknown."""
        part = Part("pk", keys.partition(correlation_id))
        items = [item for page in part.pages(self._query) for item in page]
        found = [self._event(i) for i in items if i["sk"]["S"][:2] in ("E#", "D#")]
        events = [e for e in found if _is_readable(e)]
        events.sort(key=lambda e: (e.metadata.depth, e.metadata.occurred_at, e.metadata.id))
        status = {
            i["sk"]["S"][2:]: {k: v["S"] for k, v in i.items() if "S" in v and k not in ("pk", "sk")}
            for i in items
            if i["sk"]["S"].startswith("S#")
        }
        return Story(correlation_id, events, status, [e for e in found if not _is_readable(e)])

    def window(
        self,
        since: datetime,
        until: datetime,
        *,
        types: Iterable[str] = (),
        sources: Iterable[str] = (),
        failed: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[StoredEvent]:
        """The events recorded in [since, until), in order of recording; reads the window's partitions only.

        types, sources: only these; none means all. DynamoDB leaves the others out, but bills for reading them.
        failed: only what tells of a failure, by an index that holds nothing else.
        """
        wanted = {"type": tuple(types), "source": tuple(sources)}
        for item in read_window(self._query, since, until, wanted, failed, self._workers, progress):
            yield self._event(item)

    def fetch(self, causes: Iterable[Cause]) -> dict[tuple[str, str], StoredEvent]:
        """Those of these events that are stored, by correlation and id; one BatchGetItem per hundred."""
        wanted = {(c.correlation_id, c.id) for c in causes}
        places = [{"pk": {"S": keys.partition(c)}, "sk": {"S": keys.event(id)}} for c, id in sorted(wanted)]
        found = [self._event(item) for item in batch_get(self._dynamodb, self._table, places)]
        return {(e.correlation_id, e.id): e for e in found}

    def _query(self, **request: Any) -> dict[str, Any]:
        return dict(self._dynamodb.query(TableName=self._table, **request))

    def _event(self, item: dict[str, Any]) -> StoredEvent:
        return StoredEvent(item, self._payloads)


def _is_readable(event: StoredEvent) -> bool:
    try:
        return bool(event.envelope)
    except UnreadableEvent:
        return False
