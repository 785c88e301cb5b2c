"""Recommends what goes with an order that was shipped; an order that came to nothing gets no advice."""

from contracts.orders import OrderCancelled, OrderPlaced, OrderShipped, ProductsRecommended
from troupe import Agent

from .advice import companions

agent = Agent()


@agent.on
def recommend(order: OrderPlaced, end: OrderShipped | OrderCancelled) -> ProductsRecommended | None:
    if isinstance(end, OrderCancelled):
        return None
    skus = companions(line.sku for line in order.lines)
    return ProductsRecommended(email=order.email, skus=skus) if skus else None
