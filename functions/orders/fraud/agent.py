"""Says of each order whether it looks like fraud; it knows nothing of payment or stock."""

from contracts.orders import FraudCleared, FraudSuspected, OrderPlaced
from troupe import Agent

from .judge import judge

agent = Agent()


@agent.on
def assess(event: OrderPlaced) -> FraudCleared | FraudSuspected:
    return judge(event)
