"""The customer reads how it ended, and that nothing is owed where nothing was sent."""

from __future__ import annotations

from contracts.orders import OrderCancelled, OrderPlaced, OrderShipped, ProductsRecommended

from .letters import cancelled, shipped, suggested

ORDER = OrderPlaced.model_validate(OrderPlaced.example)


def test_letters() -> None:
    good = shipped(ORDER, OrderShipped(parcel="TRP-7"))
    assert "o-1001" in good.subject and "2 × lamp" in good.text and "TRP-7" in good.text and "64.00 EUR" in good.text
    bad = cancelled(ORDER, OrderCancelled(reasons=["The card does not pay."]))
    assert "cancelled" in bad.subject and "The card does not pay." in bad.text and "You pay nothing" in bad.text
    assert "bulb" in suggested(ProductsRecommended(email="a@example.com", skus=["bulb"])).text
