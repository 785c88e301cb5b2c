"""The desk of the cloud that is up: its process, started for the first visitor, and HTTP in front of it.

No signature is checked here: whoever can reach this port sits at this machine, and is its user or, to try things out,
whom the header `X-Troupe-As` names.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from troupe.local.errors import LocalCloudError
from troupe.local.front_door import AS, Answer, as_http, login, request
from troupe.local.functions import FunctionFailed
from troupe.local.up.process import AgentProcess, Tell
from troupe.local.world import Function


class Reception:
    """Answers one visitor after the other."""

    def __init__(self, root: Path, tell: Tell) -> None:
        self._root = root
        self._tell = tell
        self._lock = threading.Lock()
        self._desk: Function | None = None
        self._process: AgentProcess | None = None

    def take_on(self, desk: Function | None, endpoint: str) -> None:
        """From now on this function answers; None: nobody does. A changed one starts anew for its next visitor."""
        if desk == self._desk:
            return
        with self._lock:
            self._end()
            self._desk = desk
            self._process = AgentProcess(desk, self._root, endpoint, self._tell) if desk else None

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """The desk's answer to an HTTP request. Raises LocalCloudError when there is no desk or it failed."""
        parts = urlsplit(url)
        user = next((value for name, value in headers.items() if name.lower() == AS), login() or "somebody")
        asked = request(method, parts.path, parts.query, headers, body, user)
        with self._lock:
            if self._process is None:
                raise LocalCloudError("This project has no desk: functions/platform/desk is missing.")
            try:
                return as_http(self._invoked(self._process, asked))
            except FunctionFailed as error:
                raise LocalCloudError(f"The desk did not answer: {error}.") from error

    def stop(self) -> None:
        """Ends its process; does not wait for a visitor."""
        self._end()

    def _invoked(self, process: AgentProcess, asked: dict[str, Any]) -> Any:
        if process.pid is None:
            process.start()
        return process.invoke(asked)

    def _end(self) -> None:
        if self._process is not None:
            self._process.stop()
