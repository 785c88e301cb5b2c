"""A name that one decision has at a time, by one conditional write."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from moto import mock_aws

from tests.runtime.stage import ENVIRONMENT
from troupe.adapters.claims import Claims
from troupe.runtime.aws import client
from troupe.runtime.settings import RuntimeSettings


@pytest.fixture
def claims() -> Iterator[Claims]:
    with patch.dict("os.environ", ENVIRONMENT | {"TROUPE_AGENT": "shop.clerk"}), mock_aws():
        settings = RuntimeSettings.from_environment()
        client("dynamodb").create_table(
            TableName=settings.names.decisions,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield Claims.open(settings)


def test_a_name_is_the_first_decisions_on_every_attempt_and_nobody_elses(claims: Claims) -> None:
    asked = [("a", "k1"), ("a", "k2"), ("a", "k1"), ("b", "k2"), ("a", "k2")]
    assert [claims.claim(name, by=key, lease_s=60) for name, key in asked] == [True, False, True, True, False]


def test_after_the_lease_another_decision_may_have_it(claims: Claims) -> None:
    with patch("time.time", return_value=1000):
        assert claims.claim("a", by="k1", lease_s=60)
    with patch("time.time", return_value=1059):
        assert not claims.claim("a", by="k2", lease_s=60)
    with patch("time.time", return_value=1060):
        assert claims.claim("a", by="k2", lease_s=60)
        assert not claims.claim("a", by="k1", lease_s=60), "who comes back too late has lost it"


def test_names_lie_in_the_agents_own_part_of_the_table_whatever_they_are(claims: Claims) -> None:
    assert claims.claim("x" * 5000 + "\n\x00é", by="k1", lease_s=60)
    (item,) = client("dynamodb").scan(TableName=RuntimeSettings.from_environment().names.decisions)["Items"]
    assert item["pk"]["S"].startswith("shop.clerk#claim#")
