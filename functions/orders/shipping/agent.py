"""Ships what is in stock, paid and above suspicion; calls off everything else. No order is decided twice.

Whoever has not answered in time counts as a no: the join then expires instead of completing, never both, so that there
is one OrderShipped or one ShipmentCalledOff per order.
"""

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
from troupe import Agent, Context, JoinExpired

from .decide import called_off_late, decide

agent = Agent()


@agent.on(within_s=900)
def ship(
    order: OrderPlaced,
    stock: StockReserved | StockUnavailable,
    payment: PaymentCleared | PaymentDeclined,
    fraud: FraudCleared | FraudSuspected,
    context: Context,
) -> OrderShipped | ShipmentCalledOff:
    return decide(order, stock, payment, fraud, context.key)


@agent.on(where={"agent": ["orders.shipping"]})
def give_up(event: JoinExpired) -> ShipmentCalledOff:
    return called_off_late(event)
