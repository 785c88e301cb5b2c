"""What becomes of a draft: printed, sent back while drafts are left, or kept from print."""

from __future__ import annotations

from contracts.editorial import (
    MOST_DRAFTS,
    ArticleRejected,
    DraftApproved,
    DraftWritten,
    Objection,
    RevisionRequested,
)

GRAVE = ("empty", "unsupported")
"""With these nothing is printed. The rest are blemishes: the last draft goes out, and its readers are told of them."""
_MOST = 50


def verdict(draft: DraftWritten, found: list[Objection]) -> DraftApproved | RevisionRequested | ArticleRejected:
    """Approved without objections; sent back with them, at most until the draft number MOST_DRAFTS; then it ends."""
    if found and draft.revision < MOST_DRAFTS:
        return RevisionRequested(
            brief=draft.brief,
            notes=draft.notes,
            statements=draft.statements,
            struck=draft.struck,
            objections=found[:_MOST],
            revision=draft.revision + 1,
        )
    if any(objection.rule in GRAVE for objection in found):
        return ArticleRejected(brief=draft.brief, objections=found[:_MOST], drafts=draft.revision)
    return DraftApproved(
        brief=draft.brief,
        notes=draft.notes,
        statements=draft.statements,
        revision=draft.revision,
        written_by=draft.written_by,
        remarks=found[:_MOST],
    )
