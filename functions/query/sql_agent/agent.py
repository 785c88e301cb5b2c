"""Turns a question into SQL when every word of it is understood; otherwise says which words are not."""

from contracts.query import QueryReceived, SQLGenerated, SQLGenerationError
from troupe import Agent, Context
from troupe.adapters import Warehouse

from .answer import answer
from .translate import OfflineTranslator

agent = Agent(timeout_s=30)


@agent.on
def translate_question(
    event: QueryReceived, warehouse: Warehouse, context: Context
) -> SQLGenerated | SQLGenerationError:
    return answer(event, OfflineTranslator(warehouse.catalog(), context.now.date()))
