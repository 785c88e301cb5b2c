"""What policies decide together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.tiny import allow, policy
from troupe.local.policies import Access, Principal, Verdict, decide, read

GET = Access("dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/t", {"aws:securetransport": ["true"]})
ROLE = Principal(arn="arn:aws:iam::1:role/r", account="1")


def deny(actions: str, resource: str, **more: Any) -> dict[str, Any]:
    return allow(actions, resource, **more) | {"Effect": "Deny"}


def verdict(*identity: dict[str, Any], resource: tuple[dict[str, Any], ...] = ()) -> Verdict:
    return decide(GET, ROLE, read(policy(*identity)), read(policy(*resource)))


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], False),
        ([allow("dynamodb:GetItem", "*")], True),
        ([allow("dynamodb:get*", "arn:aws:dynamodb:r:1:table/*")], True),
        ([allow("*", "*")], True),
        ([allow("dynamodb:PutItem", "*")], False),
        ([allow("dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/T")], False),
        ([allow("*", "*"), deny("dynamodb:*", "*")], False),
        ([deny("dynamodb:PutItem", "*"), allow("*", "*")], True),
        ([{"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"}], True),
        ([{"Effect": "Allow", "NotAction": "dynamodb:*", "Resource": "*"}], False),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:dynamodb:r:1:table/*"}], False),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:sqs:*"}], True),
        ([allow("*", "*", Condition={"Bool": {"aws:SecureTransport": "false"}})], False),
        ([allow("*", "*"), deny("*", "*", Condition={"Bool": {"aws:SecureTransport": "false"}})], True),
        # What cannot be judged never allows, and always denies.
        ([allow("*", "*", Condition={"Odd": {"aws:SecureTransport": "true"}})], False),
        ([allow("*", "*"), deny("*", "*", Condition={"Odd": {"aws:SecureTransport": "true"}})], False),
        ([allow("*", "*"), deny("sqs:*", "*", Condition={"Odd": {"aws:SecureTransport": "true"}})], True),
        ([allow("*", "arn:aws:dynamodb:r:1:table/${aws:username}")], False),
        ([allow("*", "*"), deny("*", "arn:aws:dynamodb:r:1:table/${aws:username}")], False),
        ([allow("*", "*", Condition={"NumericEquals": {"aws:SecureTransport": "5"}})], False),
    ],
)
def test_a_verdict(statements: list[dict[str, Any]], allowed: bool) -> None:
    assert verdict(*statements).allowed is allowed


def test_a_denial_gives_its_reason() -> None:
    assert "explicit deny" in verdict(deny("*", "*")).reason
    assert "no policy allows the dynamodb:GetItem action" in verdict().reason
    odd = allow("*", "*", Condition={"Odd": {"aws:SecureTransport": "true"}})
    assert "cannot judge the condition operator Odd" in verdict(odd).reason


@pytest.mark.parametrize(
    ("principal", "means_us"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": "arn:aws:iam::1:role/r"}, True),
        ({"AWS": ["arn:aws:iam::1:root"]}, True),
        ({"AWS": "arn:aws:iam::1:role/other"}, False),
        ({"Service": "events.amazonaws.com"}, False),
    ],
)
def test_the_principal_of_a_resource_s_policy(principal: Any, means_us: bool) -> None:
    assert verdict(resource=(allow("*", "*", Principal=principal),)).allowed is means_us
    assert verdict(allow("*", "*"), resource=(deny("*", "*", Principal=principal),)).allowed is not means_us


def test_a_service_has_only_the_resource_s_policy() -> None:
    events = Principal(service="events.amazonaws.com")
    statement = allow("*", "*", Principal={"Service": "events.amazonaws.com"})
    assert decide(GET, events, (), read(policy(statement))).allowed
    assert not decide(GET, Principal(service="sns.amazonaws.com"), (), read(policy(statement))).allowed
