"""Turns a question into SQL when every word of it is understood; otherwise says which words are not."""

from contracts.query import (
    ClarificationProvided,
    ClarificationRequested,
    QueryReceived,
    SQLGenerated,
    SQLGenerationError,
    SQLRevisionRequested,
)
from troupe import Agent, Context
from troupe.adapters import Model, Warehouse

from .answer import in_other_words
from .chosen import Chosen, translated
from .model_translator import ModelTranslator
from .translate import OfflineTranslator

agent = Agent(timeout_s=60)


@agent.on
def translate_question(
    event: QueryReceived, warehouse: Warehouse, model: Model, chosen: Chosen, context: Context
) -> SQLGenerated | SQLGenerationError:
    catalog, today = warehouse.catalog(), context.now.date()
    rules, asked = OfflineTranslator(catalog, today), ModelTranslator(model, catalog, today)
    return translated(event, chosen.choice, rules, asked)


@agent.on
def revise(
    event: SQLRevisionRequested, warehouse: Warehouse, model: Model, context: Context
) -> SQLGenerated | SQLGenerationError:
    return ModelTranslator(model, warehouse.catalog(), context.now.date()).revise(event)


@agent.on(join_on="request")
def translate_anew(
    asked: ClarificationRequested,
    said: ClarificationProvided,
    warehouse: Warehouse,
    model: Model,
    chosen: Chosen,
    context: Context,
) -> SQLGenerated | SQLGenerationError:
    question = QueryReceived(question=said.question, asked_by=asked.asked_by)
    return in_other_words(translate_question(question, warehouse, model, chosen, context), asked, said)
