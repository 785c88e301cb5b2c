"""A question as it arrives, a translation or its refusal as it is published."""

from __future__ import annotations

from contracts.query import (
    ClarificationProvided,
    ClarificationRequested,
    QueryReceived,
    SQLGenerated,
    SQLGenerationError,
)

from .translate import Declined, Translator


def answer(event: QueryReceived, translator: Translator) -> SQLGenerated | SQLGenerationError:
    """What the translator makes of the question, as an event."""
    found = translator.translate(event.question)
    if isinstance(found, Declined):
        return SQLGenerationError(
            question=event.question,
            reason=found.reason,
            unplaced=list(found.unplaced),
            suggestions=list(found.suggestions),
        )
    return SQLGenerated(
        question=event.question,
        sql=found.sql,
        reading=found.reading,
        translator=translator.name,
        suggestions=list(found.suggestions),
        asked_by=event.asked_by,
    )


def in_other_words(
    found: SQLGenerated | SQLGenerationError, asked: ClarificationRequested, said: ClarificationProvided
) -> SQLGenerated | SQLGenerationError:
    """The same, with everybody who stands behind the question: it stays the asker's, in the words of others."""
    if isinstance(found, SQLGenerationError):
        return found
    return found.model_copy(update={"reworded_by": [*asked.reworded_by, said.provided_by]})
