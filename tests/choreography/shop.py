"""A small shop as a project on disk, for what reads whole projects."""

from pathlib import Path

CONTRACTS = '''"""The shop's events."""

from troupe import Event


class OrderPlaced(Event, root=True, within_s=60):
    """Somebody ordered."""

    example = {"item": "pen"}

    item: str


class StockReserved(Event):
    """The item is set aside."""


class PaymentCleared(Event):
    """The money is there."""


class OrderShipped(Event, terminal=True):
    """It is on its way."""


class OrderCancelled(Event, terminal=True):
    """It will not come."""
'''

STOCK = '''"""Sets things aside."""

from contracts.shop import OrderCancelled, OrderPlaced, StockReserved
from troupe import Agent

agent = Agent()


@agent.on(where={"item": [{"anything-but": "nothing"}]})  # troupe: allow silent-end, because nobody orders nothing
def reserve(event: OrderPlaced) -> StockReserved | OrderCancelled:
    return StockReserved()
'''

PAYMENT = '''"""Collects the money."""

from contracts.shop import OrderPlaced, PaymentCleared
from troupe import Agent, Need

agent = Agent()


class Bank(Need):
    """Where the money is."""


@agent.on
def charge(event: OrderPlaced, bank: Bank) -> PaymentCleared:
    return PaymentCleared()
'''

SHIPPING = '''"""Sends the parcel."""

from contracts.shop import OrderShipped, PaymentCleared, StockReserved
from troupe import Agent

agent = Agent()


@agent.on
def ship(stock: StockReserved, payment: PaymentCleared) -> OrderShipped:
    return OrderShipped()
'''

RECORDER = '''"""Writes everything down."""

from troupe import Agent, Envelope

agent = Agent()


@agent.on
def record(envelope: Envelope) -> None: ...
'''


def write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def build_shop(root: Path) -> Path:
    """Stock and payment act on an order, shipping joins the two; nothing is wrong with it."""
    write(root, "contracts/shop.py", CONTRACTS)
    write(root, "functions/shop/stock/agent.py", STOCK)
    write(root, "functions/shop/payment/agent.py", PAYMENT)
    write(root, "functions/shop/shipping/agent.py", SHIPPING)
    write(root, "functions/platform/recorder/agent.py", RECORDER)
    return root


def edit(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
