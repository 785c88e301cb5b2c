"""Puts an approved draft into print: one page that says who wrote it, from what, and what is left open."""

from contracts.editorial import ArticlePublished, DraftApproved
from troupe import Agent, Context
from troupe.adapters import Model
from troupe.adapters.model import or_stand_in

from .printing import ask, plain

agent = Agent(timeout_s=60)


@agent.on
def publish(event: DraftApproved, model: Model, context: Context) -> ArticlePublished:
    return or_stand_in(lambda: ask(event, model), lambda: plain(event), context.attempt)
