"""Lambda's Runtime API for one process: hands out invocations and takes the answers.

After the Lambda Developer Guide, "Using the Lambda runtime API": `next` blocks until there is something to do, and the
first `next` says that the function has been loaded. One server per process, so that an answer cannot be another's.
"""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from typing import Any

_VERSION = "/2018-06-01/runtime/"


@dataclass(frozen=True, slots=True)
class Answered:
    """The function returned."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """The function raised, or could not be loaded."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The process is gone."""


Outcome = Answered | Raised | Ended


class RuntimeApi:
    """One process's side of the API, on a port of its own."""

    def __init__(self) -> None:
        self._invocations: SimpleQueue[tuple[dict[str, str], bytes] | None] = SimpleQueue()
        self._outcomes: SimpleQueue[tuple[str, Outcome]] = SimpleQueue()
        self._loaded: SimpleQueue[Outcome] = SimpleQueue()
        self._waits = False
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self
        self.address = f"127.0.0.1:{self._server.server_port}"
        """What AWS_LAMBDA_RUNTIME_API says."""
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def wait_loaded(self, seconds: float) -> Outcome | None:
        """How loading came out: Answered when the function waits for its first event; None while it still loads."""
        try:
            return self._loaded.get(timeout=seconds)
        except Empty:
            return None

    def invoke(self, event: Any, function_arn: str, deadline: float, seconds: float) -> Outcome | None:
        """Hands out an invocation and waits for its end; None when the time is up. `deadline` in s since the epoch."""
        id = str(uuid.uuid4())
        headers = {
            "Lambda-Runtime-Aws-Request-Id": id,
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": function_arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(deadline):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }
        self._invocations.put((headers, json.dumps(event).encode()))
        try:
            while True:
                answered, outcome = self._outcomes.get(timeout=seconds)
                if answered in (id, ""):
                    return outcome
        except Empty:
            return None

    def ended(self) -> None:
        """Whoever watches the process says that it is gone."""
        self._loaded.put(Ended())
        self._outcomes.put(("", Ended()))
        self._invocations.put(None)

    def close(self) -> None:
        """Frees the port."""
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> tuple[dict[str, str], bytes] | None:
        if not self._waits:
            self._waits = True
            self._loaded.put(Answered(None))
        return self._invocations.get()

    def take(self, path: str, body: bytes) -> None:
        """What the runtime posts. Raises KeyError for a path that is none of the API's."""
        match path.removeprefix(_VERSION).split("/"):
            case ["invocation", id, "response"]:
                self._outcomes.put((id, Answered(json.loads(body or b"null"))))
            case ["invocation", id, "error"]:
                self._outcomes.put((id, Raised(_reason(body))))
            case ["init", "error"]:
                self._loaded.put(Raised(_reason(body)))
            case _:
                raise KeyError(path)


def _reason(body: bytes) -> str:
    try:
        said = json.loads(body)
        return f"{said['errorType']}: {said['errorMessage']}"
    except (ValueError, KeyError, TypeError):
        return "the runtime did not say why"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: RuntimeApi

    def handle_error(self, *_: Any) -> None:
        """A process that was killed in the middle of a request; whoever watches it says so."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        found = self.server.api.next() if self.path == f"{_VERSION}invocation/next" else None
        if found is None:
            self._say(410, {}, b"")
        else:
            self._say(200, {"Content-Type": "application/json", **found[0]}, found[1])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self.server.api.take(self.path, body)
        except (KeyError, ValueError):
            self._say(400, {}, b"")
        else:
            self._say(202, {}, b"")

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None: ...
