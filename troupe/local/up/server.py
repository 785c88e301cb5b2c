"""The AWS endpoint over HTTP, on the loopback only: the same services, judged by the same authorization.

Nothing is routed here: which service is meant stands in a request's signature, and behind that stands the endpoint
that the in-process cloud uses too.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest, HeadersDict

from troupe.local.backends import REGION, Response
from troupe.local.errors import LocalCloudError
from troupe.local.front_door import Answer
from troupe.local.up.presence import DESK_PATH, STATE_PATH

HOST = "127.0.0.1"
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([a-z0-9-]+)/aws4_request")
_WAIT_STEP_S = 0.1
MAX_BODY_BYTES = 64 * 1024 * 1024


class PortTaken(LocalCloudError):
    """Another program listens there."""


class Server:
    """Listens until it is closed.

    answer: AWS's side of a request. state: what `STATE_PATH` shows. desk: answers what comes under `DESK_PATH`.
    """

    def __init__(
        self, port: int, answer: Callable[[Any], Response], state: Callable[[], Any], desk: Callable[..., Answer]
    ) -> None:
        try:
            self._server = _Server((HOST, port), _Handler)
        except OSError as error:
            raise PortTaken(
                f"Port {port} of {HOST} cannot be had ({error.strerror}): stop the program that uses it, or choose "
                "another with --port."
            ) from None
        self._server.answer = answer
        self._server.state = state
        self._server.desk = desk
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self.url = f"http://{HOST}:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    answer: Callable[[Any], Response]
    state: Callable[[], Any]
    desk: Callable[..., Answer]

    def handle_error(self, *_: Any) -> None:
        """A client that was killed in the middle of a call; nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MAX_BODY_BYTES or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._say(413, {}, b"The local cloud takes bodies of a known size up to 64 MB.")
            return
        body = self.rfile.read(size)
        if _from_a_page(self.headers):
            self._say(403, {}, b"The local cloud does not answer web pages.")
        elif self.path == STATE_PATH:
            self._say(200, {"Content-Type": "application/json"}, json.dumps(self.server.state()).encode())
        elif self.path.startswith(f"{DESK_PATH}/"):
            self._ask_the_desk(body)
        else:
            self._answer(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve

    def _ask_the_desk(self, body: bytes) -> None:
        path = self.path.removeprefix(DESK_PATH)
        try:
            self._say(*self.server.desk(self.command, path, dict(self.headers.items()), body))
        except LocalCloudError as error:
            self._say(502, {"Content-Type": "application/json"}, json.dumps({"error": str(error)}).encode())

    def _answer(self, body: bytes) -> None:
        request = AWSPreparedRequest(self.command, self._url(), HeadersDict(self.headers.items()), body, False)
        try:
            status, headers, answer = _patiently(request, self.server.answer)
        except Exception as error:  # a call must end with an answer, or its caller waits for it
            reason = str(error) if isinstance(error, LocalCloudError) else f"{type(error).__name__}: {error}"
            self._say(500, {}, json.dumps({"__type": "InternalFailure", "message": reason}).encode())
            return
        content = answer.encode() if isinstance(answer, str) else answer
        length = str(len(content))
        if self.command == "HEAD":  # says how long the answer to GET would be
            length = next((str(v) for n, v in headers.items() if n.lower() == "content-length"), length)
        kept = {n: v for n, v in headers.items() if n.lower() not in _OURS}
        self._say(status, kept | {"Content-Length": length}, content)

    def _url(self) -> str:
        found = _SCOPE.search(self.headers.get("Authorization", "")) or _SCOPE.search(
            "Credential=" + parse_qs(urlsplit(self.path).query).get("X-Amz-Credential", [""])[0]
        )
        return f"https://{found[1] if found else 'unknown'}.{REGION}.amazonaws.com{self.path}"

    def _say(self, status: int, headers: dict[str, Any], body: bytes) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": len(body)} | headers).items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None: ...


_OURS = {"content-length", "server", "date", "connection", "transfer-encoding"}


def _from_a_page(headers: Any) -> bool:
    """Whether a browser sends this for some page: it could reach this port, and must not command anything here."""
    host = (headers.get("Host") or "").rsplit(":", 1)[0]
    foreign = host not in (HOST, "localhost") and not host.endswith(".localhost")
    return foreign or "Origin" in headers or "Sec-Fetch-Site" in headers


def _patiently(request: Any, answer: Callable[[Any], Response]) -> Response:
    """Answers; a long poll of SQS is a series of short ones, so that nobody else has to wait for it."""
    if not request.headers.get("X-Amz-Target", "").endswith(".ReceiveMessage"):
        return answer(request)
    try:
        asked = json.loads(request.body)
        until = time.monotonic() + min(20.0, float(asked.get("WaitTimeSeconds") or 0))
    except (ValueError, TypeError, AttributeError):
        return answer(request)
    request.body = json.dumps(asked | {"WaitTimeSeconds": 0}).encode()
    while True:
        response = answer(request)
        if time.monotonic() >= until or response[0] != 200 or json.loads(response[2] or "{}").get("Messages"):
            return response
        time.sleep(_WAIT_STEP_S)
