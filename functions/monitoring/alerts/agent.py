"""Raises one alert for a condition, however often it is seen, and clears it when it has not been seen for a while."""

from contracts.monitoring import AlertCleared, AlertRaised, ConditionSeen
from troupe import Agent, Context, Tick
from troupe.adapters import Claims, History

from .episodes import LOOK_BACK, over, raised

agent = Agent(timeout_s=30, concurrency=2)


@agent.on
def hear(event: ConditionSeen, history: History, claims: Claims, context: Context) -> AlertRaised | None:
    past = history.failures(context.now - LOOK_BACK, context.now)
    return raised(event, past, history.story, claims, context.key)


@agent.on(every="5 minutes")
def tidy(tick: Tick, history: History, claims: Claims, context: Context) -> list[AlertCleared]:
    until = history.until(context.now)
    return over(history.failures(until - LOOK_BACK, until), until, history.story, claims, context.key)
