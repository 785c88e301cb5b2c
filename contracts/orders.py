"""An order is paid, set aside and shipped, or undone: the events that the shop's agents agree on.

The order is the correlation, so events need not repeat its number. docs/event-design.md tells why some of them carry
much and some carry nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from troupe import Event, Value

Money = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
"""An amount in units of its currency; it travels as text."""
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""


class Line(Value):
    """So many of one article."""

    sku: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    quantity: int = Field(ge=1, le=1000)


class Address(Value):
    """Where a parcel goes."""

    name: str = Field(min_length=1, max_length=200)
    street: str = Field(min_length=1, max_length=200)
    city: str = Field(min_length=1, max_length=200)
    country: Country


class Card(Value):
    """What pays."""

    token: str = Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")
    """The payment provider's name for the card. Its number is in no event."""
    country: Country
    """Of the bank that issued it."""


class OrderPlaced(Event, root=True, within_s=1800):
    """A customer placed an order. Carries all that anybody needs to do their part of it."""

    example: ClassVar[dict[str, Any]] = {
        "order_id": "o-1001",
        "lines": [{"sku": "lamp", "quantity": 2}],
        "price": "64.00",
        "currency": "EUR",
        "card": {"token": "card_ada", "country": "DE"},
        "email": "ada@example.com",
        "ship_to": {"name": "Ada Lovelace", "street": "Lindenstr. 5", "city": "Berlin", "country": "DE"},
    }

    order_id: str = Field(min_length=1, max_length=100)
    """The shop's number of the order, for people."""
    lines: list[Line] = Field(min_length=1, max_length=50)
    price: Money
    """Of everything together."""
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    """ISO 4217."""
    card: Card
    email: str = Field(min_length=3, max_length=320)
    ship_to: Address


class StockReserved(Event):
    """The goods of the order are set aside. What and where is the inventory's to tell, under the reservation."""

    example: ClassVar[dict[str, Any]] = {"reservation": "orders.inventory#3f6c"}

    reservation: str


class StockUnavailable(Event):
    """There is not enough of something, so nothing of the order is set aside."""

    example: ClassVar[dict[str, Any]] = {"missing": ["lamp"]}

    missing: list[str]
    """The articles of which there is not enough."""


class PaymentCleared(Event):
    """The price of the order was charged."""

    example: ClassVar[dict[str, Any]] = {
        "receipt": "local_5d41402abc4b2a76b9719d91",
        "amount": "64.00",
        "currency": "EUR",
    }

    receipt: str
    """The payment provider's, by which the charge can be given back."""
    amount: Money
    currency: str


class PaymentDeclined(Event):
    """The card does not pay; nothing was charged."""

    example: ClassVar[dict[str, Any]] = {"reason": "The payment provider answered the charge with 402: no credit."}

    reason: str
    """The provider's own words."""


class FraudCleared(Event):
    """Nothing about the order looks like fraud."""

    example: ClassVar[dict[str, Any]] = {"score": 0}

    score: int = Field(ge=0)


class FraudSuspected(Event):
    """The order looks like fraud."""

    example: ClassVar[dict[str, Any]] = {"score": 5, "signs": ["The card is from US, the parcel goes to DE."]}

    score: int = Field(ge=0)
    signs: list[str]


class OrderShipped(Event, terminal=True):
    """The parcel is on its way: in stock, paid, and nobody objected."""

    example: ClassVar[dict[str, Any]] = {"parcel": "TRP-4E07408562BE"}

    parcel: str
    """The number on the label."""


class ShipmentCalledOff(Event):
    """Shipping has decided that this order will never leave the house; whoever did something for it now undoes it."""

    example: ClassVar[dict[str, Any]] = {"reasons": ["The card does not pay."]}

    reasons: list[str] = Field(min_length=1)


class StockReleased(Event, undoes=StockReserved):
    """What was set aside for the order is back on the shelf."""


class PaymentRefunded(Event, undoes=PaymentCleared):
    """What was charged for the order has been given back."""

    example: ClassVar[dict[str, Any]] = {"receipt": "local_7d793037a0760186574b0282"}

    receipt: str
    """Of the refund."""


class OrderCancelled(Event, terminal=True, failure=True, undoes=OrderPlaced):
    """The order is undone: nothing is set aside for it and nothing is charged any more."""

    example: ClassVar[dict[str, Any]] = {"reasons": ["The card does not pay."]}

    reasons: list[str]


class ProductsRecommended(Event):
    """What the customer may like beside what was shipped."""

    example: ClassVar[dict[str, Any]] = {"email": "ada@example.com", "skus": ["bulb"]}

    email: str
    skus: list[str] = Field(min_length=1)
