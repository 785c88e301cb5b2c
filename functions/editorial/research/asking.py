"""The model as a researcher. What it hands in as a quotation is held against the sources."""

from __future__ import annotations

from contracts.editorial import ArticleCommissioned, ResearchCompleted, TopicNotCovered
from troupe.adapters import Model, ModelError, beside

from .extract import brief_of
from .sentences import quotable


def ask(event: ArticleCommissioned, model: Model) -> ResearchCompleted | TopicNotCovered:
    """The model's notes, as far as they stand in the sources. Raises ModelError, also when none of them does."""
    found = model.decide(
        beside.text(__file__, "instructions.md"),
        event,
        into=(ResearchCompleted, TopicNotCovered),
        given={"brief": brief_of(event)},
    )
    if isinstance(found, TopicNotCovered):
        return found
    texts = [source.text for source in event.sources]
    notes = [
        note.model_copy(update={"at": texts[note.source].index(note.text)})
        for note in found.notes
        if note.source < len(texts) and note.text in texts[note.source] and quotable(note.text)
    ]
    if not notes:
        raise ModelError("malformed", "No note of the model stands in the sources.", found.model)
    return found.model_copy(update={"notes": notes})
