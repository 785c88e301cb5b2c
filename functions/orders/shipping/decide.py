"""Whether an order leaves the house."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

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

REACHED = frozenset({"AT", "BE", "CH", "DE", "DK", "ES", "FR", "GB", "IT", "NL", "PL", "SE", "US"})
"""Countries that the carrier delivers to."""


def decide(
    order: OrderPlaced,
    stock: StockReserved | StockUnavailable,
    payment: PaymentCleared | PaymentDeclined,
    fraud: FraudCleared | FraudSuspected,
    key: str,
) -> OrderShipped | ShipmentCalledOff:
    """Follows from what was heard alone, so that a second thought is the same; the label's number, from the key."""
    reasons = list(_against(order, stock, payment, fraud))
    if reasons:
        return ShipmentCalledOff(reasons=reasons)
    return OrderShipped(parcel=f"TRP-{hashlib.sha256(key.encode()).hexdigest()[:12].upper()}")


def called_off_late(expired: JoinExpired) -> ShipmentCalledOff:
    """Who did not answer in time; what they say later is undone by them."""
    waiting = " and ".join(expired.missing)
    return ShipmentCalledOff(reasons=[f"Nothing was heard about {waiting} within {expired.within_s} s."])


def _against(
    order: OrderPlaced,
    stock: StockReserved | StockUnavailable,
    payment: PaymentCleared | PaymentDeclined,
    fraud: FraudCleared | FraudSuspected,
) -> Iterator[str]:
    if isinstance(stock, StockUnavailable):
        yield f"There is not enough of {', '.join(stock.missing)}."
    if isinstance(payment, PaymentDeclined):
        yield "The card does not pay."
    if isinstance(fraud, FraudSuspected):
        yield "It looks like fraud."
    if order.ship_to.country not in REACHED:
        yield f"The carrier does not deliver to {order.ship_to.country}."
