"""Judges failed SQL: to be mended by its writer, to be asked about, or the end of the question."""

from contracts.query import ClarificationRequested, QueryError, QuestionFailed, SQLRevisionRequested
from troupe import Agent, Context

from .judge import ATTEMPTS, judge

agent = Agent()


@agent.on(at_most=ATTEMPTS)
def validate(event: QueryError, context: Context) -> SQLRevisionRequested | ClarificationRequested | QuestionFailed:
    return judge(event, context.short_key)
