"""What payment says and does: a no is a decision, an outage is not, and only what was charged is given back."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.orders import (
    OrderPlaced,
    OrderShipped,
    PaymentCleared,
    PaymentDeclined,
    PaymentRefunded,
    ShipmentCalledOff,
)
from troupe.adapters.payments import PaymentsError

from .agent import settle
from .till import charge

ORDER = OrderPlaced.model_validate(OrderPlaced.example)


class Provider:
    def __init__(self, error: PaymentsError | None = None) -> None:
        self.error = error
        self.asked: list[tuple[Any, ...]] = []

    def charge(self, amount: Any, currency: str, *, key: str, card: str) -> str:
        self.asked.append((str(amount), currency, key, card))
        if self.error:
            raise self.error
        return "receipt"

    def refund(self, receipt: str, *, key: str) -> str:
        self.asked.append((receipt, key))
        return "refund"


def test_the_price_is_charged_to_the_card_under_the_key() -> None:
    provider: Any = Provider()
    assert charge(ORDER, provider, "k") == PaymentCleared(receipt="receipt", amount=ORDER.price, currency="EUR")
    assert provider.asked == [("64.00", "EUR", "k", "card_ada")]


def test_a_no_is_a_decision_and_an_outage_is_not() -> None:
    no: Any = Provider(PaymentsError("refused", "no credit"))
    assert charge(ORDER, no, "k") == PaymentDeclined(reason="no credit")
    down: Any = Provider(PaymentsError("unavailable", "on fire"))
    with pytest.raises(PaymentsError, match="on fire"):
        charge(ORDER, down, "k")


@pytest.mark.parametrize(
    ("answer", "decision", "said", "asked"),
    [
        (PaymentCleared(receipt="r", amount=1, currency="EUR"), ShipmentCalledOff(reasons=["no"]),
         PaymentRefunded(receipt="refund"), [("r", "k")]),
        (PaymentCleared(receipt="r", amount=1, currency="EUR"), OrderShipped(parcel="TRP-1"), None, []),
        (PaymentDeclined(reason="no"), ShipmentCalledOff(reasons=["no"]), None, []),
    ],
)  # fmt: skip
def test_settle(answer: Any, decision: Any, said: Any, asked: list[Any]) -> None:
    class Turn:
        key = "k"

    provider: Any = Provider()
    turn: Any = Turn()
    assert settle(answer, decision, provider, turn) == said
    assert provider.asked == asked
