"""The endpoint as a server: who is heard, and how long polls wait without holding others up."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from troupe.local.errors import LocalCloudError
from troupe.local.up.server import PortTaken, Server

RECEIVE = {"X-Amz-Target": "AmazonSQS.ReceiveMessage", "Authorization": ""}


class Service:
    """What stands behind the server: answers with what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.answers: list[Any] = []

    def __call__(self, request: Any) -> Any:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else (200, {"Content-Type": "text/plain"}, "fine")
        if isinstance(answer, Exception):
            raise answer
        return answer


def desk(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    if path == "/closed":
        raise LocalCloudError("The desk is closed.")
    return 202, {"content-type": "text/plain"}, f"{method} {path} {body.decode()}".encode()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def connection(service: Service) -> Iterator[http.client.HTTPConnection]:
    server = Server(0, service, lambda: {"agents": []}, desk)
    server.start()
    yield http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    server.close()


def ask(
    connection: http.client.HTTPConnection, path: str, body: str = "", method: str = "POST", **headers: str
) -> tuple[int, bytes]:
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_the_service_is_the_one_that_was_signed_for(connection: http.client.HTTPConnection, service: Service) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=KEY/20300107/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    assert ask(connection, "/bucket/a%20b?x=1", "body", "PUT", Authorization=signature) == (200, b"fine")
    ask(connection, "/b/k?X-Amz-Credential=KEY%2F20300107%2Fus-east-1%2Fsqs%2Faws4_request", method="GET")
    first, second = service.asked
    assert (first.method, first.url, first.body) == (
        "PUT",
        "https://s3.us-east-1.amazonaws.com/bucket/a%20b?x=1",
        b"body",
    )
    assert second.url.startswith("https://sqs.us-east-1.amazonaws.com/b/k")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://example.com"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example:4566"}]
)
def test_a_web_page_is_not_answered(
    connection: http.client.HTTPConnection, service: Service, headers: dict[str, str]
) -> None:
    for path in ("/", "/_troupe/state"):
        assert ask(connection, path, "Action=ListQueues", **headers)[0] == 403
    assert service.asked == []


def test_a_fault_behind_it_is_an_answer(connection: http.client.HTTPConnection, service: Service) -> None:
    service.answers = [ValueError("broken")]
    status, body = ask(connection, "/")
    assert (status, json.loads(body)["message"]) == (500, "ValueError: broken")
    assert ask(connection, "/") == (200, b"fine")


def test_a_long_poll_asks_again_until_there_is_something(
    connection: http.client.HTTPConnection, service: Service
) -> None:
    empty, full = (200, {}, "{}"), (200, {}, '{"Messages": [{}]}')
    service.answers = [empty, empty, full, empty]
    assert ask(connection, "/", '{"WaitTimeSeconds": 20}', **RECEIVE)[1] == b'{"Messages": [{}]}'
    assert [json.loads(request.body) for request in service.asked] == [{"WaitTimeSeconds": 0}] * 3
    assert ask(connection, "/", '{"QueueUrl": "x"}', **RECEIVE) == (200, b"{}")
    assert len(service.asked) == 4, "without a time to wait it asks once"


def test_the_length_of_what_head_does_not_send_is_kept(
    connection: http.client.HTTPConnection, service: Service
) -> None:
    service.answers = [(200, {"content-length": "17"}, "")]
    connection.request("HEAD", "/bucket/key")
    answer = connection.getresponse()
    assert (answer.getheader("Content-Length"), answer.read()) == ("17", b"")
    assert ask(connection, "/") == (200, b"fine")


def test_what_is_too_large_is_refused_unread(connection: http.client.HTTPConnection, service: Service) -> None:
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    assert connection.getresponse().status == 413
    assert service.asked == []


def test_the_desk_answers_under_its_own_path(connection: http.client.HTTPConnection, service: Service) -> None:
    assert ask(connection, "/_troupe/desk/events/X?a=b", "body") == (202, b"POST /events/X?a=b body")
    assert ask(connection, "/_troupe/desk/closed") == (502, b'{"error": "The desk is closed."}')
    assert ask(connection, "/_troupe/desk/", Origin="https://elsewhere.example")[0] == 403, "no page speaks for you"
    assert service.asked == []


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"^Port {port} of 127.0.0.1 cannot be had \(.*\): stop .* --port\.$"):
            Server(port, Service(), dict, desk)
