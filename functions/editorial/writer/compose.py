"""The stand-in for a writer: puts notes together, each a quotation. It has no words of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from contracts.editorial import STAND_IN, Brief, DraftWritten, Note, ResearchCompleted, RevisionRequested, Statement


def compose(event: ResearchCompleted) -> DraftWritten:
    """A first draft: the most relevant notes, as many as fit."""
    return _draft(event.brief, event.notes, range(len(event.notes)), revision=1)


def recompose(event: RevisionRequested) -> DraftWritten:
    """The next draft: without what the editor has ever struck, and first of all with what was missing."""
    struck = set(event.struck) | {
        note
        for objection in event.objections
        if objection.rule in ("duplicate", "unsupported", "style") and objection.statement is not None
        for note in _notes_of(event.statements, objection.statement)
    }
    missing = [o.source for o in event.objections if o.rule == "uncovered"]
    firsts = [_first_of(event.notes, source, struck) for source in missing]
    kept = [note for statement in event.statements for note in statement.notes if note not in struck]
    wanted = [*(n for n in firsts if n is not None), *sorted(kept), *range(len(event.notes))]
    order = [note for note in dict.fromkeys(wanted) if note < len(event.notes) and note not in struck]
    return _draft(event.brief, event.notes, order, event.revision, sorted(struck))


def _draft(
    brief: Brief, notes: list[Note], order: Iterable[int], revision: int, struck: Sequence[int] = ()
) -> DraftWritten:
    """As many notes as fit, in the order of their importance; told source by source, as the source tells it."""
    taken: list[int] = []
    left = brief.words
    for number in order:
        length = len(notes[number].text.split())
        if length <= left:
            taken.append(number)
            left -= length
    by_source = sorted(taken, key=lambda number: (notes[number].source, notes[number].at, number))
    statements = [Statement(text=notes[number].text, notes=[number]) for number in by_source]
    return DraftWritten(
        brief=brief,
        notes=notes,
        statements=statements,
        struck=[*struck],
        revision=revision,
        written_by=STAND_IN,
    )


def _notes_of(statements: Sequence[Statement], number: int) -> list[int]:
    return statements[number].notes if 0 <= number < len(statements) else []


def _first_of(notes: list[Note], source: int | None, struck: Collection[int]) -> int | None:
    """The best note of a source; notes come in the order of their relevance."""
    return next((i for i, note in enumerate(notes) if note.source == source and i not in struck), None)
