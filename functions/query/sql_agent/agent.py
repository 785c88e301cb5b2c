"""Turns a question into SQL when every word of it is understood; otherwise says which words are not."""

from contracts.query import QueryReceived, SQLGenerated, SQLGenerationError
from troupe import Agent, Context
from troupe.adapters import Model, Warehouse

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
