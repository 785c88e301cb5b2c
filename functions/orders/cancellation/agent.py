"""Says that an order is cancelled once it was called off and holds neither goods nor money.

It tells nobody what to do: it only notices that everybody has undone their part, or had none.
"""

from contracts.orders import (
    OrderCancelled,
    PaymentDeclined,
    PaymentRefunded,
    ShipmentCalledOff,
    StockReleased,
    StockUnavailable,
)
from troupe import Agent

agent = Agent()


@agent.on
def close(
    off: ShipmentCalledOff, stock: StockUnavailable | StockReleased, payment: PaymentDeclined | PaymentRefunded
) -> OrderCancelled:
    return OrderCancelled(reasons=off.reasons)
