"""Notices when the project's sources change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from troupe.local.synth import files

LOOK_EVERY_S = 1.0


class Watching:
    """A thread that calls `changed` once the sources have changed and are at rest again."""

    def __init__(self, root: Path, changed: Callable[[], None]) -> None:
        self._root = root
        self._changed = changed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watching", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(30)

    def _run(self) -> None:
        seen = self._look()
        while not self._stopping.wait(LOOK_EVERY_S):
            now = self._look()
            if now == seen:
                continue
            # An editor or a version control system may be in the middle of it.
            while not self._stopping.wait(LOOK_EVERY_S / 2) and (later := self._look()) != now:
                now = later
            if not self._stopping.is_set():
                seen = now
                self._changed()

    def _look(self) -> dict[Path, tuple[int, int]]:
        found = {}
        for path in files(self._root):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            found[path] = (status.st_mtime_ns, status.st_size)
        return found
