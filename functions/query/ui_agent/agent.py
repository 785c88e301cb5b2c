"""Shows the answer to a person: one HTML page with a chart that fits the data, the table beside it, and a CSV file."""

from contracts.query import ResultsReady, ViewRendered
from troupe import Agent

from .page import page

agent = Agent(timeout_s=30, memory_mb=1024)


@agent.on
def render(event: ResultsReady) -> ViewRendered:
    return page(event)
