"""Writes to the customer: how the order ended, and what may go with it. Nobody waits for it."""

from contracts.orders import OrderCancelled, OrderPlaced, OrderShipped, ProductsRecommended
from troupe import Agent, Context
from troupe.adapters import Mail

from .letters import cancelled, shipped, suggested

agent = Agent()


@agent.on
def tell(order: OrderPlaced, end: OrderShipped | OrderCancelled, mail: Mail, context: Context) -> None:
    letter = shipped(order, end) if isinstance(end, OrderShipped) else cancelled(order, end)
    mail.send(order.email, letter.subject, letter.text, key=context.key)


@agent.on
def suggest(event: ProductsRecommended, mail: Mail, context: Context) -> None:
    letter = suggested(event)
    mail.send(event.email, letter.subject, letter.text, key=context.key)
