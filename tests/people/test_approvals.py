"""SQL that somebody has to approve: over the real warehouse, through the bus and the store, to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contracts.query import ApprovalDenied, ApprovalGranted
from tests.people.conftest import ADA, Theatre
from troupe import Person
from troupe.event_store import report
from troupe.event_store.trace import Trace
from troupe.local.answer import read_answer
from troupe.operations.requests import (
    ANSWERED_BY,
    DENIED,
    GRANTED,
    PROVIDED,
    OwnRequest,
    Request,
    UnknownRequest,
    named,
    open_requests,
    require_another,
)

SENSITIVE = """
schema: shop
tables: {stores: , returns: {approve: true}}
limits: {max_cost: 100000, approve_above_cost: 20000, approve_above_rows: 10}
"""
GRACE = Person(id="grace")
QUESTION = "How many returns are there?"


@pytest.fixture(autouse=True)
def offline(theatre: Theatre, under: Callable[[str], None]) -> None:
    theatre.reset("offline")
    under(SENSITIVE)


def granted(theatre: Theatre, story: str, by: Person = GRACE) -> None:
    request = theatre.last(story, "ApprovalRequested")["request"]
    theatre.say(ApprovalGranted(request=request, approved_by=by, why="For the audit."), story)


def waiting(theatre: Theatre, story: str) -> list[Request]:
    moments = [event.metadata.occurred_at for event in theatre.told(story)]
    return open_requests(theatre.cloud.reader, min(moments), max(moments) + timedelta(minutes=10))


def test_what_is_approved_by_somebody_else_runs_to_the_letter(theatre: Theatre) -> None:
    story = theatre.ask(QUESTION)
    assert theatre.types(story) == ["QueryReceived", "SQLGenerated", "ApprovalRequested"]
    asked = theatre.last(story, "ApprovalRequested")
    answer = read_answer(theatre.cloud.reader.story(story), None)
    assert (answer.outcome, answer.request, answer.sql) == ("clarification", asked["request"], asked["sql"])
    assert "Reading returns needs somebody's approval." in answer.reason
    assert f"troupe inbox approve {asked['request']} --why" in answer.helps

    granted(theatre, story)
    assert theatre.types(story)[-3:] == ["QuerySuccess", "ResultsReady", "ViewRendered"]
    assert theatre.last(story, "QuerySuccess")["sql"] == asked["sql"]
    ran = {c.id for e in theatre.told(story) if e.type == "QuerySuccess" for c in e.metadata.causes}
    assert ran == {e.id for e in theatre.told(story) if e.type.startswith("Approval")}
    told = report.write(Trace(theatre.cloud.reader.story(story), "troupe", datetime.now(UTC)), [])
    assert "`grace`: `ApprovalGranted`" in told and "because `For the audit.`" in told


@pytest.mark.parametrize("by", [ADA, Person()], ids=["the asker", "nobody"])
def test_an_approval_that_does_not_count_is_told_and_another_is_asked_for(theatre: Theatre, by: Person) -> None:
    story = theatre.ask(QUESTION)
    granted(theatre, story, by)
    assert theatre.types(story)[-2:] == ["ApprovalRequested", "ApprovalRequested"]
    answer = read_answer(theatre.cloud.reader.story(story), None)
    (request,) = waiting(theatre, story)
    assert (answer.outcome, answer.request) == ("clarification", request.id)
    assert "does not count" in answer.reason and answer.reason == request.reason
    granted(theatre, story)
    assert theatre.types(story)[-1] == "ViewRendered"


def test_a_denial_ends_the_question_with_who_and_why(theatre: Theatre) -> None:
    story = theatre.ask(QUESTION)
    request = theatre.last(story, "ApprovalRequested")["request"]
    theatre.say(ApprovalDenied(request=request, denied_by=GRACE, why="Not [yours]."), story)
    assert theatre.types(story)[-2:] == ["ApprovalRequested", "QuestionFailed"]
    answer = read_answer(theatre.cloud.reader.story(story), None)
    assert (answer.outcome, answer.reason) == ("refused", "grace denied the approval: Not [yours].")
    assert answer.request == ""


@pytest.mark.parametrize(
    ("question", "rule"), [("Show all stores", "approve-rows"), ("How many stores are there?", None)]
)
def test_a_large_answer_is_asked_about(theatre: Theatre, question: str, rule: str | None) -> None:
    story = theatre.ask(question)
    if rule:
        assert theatre.last(story, "ApprovalRequested")["rule"] == rule
    else:
        assert theatre.types(story)[-1] == "ViewRendered"


@pytest.mark.parametrize(
    ("ceiling", "type_", "rule"), [(100, "ApprovalRequested", "approve-cost"), (1, "QuestionFailed", "cost")]
)
def test_a_costly_plan_is_asked_about_and_one_too_costly_is_not(
    theatre: Theatre, under: Callable[[str], None], ceiling: float, type_: str, rule: str
) -> None:
    under(f"{{schema: shop, tables: [stores], limits: {{max_cost: {ceiling}, approve_above_cost: 0.5}}}}")
    story = theatre.ask()
    assert theatre.types(story)[-1] == type_ and theatre.last(story, type_)["rule"] == rule


def test_the_inbox_holds_it_and_its_door_keeps_the_asker_out(theatre: Theatre) -> None:
    story = theatre.ask(QUESTION)
    (request,) = waiting(theatre, story)
    assert (request.question, request.behind) == (QUESTION, ("ada",))
    assert request.sql == theatre.last(story, "ApprovalRequested")["sql"]
    assert named([request], request.id[:5], GRANTED) == named([request], request.id, DENIED) == request
    with pytest.raises(UnknownRequest, match="waits for ApprovalGranted or ApprovalDenied, not for ClarificationP"):
        named([request], request.id, PROVIDED)
    with pytest.raises(OwnRequest, match="nobody approves their own request"):
        require_another(request, GRANTED, "ada")
    require_another(request, GRANTED, "grace")
    require_another(request, DENIED, "ada")  # they may take it back
    granted(theatre, story)
    assert waiting(theatre, story) == []


def test_what_nobody_answers_or_decides_ends_by_the_watchdog(theatre: Theatre) -> None:
    theatre.reset("offline-then-model")
    theatre.translates(*["SELECT COUNT(nosuch) AS stores FROM stores"] * 3)
    approval, clarification = theatre.ask(QUESTION), theatre.ask("How joyful is our fleet of unicorns?")
    assert {r.type for s in (approval, clarification) for r in waiting(theatre, s)} == ANSWERED_BY.keys()
    theatre.cloud.run_for(120 + 60 + 3600 + 120)  # the time limit, the watchdog's lag, the grace period, two looks
    for story, awaited in ((approval, "ApprovalGranted or ApprovalDenied"), (clarification, "ClarificationProvided")):
        end = theatre.cloud.reader.story(story).end
        assert end is not None and end.type == "ChoreographyAbandoned" and awaited in end.data["reason"]
        assert waiting(theatre, story) == []
    granted(theatre, approval)
    late = theatre.cloud.reader.story(approval).end
    assert late is not None and late.type == "ChoreographyAbandoned"
