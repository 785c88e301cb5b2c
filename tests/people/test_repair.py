"""A model's SQL that fails is mended, a bounded number of times; then somebody is asked, and the story goes on."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from contracts.query import ClarificationProvided
from tests.people.conftest import MODEL, Theatre
from troupe import Person
from troupe.local.answer import read_answer
from troupe.operations.requests import PROVIDED, UnknownRequest, named, open_requests

GOOD = "SELECT COUNT(*) AS stores FROM stores"
BAD = "SELECT COUNT(nosuch) AS stores FROM stores"


def test_what_failed_goes_back_to_the_model_with_the_diagnosis(theatre: Theatre) -> None:
    theatre.translates(BAD, GOOD)
    story = theatre.ask()
    assert theatre.types(story) == [
        "QueryReceived",
        "SQLGenerated",
        "QueryError",
        "SQLRevisionRequested",
        "SQLGenerated",
        "QuerySuccess",
        "ResultsReady",
        "ViewRendered",
    ]
    again = json.loads(theatre.asked[1]["messages"][0]["content"][0]["text"])["SQLRevisionRequested"]
    assert again["sql"] == BAD and '"nosuch" does not exist' in again["diagnosis"]
    said = theatre.last(story, "SQLGenerated")
    assert (said["attempt"], said["translator"], said["model"]["output_tokens"]) == (2, MODEL, 57)
    answer = read_answer(theatre.cloud.reader.story(story), None)
    assert (answer.outcome, answer.rows) == ("answered", [[14]])


def test_after_three_attempts_somebody_is_asked_and_the_answer_leads_on(theatre: Theatre) -> None:
    theatre.translates(BAD, BAD, BAD)
    story = theatre.ask()
    assert theatre.types(story).count("SQLGenerated") == 3
    open_story = theatre.cloud.reader.story(story)
    assert open_story.end is None
    answer = read_answer(open_story, None)
    assert answer.outcome == "clarification" and "3 statements failed" in answer.reason
    request = theatre.last(story, "ClarificationRequested")["request"]
    assert f"troupe inbox answer {request}" in answer.helps

    theatre.translates(GOOD)
    said = ClarificationProvided(request=request, question="Count the rows of stores", provided_by=Person(id="ada"))
    theatre.say(said, story)
    assert theatre.types(story)[-1] == "ViewRendered"
    assert json.loads(theatre.asked[-1]["messages"][0]["content"][0]["text"]) == {
        "QueryReceived": {"question": "Count the rows of stores"}
    }
    causes = {cause.id for e in theatre.told(story) if e.type == "SQLGenerated" for cause in e.metadata.causes}
    assert {e.id for e in theatre.told(story) if e.type.startswith("Clarification")} <= causes


def test_the_inbox_holds_what_is_open(theatre: Theatre) -> None:
    theatre.translates(BAD, BAD, BAD)
    story = theatre.ask()
    moments = [event.metadata.occurred_at for event in theatre.told(story)]
    since, until = min(moments), max(moments) + timedelta(minutes=10)

    def waiting() -> list[str]:
        return [request.correlation_id for request in open_requests(theatre.cloud.reader, since, until)]

    assert waiting() == [story]
    (request,) = open_requests(theatre.cloud.reader, since, until)
    assert named([request], request.id[:4], PROVIDED) == request and request.question == "How many stores are there?"
    theatre.translates(GOOD)
    theatre.say(ClarificationProvided(request=request.id, question="Count stores", provided_by=Person(id="ada")), story)
    assert waiting() == []
    with pytest.raises(UnknownRequest, match="Nothing waits"):
        named([], request.id, PROVIDED)


def test_an_answer_to_something_else_leads_nowhere(theatre: Theatre) -> None:
    theatre.translates(BAD, BAD, BAD)
    story = theatre.ask()
    theatre.say(ClarificationProvided(request="another", question="Count stores", provided_by=Person(id="ada")), story)
    assert theatre.cloud.reader.story(story).end is None
    assert theatre.types(story).count("SQLGenerated") == 3


def test_the_model_s_sql_passes_the_same_guard(theatre: Theatre) -> None:
    theatre.translates("SELECT usename FROM pg_user")
    story = theatre.ask()
    assert theatre.types(story)[-2:] == ["QueryError", "QuestionFailed"]
    answer = read_answer(theatre.cloud.reader.story(story), None)
    assert answer.outcome == "refused" and "pg_user" in answer.reason


def test_a_model_that_is_not_there_is_an_honest_no(theatre: Theatre) -> None:
    story = theatre.ask()
    assert theatre.types(story) == ["QueryReceived", "SQLGenerationError"]
    assert "on this machine" in theatre.last(story, "SQLGenerationError")["reason"]


def test_rules_answer_first_where_both_translate(theatre: Theatre) -> None:
    theatre.reset("offline-then-model")
    story = theatre.ask()
    assert theatre.last(story, "SQLGenerated")["translator"] == "offline" and theatre.types(story)[-1] == "ViewRendered"
    theatre.translates(GOOD)
    story = theatre.ask("How joyful is our fleet of unicorns?")
    assert theatre.last(story, "SQLGenerated")["translator"] == MODEL
