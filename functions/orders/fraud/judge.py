"""Signs of fraud, each with its weight."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from contracts.orders import FraudCleared, FraudSuspected, OrderPlaced

SUSPICIOUS = 5
"""The weight from which on an order is not to be shipped."""
_MUCH = Decimal(1000)
_MANY = 20


def judge(order: OrderPlaced) -> FraudCleared | FraudSuspected:
    """One sign alone may be a gift or a company; two are too many."""
    found = list(_signs(order))
    score = sum(weight for weight, _ in found)
    if score < SUSPICIOUS:
        return FraudCleared(score=score)
    return FraudSuspected(score=score, signs=[sign for _, sign in found])


def _signs(order: OrderPlaced) -> Iterator[tuple[int, str]]:
    if order.card.country != order.ship_to.country:
        yield 3, f"The card is from {order.card.country}, the parcel goes to {order.ship_to.country}."
    if order.price > _MUCH:
        yield 3, f"It costs {order.price} {order.currency}."
    for line in order.lines:
        if line.quantity > _MANY:
            yield 2, f"It is {line.quantity} times {line.sku}."
