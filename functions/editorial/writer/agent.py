"""Writes an article from notes, and writes it anew when the editor objects."""

from contracts.editorial import DraftWritten, ResearchCompleted, RevisionRequested
from troupe import Agent, Context
from troupe.adapters import Model
from troupe.adapters.model import or_stand_in

from .asking import ask
from .compose import compose, recompose

agent = Agent(timeout_s=60)


@agent.on
def write(event: ResearchCompleted, model: Model, context: Context) -> DraftWritten:
    return or_stand_in(lambda: ask(event, model, revision=1), lambda: compose(event), context.attempt)


@agent.on
def revise(event: RevisionRequested, model: Model, context: Context) -> DraftWritten:
    return or_stand_in(lambda: ask(event, model, revision=event.revision), lambda: recompose(event), context.attempt)
