"""How people on this machine speak to the desk: the same function, given the request that its URL would give it."""

from __future__ import annotations

import base64
import getpass
import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from troupe.local.errors import LocalCloudError
from troupe.runtime.contract import Event
from troupe.runtime.envelope import wire
from troupe.runtime.person import Person, fields_of

AS = "x-troupe-as"
"""The header that says as whom one speaks to the desk of `troupe up`."""

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body over HTTP."""

Invoke = Callable[[dict[str, Any]], Any]
"""Calls the desk's function."""


class TurnedAway(LocalCloudError):
    """The desk has refused; its own sentence."""


def say(invoke: Invoke, event: Event, correlation_id: str = "") -> str:
    """Says it as the person whom it names, else as whoever sits here; returns the correlation id. Raises TurnedAway.

    On this machine one may speak as anybody, to try out what takes two; claims are the stage's all the same.
    """
    path, _, query = address(event.type_name(), correlation_id).partition("?")
    body = json.dumps(wire(event), ensure_ascii=False).encode()
    status, _, answer = as_http(invoke(request("POST", path, query, {}, body, speaker(event))))
    return accepted(status, answer)


def address(type_name: str, correlation_id: str) -> str:
    """Where the desk takes events of this type; correlation_id: of the story that it belongs to, if there is one."""
    return f"/events/{quote(type_name)}" + (f"?{urlencode({'correlation': correlation_id})}" if correlation_id else "")


def accepted(status: int, answer: bytes) -> str:
    """The correlation id of what the desk has accepted. Raises TurnedAway."""
    said = json.loads(answer)
    if status != 202:
        raise TurnedAway(str(said["error"]))
    return str(said["correlation_id"])


def speaker(event: Event) -> str:
    """The id of the person whom the event names, else the login name of whoever sits here."""
    persons = (getattr(event, name) for name in fields_of(type(event), Person))
    return next((person.id for person in persons if person and person.id), "") or login() or "somebody"


def login() -> str:
    """Who is at the keyboard, by the machine's word; empty where it has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, user: str) -> dict[str, Any]:
    """An HTTP request as Lambda gives it to a function with a URL (payload format 2.0), its signature checked.

    user: the ARN of the IAM identity that signed it; on one machine the login name.
    """
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {
            "accountId": "anonymous",
            "authorizer": {"iam": {"userArn": user}},
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": int(time.time() * 1000),
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def as_http(answer: Mapping[str, Any]) -> Answer:
    """What a function with a URL has answered, as Lambda sends it."""
    body = str(answer.get("body", ""))
    raw = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return int(answer["statusCode"]), dict(answer.get("headers", {})), raw
