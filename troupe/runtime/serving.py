"""HTTP instead of a queue: what a handler under `@agent.serve` takes and gives, and the turn around it.

The other side is a Lambda function URL (payload format 2.0). It has checked the caller's signature; who the caller is
stands in the request that Lambda made, not in anything that the caller can write.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from troupe.runtime.agent import Agent
    from troupe.runtime.services import Services

_WORTH_ZIPPING = 100_000
_MAX_ANSWER = 6_000_000
"""Bytes of an answer, headers included; Lambda takes 6 MB (Lambda quotas, synchronous invocation)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks over HTTP."""

    method: str
    path: tuple[str, ...]
    """`/stories/c-1` → `("stories", "c-1")`."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes
    caller: str
    """The ARN of the IAM identity that signed the request; on one machine the login name."""


@dataclass(frozen=True, slots=True)
class Response:
    """The answer: text, or bytes; a mapping is sent as JSON."""

    status: int
    body: str | bytes | Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Raised by a handler to answer with this status and one clear sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def serve(agent: Agent, services: Services, event: dict[str, Any]) -> dict[str, Any]:
    """Answers one request. What a handler raises becomes 500 and a line in the log; its caller learns no more."""
    (handler,) = agent.handlers
    about: dict[str, Any] = {}
    zips = False
    try:
        request = _request(event)
        zips = "gzip" in request.headers.get("accept-encoding", "")
        about = {"method": request.method, "path": "/" + "/".join(request.path), "caller": request.caller}
        needs = {name: services.need(kind) for name, kind in handler.needs.items()}
        response: Response = handler.function(**{str(handler.request_parameter): request}, **needs)
    except Refused as refusal:
        response = Response(refusal.status, {"error": str(refusal)})
    except Exception:
        services.log.exception("the request could not be answered", **about)
        response = Response(500, {"error": "Something failed here; its reason stands in the log. Try again later."})
    answer = _as_lambda_takes_it(response, zips=zips)
    services.log.info("answered", status=answer["statusCode"], **about)
    return answer


def _request(event: dict[str, Any]) -> Request:
    context = event["requestContext"]
    caller = ((context.get("authorizer") or {}).get("iam") or {}).get("userArn")
    if not caller:
        raise Refused(403, "Nobody signed this request; sign it with your AWS credentials (SigV4, service lambda).")
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, UnicodeEncodeError):
        raise Refused(400, "The body cannot be read.") from None
    return Request(
        method=str(context["http"]["method"]),
        path=tuple(unquote(part) for part in str(event.get("rawPath", "")).split("/") if part),
        query=dict(parse_qsl(str(event.get("rawQueryString", "")))),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=raw,
        caller=str(caller),
    )


def _as_lambda_takes_it(response: Response, *, zips: bool) -> dict[str, Any]:
    """Compressed when it is long and the caller unpacks it; an apology when it is still longer than Lambda carries."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    body = response.body
    if isinstance(body, Mapping):
        headers["content-type"] = "application/json"
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if zips and len(body) > _WORTH_ZIPPING:
        headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        body = gzip.compress(body if isinstance(body, bytes) else body.encode(), mtime=0)
    answer = {
        "statusCode": response.status,
        "headers": headers | dict(response.headers),
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }
    if (size := len(json.dumps(answer, ensure_ascii=False).encode())) > _MAX_ANSWER:
        tip = "" if zips else " Ask with Accept-Encoding: gzip."
        sentence = f"The answer has {size:,} bytes, and a function URL carries {_MAX_ANSWER:,}.{tip}"
        return _as_lambda_takes_it(Response(413, {"error": sentence}), zips=False)
    return answer
