"""Sending e-mail: what SES is asked for, and what becomes of its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from tests.runtime.stage import ENVIRONMENT
from troupe.adapters.mail import HEADER, Mail, MailError
from troupe.runtime.aws import client
from troupe.runtime.settings import RuntimeSettings

KEY = "shop.clerk#" + "ab" * 32


class Raw:
    def __init__(self, body: Any) -> None:
        self._body = json.dumps(body).encode()

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


@pytest.fixture
def ses() -> Iterator[tuple[list[Any], list[tuple[int, dict[str, str], Any]]]]:
    """What was asked of SES, and what it will answer: status, headers, body; by default that it has sent it."""
    asked: list[Any] = []
    answers: list[tuple[int, dict[str, str], Any]] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        asked.append(json.loads(request.body))
        status, headers, body = answers.pop(0) if answers else (200, {}, {"MessageId": f"m-{len(asked)}"})
        return AWSResponse(request.url, status, headers, Raw(body))  # type: ignore[arg-type]

    with patch.dict("os.environ", ENVIRONMENT | {"TROUPE_AGENT": "shop.clerk"}), mock_aws():
        events = client("sesv2").meta.events
        events.register_first("before-send.sesv2", answer)
        try:
            yield asked, answers
        finally:
            events.unregister("before-send.sesv2", answer)


def test_the_key_travels_in_a_header_the_same_on_each_attempt(ses: Any) -> None:
    asked, _ = ses
    need = Mail("shop@example.com")
    assert need.send("ann@example.com", "Your\r\nBcc: order", "Paid.", key=KEY) == "m-1"
    assert need.send("ann@example.com", "Your\r\nBcc: order", "Paid.", key=KEY) == "m-2", "SES sends it again"
    assert asked[0] == asked[1]
    assert asked[0]["FromEmailAddress"] == "shop@example.com"
    assert asked[0]["Destination"] == {"ToAddresses": ["ann@example.com"]}
    simple = asked[0]["Content"]["Simple"]
    assert simple["Headers"] == [{"Name": HEADER, "Value": KEY}]
    assert simple["Subject"]["Data"] == "Your Bcc: order"
    assert simple["Body"]["Text"]["Data"] == "Paid."


@pytest.mark.parametrize(
    ("code", "kind"),
    [("MessageRejected", "refused"), ("BadRequestException", "refused"), ("AccessDeniedException", "unavailable"),
     ("SendingPausedException", "unavailable")],
)  # fmt: skip
def test_what_ses_does_not_send(ses: Any, code: str, kind: str) -> None:
    ses[1].append((400, {"x-amzn-errortype": code}, {"message": "no"}))
    with pytest.raises(MailError, match=f"{code}: no") as raised:
        Mail("shop@example.com").send("ann@example.com", "x", "x", key=KEY)
    assert raised.value.kind == kind
    assert Mail.is_outage(raised.value) == (kind == "unavailable")


@pytest.mark.parametrize(
    "to", ["", "ann", "a@b.c, d@e.f", "a@b.c\nBcc: d@e.f", "Ann <a@b.c>", "a@b.c;d@e.f", "a@" + "b" * 256]
)
def test_it_goes_to_one_address(ses: Any, to: str) -> None:
    with pytest.raises(ValueError, match="one plain address"):
        Mail("shop@example.com").send(to, "x", "x", key=KEY)
    assert not ses[0]


def test_a_key_is_ctx_key(ses: Any) -> None:
    with pytest.raises(ValueError, match=r"ctx\.key"):
        Mail("shop@example.com").send("ann@example.com", "x", "x", key="a\r\nBcc: d@e.f")
    assert not ses[0]


def test_the_sender_is_the_stage_s(ses: Any) -> None:
    settings = RuntimeSettings.from_environment()
    with pytest.raises(MailError, match=r"put .* into the SSM parameter /troupe/test/mail"):
        Mail.open(settings)
    ssm = client("ssm")
    for value in ("shop@example.com", "[]", '{"from": "Ann <a@b.c>"}', '{"form": "a@b.c"}'):
        ssm.put_parameter(Name="/troupe/test/mail", Value=value, Type="String", Overwrite=True)
        with pytest.raises(MailError, match="/troupe/test/mail is not understood"):
            Mail.open(settings)
    ssm.put_parameter(Name="/troupe/test/mail", Value='{"from": "shop@example.com"}', Type="String", Overwrite=True)
    Mail.open(settings).send("ann@example.com", "x", "x", key=KEY)
    assert ses[0][0]["FromEmailAddress"] == "shop@example.com"
