"""Everything that speaks against an order is a reason, and one is enough."""

from __future__ import annotations

from itertools import product
from typing import Any

from contracts.orders import (
    FraudCleared,
    FraudSuspected,
    OrderPlaced,
    OrderShipped,
    PaymentCleared,
    PaymentDeclined,
    ShipmentCalledOff,
    StockReserved,
    StockUnavailable,
)
from troupe import JoinExpired

from .decide import called_off_late, decide

STOCK = (StockReserved(reservation="r"), StockUnavailable(missing=["lamp", "rug"]))
PAYMENT = (PaymentCleared(receipt="r", amount=1, currency="EUR"), PaymentDeclined(reason="no"))
FRAUD = (FraudCleared(score=0), FraudSuspected(score=9, signs=["odd"]))
ADDRESS: dict[str, Any] = OrderPlaced.example["ship_to"]
ORDERS = tuple(
    OrderPlaced.model_validate({**OrderPlaced.example, "ship_to": {**ADDRESS, "country": country}})
    for country in ("DE", "AQ")
)


def test_only_four_times_yes_is_shipped() -> None:
    for no in product((0, 1), repeat=4):
        order, stock, payment, fraud = (side[i] for side, i in zip((ORDERS, STOCK, PAYMENT, FRAUD), no, strict=True))
        found = decide(order, stock, payment, fraud, "k")
        if any(no):
            assert isinstance(found, ShipmentCalledOff) and len(found.reasons) == sum(no)
        else:
            assert isinstance(found, OrderShipped)
            assert found == decide(order, stock, payment, fraud, "k") != decide(order, stock, payment, fraud, "l")


def test_who_does_not_answer_in_time_is_named() -> None:
    expired = JoinExpired(
        agent="orders.shipping", handler="ship", arrived=["OrderPlaced"], missing=["payment", "fraud"], within_s=900
    )
    assert called_off_late(expired).reasons == ["Nothing was heard about payment and fraud within 900 s."]
