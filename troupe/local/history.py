"""Keeps the events of local runs under `.troupe/history`, so that `troupe trace` can tell them after the cloud is gone.

The event store's items are dumped as they are and put back into the table at the next boot: whoever reads them reads
the store, here as in the account. One file per run, written beside and renamed into place: two processes never write
the same file, and a reader sees a whole file or none.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT_RUNS = 500

Item = dict[str, Any]
"""An item with DynamoDB's types, as a client gives it."""


class History:
    """The runs of one table."""

    def __init__(self, root: Path, table: str) -> None:
        self._folder = root / ".troupe" / "history" / table
        self._loaded: dict[tuple[str, str], Item] = {}

    def load(self, dynamodb: Any, table: str) -> int:
        """Puts all that is kept into the table; returns how many items. Of two versions the later one holds."""
        for path in sorted(self._folder.glob("*.jsonl")):
            try:
                lines = path.read_text(encoding="utf-8").splitlines()
            except FileNotFoundError:
                continue  # another process tidied up meanwhile
            for line in lines:
                item = json.loads(line, object_hook=_from_text)
                self._loaded[_key(item)] = item
        items = list(self._loaded.values())
        for start in range(0, len(items), 25):
            requests = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
            dynamodb.batch_write_item(RequestItems={table: requests})
        return len(items)

    def dump(self, dynamodb: Any, table: str) -> Path | None:
        """Keeps what is new in the table since `load`; returns the file, or None when nothing is."""
        new = [item for item in _scan(dynamodb, table) if self._loaded.get(_key(item)) != item]
        if not new:
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        # The name sorts by time; the tail keeps two processes of the same microsecond apart.
        path = self._folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.UUID(bytes=os.urandom(16))}.jsonl"
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._folder, delete=False, suffix=".tmp") as file:
            file.writelines(json.dumps(item, default=_to_text, ensure_ascii=False) + "\n" for item in new)
        os.replace(file.name, path)
        self._loaded |= {_key(item): item for item in new}
        self._tidy()
        return path

    def _tidy(self) -> None:
        for path in sorted(self._folder.glob("*.jsonl"))[:-KEPT_RUNS]:
            path.unlink(missing_ok=True)


def _scan(dynamodb: Any, table: str) -> Iterator[Item]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _to_text(value: Any) -> Any:
    # Only binary attributes are no JSON.
    return {"base64": base64.b64encode(bytes(value)).decode()}


def _from_text(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["base64"]) if set(value) == {"base64"} else value
