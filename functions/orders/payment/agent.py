"""Charges the price of an order, and gives it back once shipping has called the order off.

`settle` waits for the agent's own answer and shipping's decision, in whatever order they come: what is charged after
the order was called off is given back all the same.
"""

from contracts.orders import (
    OrderPlaced,
    OrderShipped,
    PaymentCleared,
    PaymentDeclined,
    PaymentRefunded,
    ShipmentCalledOff,
)
from troupe import Agent, Context
from troupe.adapters import Payments

from .till import charge

agent = Agent(timeout_s=20)


@agent.on
def collect(event: OrderPlaced, payments: Payments, context: Context) -> PaymentCleared | PaymentDeclined:
    return charge(event, payments, context.key)


# troupe: allow silent-end, because it is silent only where OrderShipped or PaymentDeclined has been said
@agent.on
def settle(
    answer: PaymentCleared | PaymentDeclined,
    decision: OrderShipped | ShipmentCalledOff,
    payments: Payments,
    context: Context,
) -> PaymentRefunded | None:
    if isinstance(answer, PaymentDeclined) or isinstance(decision, OrderShipped):
        return None
    return PaymentRefunded(receipt=payments.refund(answer.receipt, key=context.key))
