"""A file to which everything accepted is written before it is answered, so that it outlives this process.

One JSON record a line, appended. `kill -9` may cut the last line short: then nobody has been answered for it, and it
does not count. From time to time the file is made anew from what there is now.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from troupe.local.errors import LocalCloudError

Record = list[Any]
"""What happened, then to what: see troupe/local/up/state.py."""


def read(path: Path) -> list[Record]:
    """All whole records of a journal; none if there is no such file. Raises LocalCloudError for a damaged one."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    lines.pop()  # empty, or what nobody was answered for
    records = []
    for number, line in enumerate(lines, 1):
        try:
            records.append(json.loads(line, object_hook=_from_text))
        except ValueError:
            raise LocalCloudError(
                f"{path}:{number} is damaged, so what was accepted earlier cannot be told: repair the line, or begin "
                "empty with `troupe up --fresh`."
            ) from None
    return records


class Journal:
    """The open file. `write` is called by one thread at a time; `commit` by many at once."""

    def __init__(self, path: Path, records: Iterable[Record]) -> None:
        self._path = path
        self._file = -1
        self.size = 0
        """Bytes in the file."""
        self.written = 0
        """How many records were written by this process."""
        self._forced = 0
        self._forcing = threading.Lock()
        self.begin(records)

    def begin(self, records: Iterable[Record]) -> None:
        """Replaces the file by one with these records; at every moment there is a whole file."""
        new = self._path.with_suffix(".new")
        with open(new, "wb") as file:
            file.writelines(_line(record) for record in records)
            file.flush()
            os.fsync(file.fileno())
            self.size = file.tell()
        with self._forcing:
            os.replace(new, self._path)
            self.close()
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
            self._forced = self.written

    def write(self, records: Iterable[Record]) -> None:
        """Appends; from here on the records outlive this process, but not yet a loss of power."""
        lines = [_line(record) for record in records]
        if not lines:
            return
        text = b"".join(lines)
        done = os.write(self._file, text)
        while done < len(text):
            done += os.write(self._file, text[done:])
        self.size += len(text)
        self.written += len(lines)

    def commit(self, mark: int) -> None:
        """Returns when the first `mark` records are on the disk. Whoever comes meanwhile shares the next round."""
        while self._forced < mark:
            with self._forcing:
                if self._forced < mark:
                    reached = self.written
                    os.fsync(self._file)
                    self._forced = reached

    def close(self) -> None:
        """Closes the file; may be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _line(record: Record) -> bytes:
    text = json.dumps(record, separators=(",", ":"), ensure_ascii=False, default=_to_text)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _to_text(value: bytes) -> dict[str, str]:
    # Only binary attributes and objects are no JSON; nothing else in a record is a bare string under such a name.
    return {"base64": base64.b64encode(bytes(value)).decode()}


def _from_text(value: dict[str, Any]) -> Any:
    text = value.get("base64") if len(value) == 1 else None
    return base64.b64decode(text) if isinstance(text, str) else value
