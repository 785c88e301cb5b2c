"""The model as a writer."""

from __future__ import annotations

from contracts.editorial import DraftWritten, ResearchCompleted, RevisionRequested
from troupe.adapters import Model, beside


def ask(event: ResearchCompleted | RevisionRequested, model: Model, revision: int) -> DraftWritten:
    """The model's draft. Whether its sentences stand on the notes is for the editor to judge. Raises ModelError."""
    known = event.model_dump(include={"brief", "notes", "struck"})
    given = {"struck": [], **known, "revision": revision, "written_by": model.settings.id}
    instructions = beside.text(__file__, "instructions.md")
    return model.decide(instructions, event, into=(DraftWritten,), given=given)
