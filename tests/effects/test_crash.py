"""An outside effect and a crash: what the turn promises, and what only the other side can."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from tests.effects.till import till
from tests.runtime.stage import Stage, stage
from troupe import Agent, Context, Envelope, Event
from troupe.adapters.payments import Payments
from troupe.local.ledger import Ledger

pytestmark = pytest.mark.thorough


class OrderPlaced(Event, root=True):
    total: str


class OrderPaid(Event, terminal=True):
    receipt: str


agent = Agent(id="shop.till")


@agent.on
def charge(event: OrderPlaced, payments: Payments, context: Context) -> OrderPaid:
    """Charges what the order costs."""
    return OrderPaid(receipt=payments.charge(Decimal(event.total), "EUR", key=context.key))


class Crash(BaseException):
    """The process dies."""


@pytest.fixture
def shop() -> Iterator[tuple[Stage, Ledger]]:
    with till() as (need, ledger), stage(agent) as here, patch.object(Payments, "open", lambda settings: need):
        yield here, ledger


def dying_at(call: str) -> Any:
    def before(name: str, params: dict[str, Any]) -> None:
        if name == call:
            raise Crash

    return before


def test_a_crash_before_the_record_attempts_twice_with_one_key(shop: tuple[Stage, Ledger]) -> None:
    here, ledger = shop
    order = Envelope.root(OrderPlaced(total="12.50"), "troupe.test")
    here.before = dying_at("dynamodb.PutItem")
    with pytest.raises(Crash):
        here.deliver(agent, order)
    assert list(ledger.attempts.values()) == [1]
    here.before = None
    assert here.deliver(agent, order, attempt=2) == []
    assert list(ledger.attempts.values()) == [2], "two attempts, one key"
    assert len(ledger.entries) == 1, "charged once"
    assert here.types() == ["OrderPaid"]


def test_a_crash_after_the_record_does_not_attempt_again(shop: tuple[Stage, Ledger]) -> None:
    here, ledger = shop
    order = Envelope.root(OrderPlaced(total="12.50"), "troupe.test")
    here.before = dying_at("events.PutEvents")
    with pytest.raises(Crash):
        here.deliver(agent, order)
    here.before = None
    assert here.deliver(agent, order, attempt=2) == []
    assert list(ledger.attempts.values()) == [1]
    assert here.types() == ["OrderPaid"]


def test_two_orders_are_two_keys(shop: tuple[Stage, Ledger]) -> None:
    here, ledger = shop
    assert here.deliver(agent, OrderPlaced(total="1"), OrderPlaced(total="1")) == []
    assert sorted(ledger.attempts.values()) == [1, 1]
