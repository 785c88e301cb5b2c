"""Looks for who is refused again and again, for loops, denied publications and events that are not what they say."""

from contracts.monitoring import ConditionSeen
from troupe import Agent, Context, Tick
from troupe.adapters import History

from .signs import JUST_NOW, LATELY, signs
from .truth import untrue

agent = Agent(timeout_s=60, concurrency=2)


@agent.on(every="5 minutes")
def look(tick: Tick, history: History, context: Context) -> list[ConditionSeen]:
    until = history.until(context.now)
    failures = history.failures(until - LATELY, until)
    return [*signs(failures, history), *untrue(history.events(until - JUST_NOW, until), history.name)]
