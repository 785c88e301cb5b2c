"""What inventory says and does about each meeting of its own answer with shipping's decision."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.orders import OrderShipped, ShipmentCalledOff, StockReleased, StockReserved, StockUnavailable

from .agent import settle

RESERVED, NOTHING = StockReserved(reservation="r"), StockUnavailable(missing=["lamp"])
SHIPPED, OFF = OrderShipped(parcel="TRP-1"), ShipmentCalledOff(reasons=["no"])


class Shelf:
    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []

    def take(self, reservation: str) -> None:
        self.done.append(("take", reservation))

    def release(self, reservation: str) -> None:
        self.done.append(("release", reservation))


@pytest.mark.parametrize(
    ("answer", "decision", "said", "done"),
    [
        (RESERVED, SHIPPED, None, [("take", "r")]),
        (RESERVED, OFF, StockReleased(), [("release", "r")]),
        (NOTHING, OFF, None, []),
    ],
)
def test_settle(answer: Any, decision: Any, said: Any, done: list[tuple[str, str]]) -> None:
    shelf: Any = Shelf()
    assert settle(answer, decision, shelf) == said
    assert shelf.done == done
