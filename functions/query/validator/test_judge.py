"""Who gets another try, how often, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.query import ClarificationRequested, QueryError, QuestionFailed, SQLRevisionRequested
from troupe import Person

from .judge import ATTEMPTS, judge


def error(**more: Any) -> QueryError:
    said: dict[str, Any] = {"question": "How many?", "sql": "SELECT n FROM t", "reason": 'column "n" does not exist'}
    return QueryError(**{**said, "kind": "unknown-column", "translator": "m-1", **more})


@pytest.mark.parametrize("kind", ["unknown-column", "type-mismatch", "timeout"])
def test_what_can_be_mended_goes_back_to_its_writer_with_the_diagnosis(kind: str) -> None:
    found = judge(error(kind=kind, reason="Not {so}"), "k")
    assert isinstance(found, SQLRevisionRequested)
    assert (found.question, found.sql, found.attempt) == ("How many?", "SELECT n FROM t", 2)
    assert "Not {so}." in found.diagnosis


@pytest.mark.parametrize("kind", ["refused", "other"])
def test_what_cannot_be_mended_is_the_end(kind: str) -> None:
    found = judge(error(kind=kind, rule="allowed-tables"), "k")
    assert isinstance(found, QuestionFailed) and found.terms.terminal
    assert (found.kind, found.rule, found.sql) == (kind, "allowed-tables", "SELECT n FROM t")


def test_rules_would_write_the_same_again() -> None:
    assert isinstance(judge(error(translator="offline", kind="timeout"), "k"), QuestionFailed)


def test_attempts_are_bounded_and_then_somebody_is_asked() -> None:
    attempt, revisions = 1, 0
    while isinstance(found := judge(error(attempt=attempt), "k"), SQLRevisionRequested):
        revisions, attempt = revisions + 1, found.attempt
    assert revisions == ATTEMPTS - 1
    assert isinstance(found, ClarificationRequested) and found.attempts == ATTEMPTS
    assert "does not exist." in found.reason


def test_who_asked_is_not_forgotten() -> None:
    ada, ben = Person(id="ada", claims={"tenant": "north"}), Person(id="ben")
    for attempt in (1, ATTEMPTS):
        found = judge(error(attempt=attempt, asked_by=ada, reworded_by=[ben]), "r-1")
        assert not isinstance(found, QuestionFailed)
        assert (found.asked_by, found.reworded_by) == (ada, [ben])
    assert isinstance(found, ClarificationRequested) and found.request == "r-1"
