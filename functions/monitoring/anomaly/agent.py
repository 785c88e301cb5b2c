"""Looks for agents that fail more often than they lately did, each against its own past."""

from contracts.monitoring import ConditionSeen
from troupe import Agent, Context, Tick
from troupe.adapters import History

from .rates import LOOK_BACK, unusual

agent = Agent(timeout_s=30, concurrency=2)


@agent.on(every="5 minutes")
def look(tick: Tick, history: History, context: Context) -> list[ConditionSeen]:
    until = history.until(context.now)
    return unusual(history.failures(until - LOOK_BACK, until), history.who, until)
