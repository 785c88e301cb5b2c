"""What goes with what was bought, once each, and nothing that was bought."""

from __future__ import annotations

from contracts.orders import OrderCancelled, OrderPlaced, OrderShipped, ProductsRecommended

from .advice import companions
from .agent import recommend

ORDER = OrderPlaced.model_validate(OrderPlaced.example)


def test_companions() -> None:
    assert companions(["desk", "chair"]) == ["lamp", "rug"]
    assert companions(["rug"]) == []


def test_only_what_was_shipped_is_advised_on() -> None:
    assert recommend(ORDER, OrderShipped(parcel="TRP-1")) == ProductsRecommended(email=ORDER.email, skus=["bulb"])
    assert recommend(ORDER, OrderCancelled(reasons=["no"])) is None
