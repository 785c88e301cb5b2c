"""Turns raw rows into one structured result: headings, roles, units and all that is needed to judge the answer."""

from contracts.query import QuerySuccess, ResultsReady
from troupe import Agent

from .result import structured

agent = Agent()


@agent.on
def integrate(event: QuerySuccess) -> ResultsReady:
    return structured(event)
