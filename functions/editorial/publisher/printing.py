"""An approved draft as an article: with a model's title, or under its topic."""

from __future__ import annotations

from typing import Any

from contracts.editorial import ArticlePublished, DraftApproved
from troupe.adapters import Model, beside

from .page import page


def ask(draft: DraftApproved, model: Model) -> ArticlePublished:
    """The article under a title that the model found. Raises ModelError."""
    instructions = beside.text(__file__, "instructions.md")
    found = model.decide(instructions, draft, into=(ArticlePublished,), given={**_known(draft), "html": ""})
    return found.model_copy(update={"html": page(found, draft.notes)})


def plain(draft: DraftApproved) -> ArticlePublished:
    """The article under its topic."""
    made = ArticlePublished(title=draft.brief.topic, html="", **_known(draft))
    return made.model_copy(update={"html": page(made, draft.notes)})


def _known(draft: DraftApproved) -> dict[str, Any]:
    return {
        "topic": draft.brief.topic,
        "statements": draft.statements,
        "sources": draft.brief.sources,
        "drafts": draft.revision,
        "written_by": draft.written_by,
        "remarks": draft.remarks,
    }
