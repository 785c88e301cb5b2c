"""Looks for reactions that take longer than before, stories that come too late, and dead letters that grow."""

from contracts.monitoring import ConditionSeen
from troupe import Agent, Context, Tick
from troupe.adapters.history import History, reactions

from .letters import growing
from .pace import BEFORE, NOW, late, slow

agent = Agent(timeout_s=60, concurrency=2)


@agent.on(every="15 minutes")
def look(tick: Tick, history: History, context: Context) -> list[ConditionSeen]:
    until = history.until(context.now)
    events = history.events(until - NOW - BEFORE, until)
    failures = history.failures(until - NOW, until)
    slower = slow(events, reactions(events), history.name, until - NOW)
    return [*slower, *late(events, failures, until - NOW), *growing(failures, until)]
