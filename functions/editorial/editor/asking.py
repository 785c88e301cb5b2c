"""The model as an editor, for what no rule can judge. It may object; how often, and what follows, is not up to it."""

from __future__ import annotations

from contracts.editorial import ArticleRejected, DraftApproved, DraftWritten, RevisionRequested
from troupe.adapters import Model, beside

from .verdict import verdict


def ask(draft: DraftWritten, model: Model) -> DraftApproved | RevisionRequested | ArticleRejected:
    """The verdict on a draft that has passed the rules, with the model's objections. Raises ModelError."""
    given = draft.model_dump(include={"brief", "notes", "statements", "struck", "written_by"})
    found = model.decide(
        beside.text(__file__, "instructions.md"),
        draft,
        into=(DraftApproved, RevisionRequested),
        given={**given, "remarks": [], "revision": max(2, draft.revision)},
    )
    said = found.objections if isinstance(found, RevisionRequested) else []
    styled = [objection.model_copy(update={"rule": "style"}) for objection in said]
    decided = verdict(draft, styled)
    return decided if isinstance(decided, ArticleRejected) else decided.model_copy(update={"model": found.model})
