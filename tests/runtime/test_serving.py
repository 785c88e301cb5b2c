"""HTTP instead of a queue: the signature, the request that Lambda makes, the answer that it takes."""

from __future__ import annotations

import base64
import gzip
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from troupe import Agent, Envelope, Event, Person, Refused, Request, Response
from troupe.local.front_door import request
from troupe.runtime.services import Services
from troupe.runtime.serving import serve
from troupe.runtime.signature import SignatureError


class Bell(Event, root=True):
    """It rang."""

    rung_by: Person | None = None


def agent() -> Agent:
    return Agent(id="house.door", timeout_s=7)


class Log:
    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def info(self, message: str, **more: Any) -> None:
        self.lines.append((message, more))

    exception = info


def answered(response: Any, event: dict[str, Any]) -> tuple[dict[str, Any], Log]:
    door = agent()

    @door.serve
    def open_(asked: Request) -> Response:
        result = response(asked) if callable(response) else response
        if isinstance(result, Exception):
            raise result
        return cast(Response, result)

    log = Log()
    return serve(door, cast(Services, SimpleNamespace(log=log)), event), log


def test_an_agent_that_serves_does_nothing_else() -> None:
    door = agent()

    @door.serve
    def open_(asked: Request) -> Response:
        return Response(200, "")

    assert door.serves and door.function_timeout_s == 7
    with pytest.raises(SignatureError, match="an agent that serves does nothing else"):
        door.serve(open_)
    with pytest.raises(SignatureError, match="serves requests; it hears no events"):

        @door.on
        def ring(event: Bell) -> None: ...


def test_a_handler_that_serves_takes_a_request_and_returns_a_response() -> None:
    def silent(asked: Request) -> None: ...
    def deaf() -> Response: ...  # type: ignore[empty-body]
    def both(asked: Request, event: Bell) -> Response: ...  # type: ignore[empty-body]
    def raw(asked: Request, event: Envelope) -> Response: ...  # type: ignore[empty-body]

    for function in (silent, deaf, both, raw):
        with pytest.raises(SignatureError, match="serves: it takes one Request and what it needs"):
            agent().serve(cast(Any, function))
    with pytest.raises(SignatureError, match="the parameter asked is Request; a parameter is an event"):
        agent().on(cast(Any, silent))


def test_nobody_returns_what_a_person_says() -> None:
    def ring(event: Bell) -> Bell: ...  # type: ignore[empty-body]

    with pytest.raises(SignatureError, match=r"ring may return Bell, which is said by a person: only platform\.desk"):
        agent().on(ring)


def test_a_request_is_read_as_lambda_writes_it() -> None:
    seen: list[Request] = []
    event = request("PUT", "/a%2Fb//c/", "x=1&y=a%20b", {"X-Thing": "t"}, b"\xff\x00", "arn:aws:iam::1:user/ada")
    answered(lambda asked: seen.append(asked) or Response(200, ""), event)
    (asked,) = seen
    assert (asked.method, asked.path, asked.query) == ("PUT", ("a/b", "c"), {"x": "1", "y": "a b"})
    assert (asked.headers, asked.body, asked.caller) == ({"x-thing": "t"}, b"\xff\x00", "arn:aws:iam::1:user/ada")
    plain = {**event, "body": "ü", "isBase64Encoded": False}
    answered(lambda asked: seen.append(asked) or Response(200, ""), plain)
    assert seen[1].body == "ü".encode()


@pytest.mark.parametrize("authorizer", [None, {}, {"iam": None}, {"iam": {"userArn": ""}}])
def test_nobody_s_request_is_refused(authorizer: Any) -> None:
    event = request("GET", "/", "", {"authorization": "arn:aws:iam::1:user/root"}, b"", "x")
    event["requestContext"]["authorizer"] = authorizer
    answer, _ = answered(Response(200, "secret"), event)
    assert answer["statusCode"] == 403 and "secret" not in answer["body"]


def test_what_is_raised_is_a_status_and_a_sentence() -> None:
    event = request("GET", "/x", "", {}, b"", "ada")
    answer, log = answered(Refused(404, "No."), event)
    assert (answer["statusCode"], json.loads(answer["body"])) == (404, {"error": "No."})
    assert answer["headers"]["content-type"] == "application/json" and not answer["isBase64Encoded"]
    answer, log = answered(ValueError("the secret"), event)
    assert answer["statusCode"] == 500 and "secret" not in answer["body"]
    assert [line[0] for line in log.lines] == ["the request could not be answered", "answered"]
    assert log.lines[1][1] == {"status": 500, "method": "GET", "path": "/x", "caller": "ada"}


def test_a_long_answer_is_zipped_for_those_who_unpack_it_and_too_long_a_one_is_said() -> None:
    long = Response(200, "x" * 7_000_000)
    zips = request("GET", "/", "", {"Accept-Encoding": "br, gzip"}, b"", "ada")
    answer, _ = answered(long, zips)
    assert answer["isBase64Encoded"] and answer["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(base64.b64decode(answer["body"])) == b"x" * 7_000_000
    answer, log = answered(long, request("GET", "/", "", {}, b"", "ada"))
    assert answer["statusCode"] == 413 and "Accept-Encoding: gzip" in answer["body"]
    assert log.lines[0][1]["status"] == 413
