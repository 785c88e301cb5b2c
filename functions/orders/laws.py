"""Money and stock are conserved: what must hold once all orders have drained, whatever went wrong on the way.

Held against each other: what the event store says of each order, what the payment provider still keeps, and what is on
the shelves. The events alone would prove nothing, for an agent may say what it did not do.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from contracts.orders import OrderCancelled, OrderPlaced, OrderShipped, PaymentCleared
from troupe.local.simulation.laws import Aftermath

_OPENING = Path(__file__).parent / "inventory" / "opening.json"
_ENDS = (OrderShipped.type_name(), OrderCancelled.type_name())


def violations(after: Aftermath) -> Iterator[str]:
    """Every sentence that is not true."""
    orders = _orders(after)
    yield from _one_end(orders)
    yield from _money(orders, after.kept)
    yield from _stock(orders, after.items("stock"))
    yield from _told(orders, after)


def _orders(after: Aftermath) -> dict[str, dict[str, list[Any]]]:
    """By correlation, and then by type: the data of the events of every order that was admitted."""
    orders: dict[str, dict[str, list[Any]]] = {}
    for event in after.events:
        if not event.metadata.namespace:
            orders.setdefault(event.correlation_id, {}).setdefault(event.type, []).append(event.data)
    placed = OrderPlaced.type_name()
    return {id: said for id, said in orders.items() if placed in said and _is_whole(said[placed][0])}


def _is_whole(data: Any) -> bool:
    """False for an order that breaks its contract: nobody works on it."""
    return isinstance(data, dict) and data.keys() >= OrderPlaced.example.keys()


def _one_end(orders: dict[str, dict[str, list[Any]]]) -> Iterator[str]:
    """The platform may have given a story up before somebody finished it; the order itself ends once."""
    for id, said in orders.items():
        ends = [end for end in _ENDS for _ in said.get(end, ())]
        if len(ends) != 1:
            yield f"the order {id} ends with {' and '.join(ends) or 'nothing'}."


def _money(orders: dict[str, dict[str, list[Any]]], kept: dict[str, Decimal]) -> Iterator[str]:
    """Charged minus refunded is the price of an order that was shipped, and nothing for any other."""
    left = dict(kept)
    for id, said in orders.items():
        receipts = {paid["receipt"] for paid in said.get(PaymentCleared.type_name(), ())}
        has = sum((left.pop(receipt, Decimal(0)) for receipt in receipts), Decimal(0))
        due = Decimal(said[OrderPlaced.type_name()][0]["price"]) if _is_shipped(said) else Decimal(0)
        if has != due:
            yield f"the order {id} was charged {has} in the end and should have been {due}."
    for receipt, amount in left.items():
        if amount:
            yield f"the charge {receipt} of {amount} is of no order."


def _stock(orders: dict[str, dict[str, list[Any]]], items: list[dict[str, Any]]) -> Iterator[str]:
    """What there was is what is on the shelf and what was shipped; nothing is set aside any more."""
    opening: dict[str, int] = json.loads(_OPENING.read_text(encoding="utf-8"))
    shipped: Counter[str] = Counter()
    for said in orders.values():
        for line in said[OrderPlaced.type_name()][0]["lines"] if _is_shipped(said) else ():
            shipped[line["sku"]] += line["quantity"]
    on_hand = {item["pk"].removeprefix("article#"): int(item["on_hand"]) for item in items if "on_hand" in item}
    for sku, there in opening.items():
        here = on_hand.get(sku, there)
        if here < 0:
            yield f"{-here} more {sku} were promised than there are."
        if here + shipped[sku] != there:
            yield f"of {there} {sku} there are {here} on the shelf and {shipped[sku]} shipped."
    for item in items:
        if item.get("state") == "reserved":
            yield f"{item['pk']} is still set aside."


def _told(orders: dict[str, dict[str, list[Any]]], after: Aftermath) -> Iterator[str]:
    """The customer has heard of the end, from one decision: a second copy would be under the same key."""
    for id, said in orders.items():
        placed = said[OrderPlaced.type_name()][0]
        mine = {
            letter.key
            for letter in after.letters
            if letter.to == placed["email"] and placed["order_id"] in letter.subject
        }
        same = sum(placed["order_id"] == other[OrderPlaced.type_name()][0]["order_id"] for other in orders.values())
        if len(mine) != same:
            yield f"{len(mine)} letters tell how {placed['order_id']} ended, of {same} such orders; one is {id}."


def _is_shipped(said: dict[str, list[Any]]) -> bool:
    return OrderShipped.type_name() in said
