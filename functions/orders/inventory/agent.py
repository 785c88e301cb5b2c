"""Sets goods aside for an order, and takes them off the shelf or puts them back once shipping has decided.

`settle` waits for the agent's own answer and shipping's decision, in whatever order they come: a reservation that is
made after the order was called off is released all the same.
"""

from contracts.orders import (
    OrderPlaced,
    OrderShipped,
    ShipmentCalledOff,
    StockReleased,
    StockReserved,
    StockUnavailable,
)
from troupe import Agent, Context

from .stock import Stock

agent = Agent()


@agent.on
def reserve(event: OrderPlaced, stock: Stock, context: Context) -> StockReserved | StockUnavailable:
    missing = stock.reserve(event.lines, key=context.key)
    return StockUnavailable(missing=missing) if missing else StockReserved(reservation=context.key)


# troupe: allow silent-end, because it is silent only where OrderShipped or StockUnavailable has been said
@agent.on
def settle(
    answer: StockReserved | StockUnavailable, decision: OrderShipped | ShipmentCalledOff, stock: Stock
) -> StockReleased | None:
    if isinstance(answer, StockUnavailable):
        return None
    if isinstance(decision, OrderShipped):
        stock.take(answer.reservation)
        return None
    stock.release(answer.reservation)
    return StockReleased()
