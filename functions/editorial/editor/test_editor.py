"""What the editor objects to, how often, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.editorial import (
    MOST_DRAFTS,
    ArticleRejected,
    Brief,
    DraftApproved,
    DraftWritten,
    Note,
    Objection,
    Reference,
    RevisionRequested,
    Statement,
)
from troupe.adapters.model import Model, ModelSettings
from troupe.runtime.model_use import ModelUse

from .asking import ask
from .standards import objections
from .verdict import verdict

NOTES = [
    Note(text="The mill makes power for 1,200 homes.", source=0),
    Note(text="It was rebuilt in 2021 by the town.", source=1),
]
BRIEF = Brief(topic="Mills", words=40, sources=[Reference(title="A"), Reference(title="B")])
GOOD = [Statement(text="It powers 1200 homes, says the board.", notes=[0]), Statement(text="Built in 2021.", notes=[1])]
USE = ModelUse(model_id="m-1", prompt_sha256="0" * 64, input_tokens=1, output_tokens=2, latency_ms=3)


def draft(*statements: Statement, **more: Any) -> DraftWritten:
    said = {"brief": BRIEF, "notes": NOTES, "statements": statements, "revision": 1, "written_by": "m-1"}
    return DraftWritten(**{**said, **more})


def rules(*statements: Statement, **more: Any) -> list[tuple[str, int | None, int | None]]:
    return [(o.rule, o.statement, o.source) for o in objections(draft(*statements, **more))]


def test_a_good_draft_is_approved() -> None:
    assert objections(draft(*GOOD)) == []
    found = verdict(draft(*GOOD), [])
    assert isinstance(found, DraftApproved) and found.statements == GOOD and found.remarks == []


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ((), ("empty", None, None)),
        ((*GOOD, Statement(text="All are happy.", notes=[])), ("unsupported", 2, None)),
        ((*GOOD, Statement(text="All are happy.", notes=[7])), ("unsupported", 2, None)),
        ((*GOOD, Statement(text="It cost 5 million.", notes=[0, 1])), ("unsupported", 2, None)),
        ((*GOOD, Statement(text="BUILT in 2021!", notes=[1])), ("duplicate", 2, None)),
        ((*GOOD, Statement(text="so " * 40 + "it is", notes=[1])), ("length", None, None)),
        ((GOOD[1], Statement(text="By the town.", notes=[1])), ("uncovered", None, 0)),
        ((Statement(text="Homes.", notes=[0]), Statement(text="Town.", notes=[1])), ("length", None, None)),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(statements: tuple[Statement, ...], found: Any) -> None:
    assert rules(*statements) == [found]


def test_the_stand_in_is_held_to_its_word() -> None:
    quoted = [Statement(text=note.text, notes=[i]) for i, note in enumerate(NOTES)]
    assert rules(*quoted, written_by="offline stand-in") == []
    assert rules(GOOD[0], quoted[1], written_by="offline stand-in") == [("unsupported", 0, None)]


@pytest.mark.parametrize(
    ("rule", "end"), [("uncovered", DraftApproved), ("unsupported", ArticleRejected), ("empty", ArticleRejected)]
)
def test_it_comes_back_so_often_and_then_ends(rule: Any, end: type) -> None:
    wrong = [Objection(rule=rule, says="No.")]
    for revision in range(1, MOST_DRAFTS):
        found = verdict(draft(*GOOD, revision=revision), wrong)
        assert isinstance(found, RevisionRequested)
        assert (found.revision, found.objections) == (revision + 1, wrong)
    last = verdict(draft(*GOOD, revision=MOST_DRAFTS), wrong)
    assert isinstance(last, end)
    assert (last.remarks if isinstance(last, DraftApproved) else last.objections) == wrong  # type: ignore[union-attr]


class Objecting(Model):
    """Always has something against it, and claims a rule that is not its own."""

    def __init__(self) -> None:
        super().__init__(ModelSettings(id="m-1"))

    def decide(self, instructions: str, event: Any, into: Any, given: Any = None) -> Any:
        grave = [Objection(rule="unsupported", says="I do not like it.", statement=0)]
        known = {name: value for name, value in given.items() if name in RevisionRequested.model_fields}
        return RevisionRequested.model_validate({**known, "objections": grave, "model": USE})


def test_a_model_may_object_but_neither_for_ever_nor_to_the_death() -> None:
    first = ask(draft(*GOOD), Objecting())
    assert isinstance(first, RevisionRequested)
    assert (first.revision, first.objections[0].rule, first.model) == (2, "style", USE)
    last = ask(draft(*GOOD, revision=MOST_DRAFTS), Objecting())
    assert isinstance(last, DraftApproved) and last.remarks[0].says == "I do not like it." and last.model == USE
