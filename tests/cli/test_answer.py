"""The answer is read off the events, and so is the reason why there is none."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.stories import QUESTION, RESULT, TRANSLATED, answered, event, story
from troupe.local.answer import read_answer, write_view

ASKED = event("QueryReceived", {"question": QUESTION})
FAILED = {"agent": "query.ui-agent", "event_type": "ResultsReady", "error": "No room left."}


def test_an_answered_question(tmp_path: Path) -> None:
    told = answered()
    view = write_view(told, tmp_path / "views")
    answer = read_answer(told, view)
    assert (answer.outcome, answer.reason) == ("answered", "")
    assert (answer.reading, answer.sql) == (RESULT["reading"], RESULT["sql"])
    assert answer.rows == RESULT["rows"]
    assert answer.suggestions == ["a", "b", "c"]
    assert view == tmp_path / "views" / "c-1.html"
    assert view.read_text("utf-8") == "<!doctype html><title>é</title>"
    assert [path.name for path in view.parent.iterdir()] == ["c-1.html"]


def test_as_json_it_has_everything_a_program_asks_for(tmp_path: Path) -> None:
    told = answered()
    shown = read_answer(told, tmp_path / "c-1.html").as_json(told.events)
    assert shown["columns"] == ["region", "sales"]
    assert shown["rows"] == [["North", 1234567.5], ["South", None]]
    assert shown["view"] == str(tmp_path / "c-1.html")
    assert shown["events"][1] == {
        "id": "sqlgenerated",
        "type": "SQLGenerated",
        "source": "troupe.query.sql-agent",
        "depth": 1,
        "causes": ["queryreceived"],
        "occurred_at": "2026-11-23T10:30:00.012000Z",
    }
    assert set(shown) >= {"correlation_id", "outcome", "reading", "sql", "columns", "rows", "view", "events"}


@pytest.mark.parametrize(
    ("type_", "data", "outcome", "reason"),
    [
        ("SQLGenerationError", {"reason": "I could not place: happy."}, "clarification", "I could not place: happy."),
        (
            "QueryError",
            {"kind": "refused", "sql": "SELECT 2", "reason": "Not that table.", "rule": "allowed-tables"},
            "refused",
            "Not that table. (rule: allowed-tables)",
        ),
        (
            "QuestionFailed",
            {"kind": "refused", "sql": "SELECT 2", "reason": "Not that table.", "rule": "allowed-tables"},
            "refused",
            "Not that table. (rule: allowed-tables)",
        ),
        ("QuestionFailed", {"kind": "timeout", "sql": "SELECT 2", "reason": "Too slow."}, "failed", "Too slow."),
        ("QueryError", {"kind": "timeout", "sql": "SELECT 2", "reason": "Too slow."}, "failed", "Too slow."),
        ("QueryError", {"kind": "other", "sql": "SELECT 2", "reason": "Broken."}, "failed", "Broken."),
        ("ChoreographyHalted", {"reason": "A loop.", "agent": "a.b", "loop": []}, "failed", "A loop."),
        ("SomethingElse", {}, "failed", "The story ended with SomethingElse."),
    ],
)
def test_why_there_is_no_answer(type_: str, data: dict[str, Any], outcome: str, reason: str) -> None:
    answer = read_answer(story(ASKED, event(type_, data, ASKED, terminal=True)), None)
    assert (answer.outcome, answer.reason, answer.rows, answer.view) == (outcome, reason, [], None)
    if type_ in ("SQLGenerationError", "QueryError"):
        assert answer.helps


def test_the_sql_that_was_refused_is_shown_rather_than_the_one_proposed() -> None:
    translated = event("SQLGenerated", TRANSLATED, ASKED)
    refused = {"kind": "refused", "sql": "SELECT 2", "reason": "No."}
    told = story(ASKED, translated, event("QueryError", refused, translated, terminal=True))
    assert read_answer(told, None).sql == "SELECT 2"


def test_an_agent_that_gave_up_is_named() -> None:
    answer = read_answer(story(ASKED, event("AgentFailed", FAILED, ASKED, failure=True)), None)
    assert answer.outcome == "failed"
    assert answer.reason == "query.ui-agent gave up on ResultsReady: No room left."
    assert "troupe trace c-1" in answer.helps


def test_a_story_past_its_time_limit_says_who_is_waited_for() -> None:
    late = {
        "root_type": "QueryReceived",
        "within_s": 120,
        "reason": "query.sql-runner has not decided.",
        "undecided": [],
    }
    answer = read_answer(story(ASKED, event("ChoreographyStalled", late, ASKED, failure=True)), None)
    assert answer.reason == "There is no answer after 120 seconds: query.sql-runner has not decided."


def test_an_end_counts_more_than_an_incident_on_the_way() -> None:
    told = answered()
    told.events.insert(2, event("AgentFailed", FAILED, ASKED, failure=True))
    assert read_answer(told, None).outcome == "answered"


def test_a_story_without_an_end_says_where_it_stopped() -> None:
    assert (
        "the last event was SQLGenerated"
        in read_answer(story(ASKED, event("SQLGenerated", TRANSLATED, ASKED)), None).reason
    )
    assert "has not seen it" in read_answer(story(), None).reason


def test_a_question_back_says_how_to_answer_it() -> None:
    asked = event("ClarificationRequested", {"request": "5f0c", "reason": "Three statements failed."}, ASKED)
    answer = read_answer(story(ASKED, asked), None)
    assert (answer.outcome, answer.reason) == ("clarification", "Three statements failed.")
    assert "troupe inbox answer 5f0c" in answer.helps
    provided = event("ClarificationProvided", {"request": "5f0c", "question": "?"}, asked)
    assert answer.request == "5f0c"
    told = read_answer(story(ASKED, asked, provided), None)
    assert (told.outcome, told.request) == ("failed", "")


@pytest.mark.parametrize("type_", ["ApprovalGranted", "ApprovalDenied"])
def test_what_waits_for_an_approval_says_what_would_run_and_how_to_decide(type_: str) -> None:
    wanted = {"request": "9d41", "reason": "It is costly.", "not_counted": "Ada asked.", "sql": "SELECT 3"}
    asked = event("ApprovalRequested", wanted, event("SQLGenerated", TRANSLATED, ASKED))
    answer = read_answer(story(ASKED, event("SQLGenerated", TRANSLATED, ASKED), asked), None)
    assert (answer.outcome, answer.reason, answer.sql) == ("clarification", "Ada asked. It is costly.", "SELECT 3")
    assert "troupe inbox approve 9d41" in answer.helps and answer.as_json()["request"] == "9d41"
    decided = event(type_, {"request": "9d41", "why": "So."}, asked)
    assert read_answer(story(ASKED, asked, decided), None).request == ""


def test_a_denial_says_who_and_why_and_not_what_the_policy_allows() -> None:
    denied = {"kind": "refused", "sql": "SELECT 3", "reason": "grace denied the approval: No.", "rule": "approval"}
    answer = read_answer(story(ASKED, event("QuestionFailed", denied, ASKED, terminal=True)), None)
    assert (answer.outcome, answer.reason) == ("refused", "grace denied the approval: No.")
    assert "policy" not in answer.helps


def test_no_page_no_file(tmp_path: Path) -> None:
    assert write_view(story(ASKED), tmp_path / "views") is None
    assert not (tmp_path / "views").exists()
