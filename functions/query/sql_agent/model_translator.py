"""The model translator: a language model reads the question over the part of the schema that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.query import QueryReceived, SQLGenerated, SQLGenerationError, SQLRevisionRequested
from troupe.adapters import Model, ModelError
from troupe.adapters.catalog import Catalog

from .prompt import instructions
from .retrieval import retrieve


@dataclass(frozen=True, slots=True)
class ModelTranslator:
    """Asks a model. What it writes is SQL that nobody trusts: the guard judges it like any other."""

    model: Model
    catalog: Catalog
    today: date

    def answer(self, event: QueryReceived) -> SQLGenerated | SQLGenerationError:
        """The model's SQL or its no. A model that cannot be asked, or refuses, is an error that says so."""
        return self._decided(event, 1)

    def revise(self, event: SQLRevisionRequested) -> SQLGenerated | SQLGenerationError:
        """The model's next SQL to the same question, now that it knows what was wrong with its last."""
        return self._decided(event, event.attempt)

    def _decided(self, event: QueryReceived | SQLRevisionRequested, attempt: int) -> SQLGenerated | SQLGenerationError:
        part = retrieve(event.question, self.catalog)
        try:
            return self.model.decide(
                instructions(part, event.question, self.today),
                event,
                into=(SQLGenerated, SQLGenerationError),
                given={
                    "question": event.question,
                    "translator": self.model.settings.id,
                    "suggestions": [],
                    "attempt": attempt,
                    "asked_by": event.asked_by,
                    "reworded_by": [] if isinstance(event, QueryReceived) else event.reworded_by,
                },
            )
        except ModelError as error:
            return SQLGenerationError(question=event.question, reason=error.message, model=error.use)
