"""What the customer reads. Plain text: nothing that an event says can become markup."""

from __future__ import annotations

from typing import NamedTuple

from contracts.orders import OrderCancelled, OrderPlaced, OrderShipped, ProductsRecommended


class Letter(NamedTuple):
    """Subject and text of an e-mail."""

    subject: str
    text: str


def shipped(order: OrderPlaced, end: OrderShipped) -> Letter:
    """The good news."""
    return Letter(
        f"Your order {order.order_id} is on its way",
        f"Dear {order.ship_to.name},\n\n{_content(order)} left our house under the number {end.parcel}.\n"
        f"We charged {order.price} {order.currency}.\n",
    )


def cancelled(order: OrderPlaced, end: OrderCancelled) -> Letter:
    """The bad news: by now it is true that nothing is charged."""
    return Letter(
        f"Your order {order.order_id} is cancelled",
        f"Dear {order.ship_to.name},\n\nwe cannot send you {_content(order)}.\n{' '.join(end.reasons)}\n"
        "You pay nothing: what we had charged, we have given back.\n",
    )


def suggested(event: ProductsRecommended) -> Letter:
    """An afterthought."""
    return Letter("This may go with it", f"Others also took: {', '.join(event.skus)}.\n")


def _content(order: OrderPlaced) -> str:
    return ", ".join(f"{line.quantity} × {line.sku}" for line in order.lines)
