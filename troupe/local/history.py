"""Keeps what local runs have stored under `.troupe/history`, so that it can be told after the cloud is gone.

The items of the event store and of the decision table are dumped as they are and put back at the next boot, and so are
the payloads: whoever reads them reads the store, here as in the account. One file per run and table, written beside and
renamed into place: two processes never write the same file, and a reader sees a whole file or none.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT_RUNS = 500
KEPT_PAYLOADS = 500

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

    def pass_over(self, dynamodb: Any, table: str) -> None:
        """What is in the table now counts as kept: `dump` leaves it out unless it changes."""
        self._loaded |= {_key(item): item for item in _scan(dynamodb, table)}

    def _tidy(self) -> None:
        for path in sorted(self._folder.glob("*.jsonl"))[:-KEPT_RUNS]:
            path.unlink(missing_ok=True)


class KeptPayloads:
    """Data that was too large to travel, one file per object under its own key; what lies in one never changes."""

    def __init__(self, root: Path, bucket: str) -> None:
        self._folder = root / ".troupe" / "history" / bucket

    def load(self, s3: Any, bucket: str) -> None:
        """Puts all that is kept into the bucket."""
        for path in self._files():
            key = path.relative_to(self._folder).as_posix()
            s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType="application/json")

    def dump(self, s3: Any, bucket: str) -> None:
        """Keeps what the bucket holds; of all that is kept the latest ones stay."""
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", ()):
                self._keep(entry["Key"], lambda key: s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        for path in self._files()[:-KEPT_PAYLOADS]:
            path.unlink(missing_ok=True)

    def _keep(self, key: str, read: Callable[[str], bytes]) -> None:
        path = self._folder / key
        if path.exists() or not path.resolve().is_relative_to(self._folder.resolve()):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False, prefix=".") as file:
            file.write(read(key))
        os.replace(file.name, path)

    def _files(self) -> list[Path]:
        found = [path for path in self._folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
        return sorted(found, key=lambda path: path.stat().st_mtime)


def _scan(dynamodb: Any, table: str) -> Iterator[Item]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _key(item: Item) -> tuple[str, str]:
    # The decision table has no second key.
    return item["pk"]["S"], item.get("sk", {}).get("S", "")


def _to_text(value: Any) -> Any:
    # Only binary attributes are no JSON.
    return {"base64": base64.b64encode(bytes(value)).decode()}


def _from_text(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["base64"]) if set(value) == {"base64"} else value
