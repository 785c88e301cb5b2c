"""What every article must keep to, as rules: they hold for a model's draft as for the stand-in's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.editorial import STAND_IN, DraftWritten, Objection, Statement

_ALIKE = 0.8
"""Share of words in common from which two statements say the same."""
_SHORTEST = 0.4
"""Share of the allowed words below which an article is too short, if there are notes enough for more."""


def objections(draft: DraftWritten) -> list[Objection]:
    """Everything that is wrong with a draft; nothing when it may be printed."""
    if not draft.statements:
        return [Objection(rule="empty", says="The draft says nothing.")]
    return [*_unsupported(draft), *_duplicates(draft.statements), *_length(draft), *_uncovered(draft)]


def _unsupported(draft: DraftWritten) -> Iterator[Objection]:
    """Each statement stands on notes that exist, and has no number that none of them has."""
    for number, statement in enumerate(draft.statements):
        cited = [draft.notes[n].text for n in statement.notes if 0 <= n < len(draft.notes)]
        if not cited:
            yield Objection(
                rule="unsupported", says=f"No note bears out statement {number + 1}: strike it.", statement=number
            )
            continue
        if draft.written_by == STAND_IN and statement.text not in cited:
            says = f"Statement {number + 1} is no quotation, and the {STAND_IN} writes no words of its own."
            yield Objection(rule="unsupported", says=says, statement=number)
            continue
        invented = sorted(_numbers(statement.text) - set().union(*map(_numbers, cited)))
        if invented:
            says = f"Statement {number + 1} says {', '.join(invented)[:100]}, which none of its notes says."
            yield Objection(rule="unsupported", says=says, statement=number)


def _duplicates(statements: list[Statement]) -> Iterator[Objection]:
    words = [_words(statement.text) for statement in statements]
    for later in range(len(words)):
        for earlier in range(later):
            common, all_ = words[later] & words[earlier], words[later] | words[earlier]
            if all_ and len(common) / len(all_) >= _ALIKE:
                says = f"Statement {later + 1} says what statement {earlier + 1} says: strike it."
                yield Objection(rule="duplicate", says=says, statement=later)
                break


def _length(draft: DraftWritten) -> Iterator[Objection]:
    words, allowed = sum(len(s.text.split()) for s in draft.statements), draft.brief.words
    there = sum(len(note.text.split()) for note in draft.notes)
    if words > allowed:
        yield Objection(rule="length", says=f"It has {words} words; {allowed} are allowed.")
    elif words < _SHORTEST * min(allowed, there):
        yield Objection(rule="length", says=f"It has {words} words; the notes give more, and {allowed} are allowed.")


def _uncovered(draft: DraftWritten) -> Iterator[Objection]:
    """Every source that has something to say is heard."""
    heard = {draft.notes[n].source for s in draft.statements for n in s.notes if 0 <= n < len(draft.notes)}
    for source in sorted({note.source for note in draft.notes} - heard):
        title = draft.brief.sources[source].title if source < len(draft.brief.sources) else "A source"
        yield Objection(rule="uncovered", says=f"“{title}” has something to say and is not used.", source=source)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _numbers(text: str) -> set[str]:
    """The numbers in a text as digits, whatever groups them: 1,200 and 1200 are one."""
    return {re.sub(r"[,.\s]", "", found) for found in re.findall(r"\d(?:[\d,.]*\d)?", text)}
