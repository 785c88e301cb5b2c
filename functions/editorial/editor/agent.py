"""Lets a draft go to print, sends it back with reasons at most twice, or keeps it from being published."""

from contracts.editorial import MOST_DRAFTS, ArticleRejected, DraftApproved, DraftWritten, RevisionRequested
from troupe import Agent, Context
from troupe.adapters import Model
from troupe.adapters.model import or_stand_in

from .asking import ask
from .standards import objections
from .verdict import verdict

agent = Agent(timeout_s=60)


@agent.on(at_most=MOST_DRAFTS)
def review(event: DraftWritten, model: Model, context: Context) -> DraftApproved | RevisionRequested | ArticleRejected:
    found = objections(event)
    if found:  # rules go first: they are exact, free and instant
        return verdict(event, found)
    return or_stand_in(lambda: ask(event, model), lambda: verdict(event, []), context.attempt)
