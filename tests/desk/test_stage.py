"""`troupe ask --stage` over real HTTP: the signature is checked as AWS does, then the desk's function is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.desk.visitors import ADA, BEA, Visitors
from troupe.cli.asking import ask_stage
from troupe.local import front_door
from troupe.local.cloud import LocalCloud
from troupe.local.functions import administrator, environment
from troupe.operations.desk import Desk, DeskError
from troupe.runtime.contract import Event

SECRETS = {"AKIAADA": ("secret-ada", ADA), "AKIABEA": ("secret-bea", BEA), "TROUPELOCALADMIN": ("local", ADA)}
"""Access key → its secret, and whose it is."""


class FrontDoor(HTTPServer):
    """What stands before a function with a URL: checks the signature, passes the request on."""

    cloud: LocalCloud
    answers: list[tuple[int, bytes]]
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: FrontDoor

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(f"{self.command} {self.path}")
        if self.server.answers:
            self._say(self.server.answers[0][0], {}, self.server.answers.pop(0)[1])
            return
        caller = self._caller(body)
        if caller is None:
            self._say(403, {}, b'{"Message": "Forbidden"}')
            return
        parts = urlsplit(self.path)
        asked = front_door.request(self.command, parts.path, parts.query, dict(self.headers), body, caller)
        desk = self.server.cloud.world.desk
        assert desk is not None
        # One thread at a time: the caller waits for its answer, and the agents are done when it comes.
        answer = front_door.as_http(self.server.cloud.functions.invoke(desk, asked))
        self.server.cloud.run_until_idle()
        self._say(*answer)

    do_GET = do_POST = _serve

    def _caller(self, body: bytes) -> str | None:
        given = self.headers.get("Authorization", "")
        key = given.partition("Credential=")[2].partition("/")[0]
        if key not in SECRETS:
            return None
        region = given.split("/")[2]
        host = self.headers["Host"]
        again = AWSRequest(self.command, f"http://{host}{self.path}", {}, body)
        for name in given.partition("SignedHeaders=")[2].partition(",")[0].split(";"):
            again.headers[name] = self.headers[name]
        again.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = SigV4Auth(
            Credentials(key, SECRETS[key][0], self.headers.get("X-Amz-Security-Token")), "lambda", region
        )
        canonical = signer.canonical_request(again)
        signature = signer.signature(signer.string_to_sign(again, canonical), again)
        return SECRETS[key][1] if given.endswith(f"Signature={signature}") else None

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None: ...


@pytest.fixture
def door(visitors: Visitors) -> Iterator[FrontDoor]:
    server = FrontDoor(("127.0.0.1", 0), _Handler)
    server.cloud, server.answers, server.asked = visitors.cloud, [], []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    visitors.cloud.parameters.put(visitors.cloud.names.parameter("desk"), f"http://127.0.0.1:{server.server_port}/")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def desk(door: FrontDoor, pauses: list[float]) -> Desk:
    return Desk(door.cloud.names, sleep=pauses.append)


@contextmanager
def signed(key: str, secret: str = "") -> Iterator[None]:
    """Inside, requests are signed with this key."""
    own = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret or SECRETS.get(key, ("?", ""))[0]}
    with environment(administrator() | own):
        yield


def asking(question: str) -> Event:
    from contracts.query import QueryReceived

    return QueryReceived(question=question)


def test_a_signed_question_is_asked_by_whom_the_key_belongs_to(desk: Desk) -> None:
    with signed("AKIAADA"):
        story = desk.say(asking("who?"))
        assert desk.wait(story, 10)["outcome"] == "done"
        assert desk.view(story) == f"<p>{ADA}"
        told = desk.story(story)
    assert [event.type for event in told.events] == ["QueryReceived", "ViewRendered"]
    assert told.end is not None and told.end.data == {"told": ""}
    with signed("AKIABEA"), pytest.raises(DeskError, match=r"There is no story .* of yours"):
        desk.story(story)


@pytest.mark.parametrize(("key", "secret"), [("AKIAADA", "guessed"), ("AKIAEVE", "")])
def test_whoever_cannot_sign_is_told_which_policy_is_missing(
    desk: Desk, door: FrontDoor, key: str, secret: str
) -> None:
    with signed(key, secret), pytest.raises(DeskError, match="the policy troupe-dev-platform-desk-callers") as refused:
        desk.say(asking("who?"))
    assert refused.value.status == 403 and not door.cloud.events()


def test_the_desk_s_own_words_are_passed_on(desk: Desk, door: FrontDoor) -> None:
    door.answers.append((422, b'{"error": "The data breaks the contract."}'))
    with signed("AKIAADA"), pytest.raises(DeskError, match=r"^The data breaks the contract\.$"):
        desk.say(asking("who?"))
    assert len(door.asked) == 1, "a refusal is not tried again"


def test_throttled_and_failed_requests_come_again_as_the_same_event(
    desk: Desk, door: FrontDoor, pauses: list[float]
) -> None:
    door.answers += [(429, b"{}"), (502, b"oops")]
    with signed("AKIAADA"):
        story = desk.say(asking("who?"))
    assert len(door.asked) == 3 and pauses == [0.3, 0.6]
    assert len({event.metadata.id for event in door.cloud.events() if event.type == "QueryReceived"}) == 1
    door.answers += [(429, b"{}")] * 6
    with signed("AKIAADA"), pytest.raises(DeskError, match="turns requests away"):
        desk.wait(story, 10)


def test_waiting_bears_with_the_recorder_and_ends_with_patience(
    desk: Desk, door: FrontDoor, pauses: list[float]
) -> None:
    with signed("AKIAADA"):
        story = desk.say(asking("silence"))
        door.answers += [(404, b'{"error": "not yet"}')] * 2
        assert desk.wait(story, 0.2)["outcome"] == "open"
        assert pauses[:3] == [0.3, 0.3 * 1.5, 0.3 * 1.5 * 1.5]
        story = desk.say(asking("doubt"))
        status = desk.wait(story, 10)
        (request,) = desk.requests("1h")
    assert status["outcome"] == "waiting" and request["correlation_id"] == story


@pytest.mark.parametrize("incident", ["AgentFailed", "ChoreographyStalled"])
def test_who_waits_for_a_story_that_is_stuck_is_told_at_once(desk: Desk, door: FrontDoor, incident: str) -> None:
    mended = {"outcome": "open", "incidents": [{"type": "QueryError", "data": {}}]}
    stuck = {"outcome": "open", "incidents": [*mended["incidents"], {"type": incident, "data": {}}]}
    door.answers += [(200, json.dumps(status).encode()) for status in (mended, stuck)]
    with signed("AKIAADA"):
        assert desk.wait("any", 600) == stuck


def test_a_desk_that_is_not_there_is_a_sentence(desk: Desk, door: FrontDoor) -> None:
    door.shutdown()
    door.server_close()
    with signed("AKIAADA"), pytest.raises(DeskError, match="The desk of dev cannot be reached"):
        desk.say(asking("who?"))


@pytest.mark.parametrize(
    ("question", "outcome", "page"),
    [
        ("who?", "answered", f"<p>{ADA}"),
        ("fail", "failed", ""),
        ("doubt", "clarification", ""),
        ("long", "answered", "<p>long"),
    ],
)
def test_ask_stage_tells_what_a_local_ask_would(
    door: FrontDoor, root: Path, question: str, outcome: str, page: str
) -> None:
    said: list[str] = []
    answer, played = ask_stage(root, "dev", question, "", said.append)
    assert answer.outcome == outcome and any(answer.correlation_id in line for line in said)
    assert played.story.events[0].data["asked_by"]["id"] == ADA
    if page:
        assert answer.view is not None and answer.view.read_text().startswith(page)
    again, _ = ask_stage(root, "dev", "", answer.correlation_id, said.append)
    assert again == answer
