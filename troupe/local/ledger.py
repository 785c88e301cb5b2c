"""A payment provider for this machine, on 127.0.0.1: it moves no money, and counts keys as a real one must.

It speaks what troupe/adapters/payments.py asks. Receipts follow from keys, so a restart forgets nothing that matters.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

_LONGEST = 65_536
_FIELDS = {"/charges": {"amount", "currency"}, "/refunds": {"charge"}}
_MORE = {"/charges": {"card"}, "/refunds": set[str]()}
DECLINED = "card_declined"
"""The token of a card that never pays, as every provider's test account has one."""


class Ledger:
    """What was charged and given back, by idempotency key."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, str]] = {}
        """By key: what was asked for, under `path` the way it was asked. Each was made once."""
        self.attempts: Counter[str] = Counter()
        """By key: how often it came."""
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Nothing was ever charged."""
        with self._lock:
            self.entries.clear()
            self.attempts.clear()

    def answer(self, path: str, key: str, body: Any) -> tuple[int, dict[str, str]]:
        """Makes an entry, or finds it made: status and body of the answer."""
        if path not in _FIELDS:
            return 404, {"error": "There are /charges and /refunds here."}
        if not key:
            return 400, {"error": "The header Idempotency-Key is missing."}
        if (
            not isinstance(body, dict)
            or not _FIELDS[path] <= body.keys() <= _FIELDS[path] | _MORE[path]
            or not all(isinstance(v, str) for v in body.values())
        ):
            return 400, {"error": f"{path} takes {' and '.join(sorted(_FIELDS[path]))}, as text."}
        entry = {"path": path, **body}
        with self._lock:
            self.attempts[key] += 1
            if body.get("card") == DECLINED:
                return 402, {"error": "The card was declined."}
            if self.entries.setdefault(key, entry) != entry:
                return 422, {"error": "This key was used for something else."}
        return 200, {"id": _receipt(key)}

    def kept(self) -> dict[str, Decimal]:
        """By the receipt of each charge: what is left of it after its refunds; negative after one too many."""
        with self._lock:
            entries = dict(self.entries)
        left = {_receipt(key): Decimal(e["amount"]) for key, e in entries.items() if e["path"] == "/charges"}
        charged = dict(left)
        for entry in entries.values():
            if entry["path"] == "/refunds":
                left[entry["charge"]] = left.get(entry["charge"], Decimal(0)) - charged.get(entry["charge"], Decimal(0))
        return left


def _receipt(key: str) -> str:
    return f"local_{hashlib.sha256(key.encode()).hexdigest()[:24]}"


@contextmanager
def serving(ledger: Ledger) -> Iterator[str]:
    """The ledger at a free port of 127.0.0.1, until the block ends; its URL, as the stage's parameter gives it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.ledger = ledger  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    timeout: ClassVar[float] = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LONGEST:
            self._say(413, {"error": "Say how long the body is; 65,536 bytes at most."})
            return
        try:
            body = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            self._say(400, {"error": "The body is no JSON."})
            return
        ledger: Ledger = self.server.ledger  # type: ignore[attr-defined]
        self._say(*ledger.answer(self.path, self.headers.get("Idempotency-Key", ""), body))

    def _say(self, status: int, body: dict[str, str]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """It says nothing on the terminal: the agents do."""
