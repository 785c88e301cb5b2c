"""What the stand-in puts together, and how it answers objections."""

from __future__ import annotations

from typing import Any

from contracts.editorial import Brief, DraftWritten, Note, Objection, Reference, ResearchCompleted, RevisionRequested

from .compose import compose, recompose

NOTES = [
    Note(text="one two three four five six seven eight nine ten", source=1, at=50),
    Note(text="eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen", source=1, at=0),
    Note(text="A long one " * 20, source=0),
    Note(text="nineteen twenty twenty-one", source=0, at=500),
]
BRIEF = Brief(topic="Numbers", words=30, sources=[Reference(title="A"), Reference(title="B")])


def texts(draft: DraftWritten) -> list[str]:
    return [statement.text for statement in draft.statements]


def sent_back(draft: DraftWritten, *objections: dict[str, Any], struck: tuple[int, ...] = ()) -> RevisionRequested:
    return RevisionRequested(
        brief=BRIEF,
        notes=NOTES,
        statements=draft.statements,
        struck=[*struck],
        objections=[Objection(says="No.", **objection) for objection in objections],
        revision=2,
    )


FIRST = compose(ResearchCompleted(brief=BRIEF, notes=NOTES))


def test_as_many_notes_as_fit_word_for_word_source_by_source() -> None:
    assert texts(FIRST) == [NOTES[3].text, NOTES[1].text, NOTES[0].text]
    assert [statement.notes for statement in FIRST.statements] == [[3], [1], [0]]
    assert (FIRST.revision, FIRST.written_by) == (1, "offline stand-in")
    assert sum(len(text.split()) for text in texts(FIRST)) <= BRIEF.words


def test_what_was_struck_goes_and_stays_away() -> None:
    second = recompose(sent_back(FIRST, {"rule": "duplicate", "statement": 1}))
    assert texts(second) == [NOTES[3].text, NOTES[0].text]
    assert (second.struck, second.revision) == ([1], 2)
    third = recompose(sent_back(second, {"rule": "style", "statement": 0}, struck=(1,)))
    assert texts(third) == [NOTES[0].text] and third.struck == [1, 3]


def test_a_source_that_was_missing_is_heard_first() -> None:
    tight = BRIEF.model_copy(update={"words": 30})
    notes = [*NOTES[:2], NOTES[0].model_copy(update={"text": "x " * 12}), NOTES[3]]
    first = compose(ResearchCompleted(brief=tight, notes=notes))
    assert {notes[n].source for s in first.statements for n in s.notes} == {1}
    asked = sent_back(first, {"rule": "uncovered", "source": 0}).model_copy(update={"notes": notes, "brief": tight})
    assert NOTES[3].text in texts(recompose(asked))


def test_objections_about_nothing_change_nothing() -> None:
    odd = [{"rule": "style", "statement": 99}, {"rule": "uncovered", "source": 9}, {"rule": "length"}]
    assert texts(recompose(sent_back(FIRST, *odd))) == texts(FIRST)
