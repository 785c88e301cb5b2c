"""Who is up: the lock that only one holds, and the file that tells others where to find it.

The kernel drops the lock however its holder ends; the file may be left behind by a `kill -9`, so that it counts only
while the lock is held.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from troupe.local.errors import LocalCloudError
from troupe.runtime.settings import Names

STATE_PATH = "/_troupe/state"
"""Where the endpoint says what its agents do."""
DESK_PATH = "/_troupe/desk"
"""Under this the desk answers, as under its URL in AWS."""
NAME = "up"
"""Of the state under .troupe unless told: .troupe/up.json, .troupe/up/."""
JOURNAL = "journal.jsonl"
"""In the folder of that name."""


class AlreadyUp(LocalCloudError):
    """Another process holds the lock."""


class NotReachable(LocalCloudError):
    """It holds the lock, but does not answer."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A running cloud, as its file says."""

    pid: int
    endpoint: str
    app: str
    stage: str

    @property
    def names(self) -> Names:
        return Names(self.app, self.stage)

    def state(self) -> dict[str, Any]:
        """What it says about its agents right now. Raises NotReachable."""
        return dict(json.loads(self._call("GET", STATE_PATH, b"", 10)[1]))

    def desk(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Posts this to the desk; its status and answer. Raises NotReachable."""
        return self._call("POST", DESK_PATH + path, body, 60, headers)

    def _call(
        self, method: str, path: str, body: bytes, timeout_s: float, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        parts = urlsplit(self.endpoint)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotReachable(
                f"`troupe up` (process {self.pid}) does not answer at {self.endpoint} ({error}); is it being stopped?"
            ) from None
        finally:
            connection.close()


def running(root: Path, name: str = NAME) -> Presence | None:
    """The cloud that is up in this project, if one is and is ready."""
    try:
        with open(_folder(root, name) / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _told(root, name)
    return None


class Claim:
    """The right to be up in a project, held while it is open."""

    def __init__(self, root: Path, name: str, lock: IO[str]) -> None:
        self.folder = _folder(root, name)
        self._file = root / ".troupe" / f"{name}.json"
        self._lock = lock

    def tell(self, endpoint: str, names: Names) -> None:
        """From now on others find it."""
        told = {"pid": os.getpid(), "endpoint": endpoint, "app": names.app, "stage": names.stage}
        draft = self._file.with_suffix(f".{threading.get_ident()}")
        draft.write_text(json.dumps(told) + "\n", encoding="utf-8")
        os.replace(draft, self._file)

    def withdraw(self) -> None:
        self._file.unlink(missing_ok=True)


@contextmanager
def claim(root: Path, name: str = NAME) -> Iterator[Claim]:
    """Takes the lock. Raises AlreadyUp."""
    folder = _folder(root, name)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a") as lock:
        if not _locked(lock):
            other = _told(root, name)
            where = f" as process {other.pid} at {other.endpoint}" if other else " and about to be ready"
            raise AlreadyUp(f"`troupe up` is running here already{where}; stop that one first, with Ctrl-C.")
        held = Claim(root, name, lock)
        held.withdraw()  # what a killed one left
        try:
            yield held
        finally:
            held.withdraw()


def _locked(lock: IO[str]) -> bool:
    # Whoever looks whether somebody is up holds the lock for a moment.
    for _ in range(20):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.01)
    return False


def _told(root: Path, name: str) -> Presence | None:
    with suppress(FileNotFoundError, ValueError, TypeError):
        told = Presence(**json.loads((root / ".troupe" / f"{name}.json").read_text(encoding="utf-8")))
        return told if _lives(told.pid) else None
    return None


def _lives(pid: int) -> bool:
    # Whoever holds the lock by now may not have removed yet what a killed one left.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def _folder(root: Path, name: str) -> Path:
    return root / ".troupe" / name
