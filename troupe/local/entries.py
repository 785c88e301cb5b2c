"""PutEvents: which entries EventBridge takes, and the envelope that it makes of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

MAX_ENTRIES = 10
MAX_REQUEST_BYTES = 1_048_576
_TIME_BYTES = 14


class InvalidRequest(ValueError):
    """The request as a whole is refused: a ValidationException."""


class InvalidEntry(ValueError):
    """One entry is refused; the others are not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sent:
    """An event as EventBridge has it."""

    event: dict[str, Any]
    """The envelope, parsed: what patterns are matched against."""
    text: str
    """The envelope as it is delivered, with the detail exactly as it was sent."""

    @classmethod
    def of(cls, outer: dict[str, Any], detail: dict[str, Any], text: str) -> Sent:
        head = json.dumps(outer, separators=(",", ":"))
        return cls({**outer, "detail": detail}, f'{head[:-1]},"detail":{text}}}')


def check_request(entries: list[dict[str, Any]]) -> None:
    """Raises InvalidRequest for too many entries, or too few, or too large ones."""
    if not 1 <= len(entries) <= MAX_ENTRIES:
        raise InvalidRequest(f"A request holds 1 to {MAX_ENTRIES} entries; this one has {len(entries)}.")
    if sum(map(entry_bytes, entries)) > MAX_REQUEST_BYTES:
        raise InvalidRequest("Total size of the entries in the request is over the limit.")


def entry_bytes(entry: dict[str, Any]) -> int:
    """The size of an entry as EventBridge counts it: time, source, detail-type, detail and resources."""
    texts = [entry.get(name) or "" for name in ("Source", "DetailType", "Detail")] + (entry.get("Resources") or [])
    size = sum(len(str(text).encode("utf-8", "surrogatepass")) for text in texts)
    return size + (_TIME_BYTES if entry.get("Time") is not None else 0)


def accept(entry: dict[str, Any], event_id: str, account: str, region: str) -> Sent:
    """The event that an entry becomes. Raises InvalidEntry."""
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            raise InvalidEntry(
                "InvalidArgument", f"Parameter {name} is not valid. Reason: {name} is a required argument."
            )
    if entry["Source"].startswith("aws."):
        raise InvalidEntry("NotAuthorizedForSourceException", "Not authorized for the source.")
    outer = {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": account,
        "time": _time(entry.get("Time")),
        "region": region,
        "resources": entry.get("Resources") or [],
    }
    return Sent.of(outer, _detail(entry["Detail"]), entry["Detail"].strip())


def _time(given: Any) -> str:
    moment = datetime.now(UTC)
    if isinstance(given, int | float):
        moment = datetime.fromtimestamp(given, UTC)
    elif given:
        moment = datetime.fromisoformat(str(given).replace("Z", "+00:00")).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _detail(text: str) -> dict[str, Any]:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is no JSON")

    try:
        text.encode()
        detail = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise InvalidEntry("MalformedDetail", "Detail is malformed.") from None
    if not isinstance(detail, dict):
        raise InvalidEntry("MalformedDetail", "Detail is malformed.")
    return detail
