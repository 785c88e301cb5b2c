"""Looks for stories that are past their time limit, and for dead letters that nobody has spoken of."""

from troupe import Agent, AgentFailed, Context, Tick
from troupe.operations.overseer import Overseer
from troupe.runtime.incidents import ChoreographyAbandoned, ChoreographyStalled

from .judge import judge

agent = Agent(timeout_s=60, concurrency=2)


@agent.on(every="1 minute")
def watch(
    tick: Tick, overseer: Overseer, context: Context
) -> list[ChoreographyStalled | ChoreographyAbandoned | AgentFailed]:
    return judge(overseer, context.now)
