"""Charging a card over a real socket: once per key, whatever happens to the answer."""

from __future__ import annotations

import json
import socket
from decimal import Decimal
from http.client import HTTPConnection
from unittest.mock import patch

import pytest
from moto import mock_aws

from tests.effects.till import answering, till
from tests.runtime.stage import ENVIRONMENT
from troupe.adapters import payments
from troupe.adapters.payments import Payments, PaymentsError
from troupe.local import ledger as ledgers
from troupe.runtime.aws import client
from troupe.runtime.settings import RuntimeSettings

KEY = "shop.till#" + "ab" * 32
PRICE = Decimal("12.50")


def test_a_retry_with_the_same_key_charges_once() -> None:
    with till() as (need, ledger):
        first = need.charge(PRICE, "EUR", key=KEY)
        assert need.charge(PRICE, "EUR", key=KEY) == first
        assert ledger.entries == {f"charge:{KEY}": {"path": "/charges", "amount": "12.50", "currency": "EUR"}}
        assert ledger.attempts == {f"charge:{KEY}": 2}
        assert need.charge(PRICE, "EUR", key=f"{KEY}/deposit") != first
        assert len(ledger.entries) == 2


def test_a_lost_answer_is_asked_for_again() -> None:
    with till() as (need, ledger):
        with answering(ledger, 500, {"error": "on fire"}), pytest.raises(PaymentsError, match="500: on fire") as raised:
            need.charge(PRICE, "EUR", key=KEY)
        assert raised.value.kind == "unavailable"
        need.charge(PRICE, "EUR", key=KEY)
        assert len(ledger.entries) == 1


def test_a_charge_and_its_refund_may_come_from_one_decision() -> None:
    with till() as (need, ledger):
        receipt = need.charge(PRICE, "EUR", key=KEY)
        assert need.refund(receipt, key=KEY) == need.refund(receipt, key=KEY) != receipt
        assert ledger.entries[f"refund:{KEY}"] == {"path": "/refunds", "charge": receipt}


def test_a_key_for_something_else_is_refused() -> None:
    with till() as (need, _):
        need.charge(PRICE, "EUR", key=KEY)
        with pytest.raises(PaymentsError, match="used for something else") as raised:
            need.charge(PRICE * 2, "EUR", key=KEY)
        assert raised.value.kind == "refused"
        assert not Payments.is_outage(raised.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(402, "refused"), (422, "refused"), (301, "unavailable"), (401, "unavailable"), (403, "unavailable"),
     (409, "unavailable"), (429, "unavailable"), (503, "unavailable"), (200, "unavailable")],
)  # fmt: skip
def test_what_the_provider_says(status: int, kind: str) -> None:
    said = {"id": "", "error": "no\nmoney"}
    with till() as (need, ledger), answering(ledger, status, said), pytest.raises(PaymentsError) as raised:
        need.charge(PRICE, "EUR", key=KEY)
    assert raised.value.kind == kind
    assert Payments.is_outage(raised.value) == (kind == "unavailable")
    assert "\n" not in raised.value.message


def test_nobody_there_and_somebody_silent_are_outages() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        need = Payments(f"http://127.0.0.1:{bound.getsockname()[1]}", "sk_secret")
        with pytest.raises(PaymentsError) as raised:
            need.charge(PRICE, "EUR", key=KEY)
        bound.listen()
        with patch.object(payments, "TIMEOUT_S", 0.1), pytest.raises(PaymentsError) as silent:
            need.charge(PRICE, "EUR", key=KEY)
    for error in (raised.value, silent.value):
        assert error.kind == "unavailable"
        assert "sk_secret" not in str(error)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_no_amount(amount: str) -> None:
    with till() as (need, ledger):
        with pytest.raises(ValueError, match="more than nothing"):
            need.charge(Decimal(amount), "EUR", key=KEY)
        assert not ledger.attempts


@pytest.mark.parametrize("key", ["", "two words", "a\r\nX-Evil: 1", "é", "x" * 241])
def test_no_key(key: str) -> None:
    with till() as (need, ledger):
        with pytest.raises(ValueError, match=r"ctx\.key"):
            need.charge(PRICE, "EUR", key=key)
        assert not ledger.attempts


def test_only_this_machine_is_spoken_to_in_the_open() -> None:
    for url in ("http://pay.example.com", "http://127.0.0.1.example.com", "ftp://x", "pay.example.com", "https://"):
        with pytest.raises(ValueError, match="https"):
            Payments(url)
    Payments("https://pay.example.com/v1")


@mock_aws
@patch.dict("os.environ", ENVIRONMENT | {"TROUPE_AGENT": "shop.till"})
def test_the_stage_says_where_the_provider_is() -> None:
    settings, ssm = RuntimeSettings.from_environment(), client("ssm")
    with pytest.raises(PaymentsError, match=r"put .* into the SSM parameter /troupe/test/payments"):
        Payments.open(settings)

    def place(value: str) -> None:
        ssm.put_parameter(Name="/troupe/test/payments", Value=value, Type="String", Overwrite=True)

    for value in ("https://x", "[]", "{}", '{"url": "http://pay.example.com"}', '{"url": "https://x:port"}'):
        place(value)
        with pytest.raises(PaymentsError, match="/troupe/test/payments is not understood"):
            Payments.open(settings)
    with till() as (_, ledger), ledgers.serving(ledger) as url:
        place(json.dumps({"url": url, "secret": "troupe-test-payments"}))
        with pytest.raises(
            PaymentsError, match="secret troupe-test-payments cannot be read: ResourceNotFound"
        ) as raised:
            Payments.open(settings)
        assert raised.value.kind == "unavailable"
        client("secretsmanager").create_secret(Name="troupe-test-payments", SecretString="sk_1\n")
        with patch("http.client.HTTPConnection.request", autospec=True, side_effect=HTTPConnection.request) as request:
            Payments.open(settings).charge(PRICE, "EUR", key=KEY)
        assert request.call_args.args[-1]["Authorization"] == "Bearer sk_1"
    assert list(ledger.entries) == [f"charge:{KEY}"]
