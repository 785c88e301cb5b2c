"""Finds in the sources what bears on the topic, word for word."""

from contracts.editorial import ArticleCommissioned, ResearchCompleted, TopicNotCovered
from troupe import Agent, Context
from troupe.adapters import Model
from troupe.adapters.model import or_stand_in

from .asking import ask
from .extract import extract

agent = Agent(timeout_s=60)


@agent.on
def research(event: ArticleCommissioned, model: Model, context: Context) -> ResearchCompleted | TopicNotCovered:
    return or_stand_in(lambda: ask(event, model), lambda: extract(event), context.attempt)
