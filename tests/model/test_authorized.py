"""What the local cloud lets a role ask of Bedrock: the model, its profile and the guardrail, each by its own grant."""

from __future__ import annotations

import json

import pytest

from troupe.local import calls
from troupe.local.accesses import Arns, NotMapped, needed
from troupe.local.policies import Access

ARNS = Arns("123456789012", "eu-central-1", lambda table, index: None)
MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
FOUNDATION = f"arn:aws:bedrock:eu-central-1::foundation-model/{MODEL}"
OWN = "arn:aws:bedrock:eu-central-1:123456789012:"
HEADERS = {"Authorization": "AWS4-HMAC-SHA256 Credential=KEY/20300101/eu-central-1/bedrock/aws4_request, Signature=x"}


def access(path: str, body: object = None, method: str = "POST") -> list[tuple[str, str]]:
    url = f"https://bedrock-runtime.eu-central-1.amazonaws.com{path}"
    call = calls.read(method, url, HEADERS, json.dumps(body or {}).encode())
    found: list[Access] = needed(call, ARNS)
    return [(a.action, a.resource) for a in found]


def test_a_model_by_its_id() -> None:
    assert access(f"/model/{MODEL.replace(':', '%3A')}/converse") == [("bedrock:InvokeModel", FOUNDATION)]
    assert access(f"/model/{MODEL}/invoke") == [("bedrock:InvokeModel", FOUNDATION)]


def test_a_profile_needs_the_model_as_well() -> None:
    assert access(f"/model/eu.{MODEL}/converse") == [
        ("bedrock:InvokeModel", f"{OWN}inference-profile/eu.{MODEL}"),
        ("bedrock:InvokeModel", FOUNDATION),
    ]


def test_a_model_by_its_arn() -> None:
    arn = f"{OWN}provisioned-model/abc"
    assert access(f"/model/{arn.replace(':', '%3A').replace('/', '%2F')}/converse") == [("bedrock:InvokeModel", arn)]


def test_a_stream_is_an_action_of_its_own() -> None:
    assert access(f"/model/{MODEL}/converse-stream") == [("bedrock:InvokeModelWithResponseStream", FOUNDATION)]


def test_a_guardrail_is_applied_by_leave() -> None:
    body = {"guardrailConfig": {"guardrailIdentifier": "abc", "guardrailVersion": "1"}}
    assert access(f"/model/{MODEL}/converse", body)[1:] == [("bedrock:ApplyGuardrail", f"{OWN}guardrail/abc")]


@pytest.mark.parametrize(("method", "path"), [("GET", f"/model/{MODEL}/converse"), ("POST", "/guardrail/abc/apply")])
def test_what_it_does_not_know_is_not_mapped(method: str, path: str) -> None:
    with pytest.raises(NotMapped):
        access(path, method=method)
