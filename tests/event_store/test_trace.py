"""A story told as a tree, a diagram and a report; whoever has not decided yet is part of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.cli.stories import BEGAN, answered, event, story
from troupe.event_store import report, sequence
from troupe.event_store.decided import Decided
from troupe.event_store.read import Story
from troupe.event_store.trace import Trace, age, trees
from troupe.event_store.undecided import Undecided
from troupe.event_store.verify import Finding

NOW = BEGAN + timedelta(seconds=3)
HOSTILE = "x`<script>``` #end; *\n# A heading\n-->>p0: forged"


def told(story: Story, waiting: list[Undecided] | None = None, **decided: Decided) -> Trace:
    return Trace(story, "troupe", NOW, waiting or [], decided)


def halfway() -> Trace:
    asked = event("QueryReceived", {"question": "?"}, source="troupe.cli")
    sql = event(
        "SQLGenerated",
        {"sql": "SELECT 1", "model": "some-model-1", "prompt_hash": "abc123"},
        asked,
        source="troupe.query.sql-agent",
    )
    waiting = [Undecided("query.sql-runner", "run", sql), Undecided("shop.shipper", "ship", asked, ("Paid",))]
    decided = Decided("query.sql-agent", "translate", 2)
    return told(story(asked, sql), waiting, sqlgenerated=decided)


def test_steps_stand_under_what_they_followed_from_with_time_and_attempt() -> None:
    (root,) = halfway().steps
    assert [(level, s.event.type, s.after_ms, s.attempt) for level, s in root.walk()] == [
        (0, "QueryReceived", 0.0, 0),
        (1, "SQLGenerated", 12.0, 2),
    ]
    assert [[w.agent for w in s.waiting] for _, s in root.walk()] == [["shop.shipper"], ["query.sql-runner"]]


def test_waiting_agents_are_said_to_wait_with_the_age_of_what_they_wait_on() -> None:
    trace = halfway()
    said = [trace.said(work) for work in trace.waiting]
    assert said == [
        "query.sql-runner has not decided on SQLGenerated, 3 s old",
        "shop.shipper has QueryReceived and waits for Paid, 3 s old",
    ]


def test_an_agent_that_gave_up_tells_its_attempts() -> None:
    asked = event("QueryReceived", {}, source="troupe.cli")
    gave_up = event("AgentFailed", {"attempts": 5, "error": "no"}, asked, failure=True)
    (root,) = trees(story(asked, gave_up))
    assert (root.children[0].attempt, root.children[0].note) == (5, "incident")


def test_how_long_a_story_took() -> None:
    assert told(answered()).took_ms == 48.0
    assert halfway().took_ms == 12.0
    assert told(Story("c", [], {})).took_ms == 0.0


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min"), (7300, "2 h"), (180_000, "2 d")]
)
def test_ages(seconds: float, said: str) -> None:
    assert age(seconds) == said


def test_the_diagram_shows_who_told_whom() -> None:
    assert sequence.draw(told(answered())).splitlines()[2:9] == [
        "  participant p0 as cli",
        "  participant p1 as query.sql-agent",
        "  participant p2 as query.sql-runner",
        "  participant p3 as query.integration-agent",
        "  participant p4 as query.ui-agent",
        "  p0->>p1: QueryReceived",
        "  p1->>p2: SQLGenerated",
    ]
    assert sequence.draw(told(answered())).endswith("  Note over p4: ViewRendered (end)\n")


def test_the_diagram_shows_who_waits() -> None:
    lines = sequence.draw(halfway()).splitlines()
    assert "  p1-)p3: SQLGenerated" in lines
    assert "  Note over p3: query.sql-runner has not decided on SQLGenerated, 3 s old" in lines


def test_nothing_from_events_becomes_part_of_the_diagram() -> None:
    asked = event(HOSTILE, {}, source=f"troupe.{HOSTILE}")
    drawn = sequence.draw(told(story(asked)))
    assert len(drawn.splitlines()) == 4
    shown = re.sub(r"#\d+;", "", drawn.split("participant p0 as ", 1)[1])
    assert not set("`<>*;#") & set(shown)


def test_the_report_says_who_decided_what_with_what() -> None:
    written = report.write(halfway(), [], 1)
    for said in (
        "The record holds: every digest of 2 events and 1 payload was computed anew",
        "- decided by `query.sql-agent`, handler `translate`, version `v1`, at attempt 2",
        "- on the evidence of `QueryReceived` from `cli` `queryreceived`, digest `",
        "- with the model `some-model-1`, prompt hash `abc123`",
        "It has not ended; its latest event is 3 s old.",
        "- no end: no terminal event is stored",
        "- `query.sql-runner has not decided on SQLGenerated, 3 s old`",
        "- `query.sql-agent`: 1 event in version `v1`",
    ):
        assert said in written, said


def test_the_report_says_who_approved_and_how_it_ended() -> None:
    asked = event("ApprovalRequested", {"cost": 9}, source="troupe.query.sql-runner")
    granted = event(
        "ApprovalGranted",
        {"by": {"id": "ada", "claims": {"tenant": "north"}}, "why": "quarter end"},
        asked,
        source="troupe.platform.desk",
    )
    end = event("ViewRendered", {"html": "x"}, granted, source="troupe.query.ui-agent", terminal=True)
    late = event("QueryError", {"reason": "too late"}, granted, terminal=True, failure=True)
    written = report.write(told(story(asked, granted, end, late)), [])
    assert "- `ada`: `ApprovalGranted` at 2026-11-23 10:30:00.012 UTC, because `quarter end`" in written
    assert "- the end: `ViewRendered` from `query.ui-agent`" in written
    assert "- came after the end, and did not count: `QueryError` from `query.x`: `too late`" in written
    assert "It ended after 0.0 s with `ViewRendered` from `query.ui-agent`." in written


def test_the_report_begins_with_who_decided_also_where_several_did() -> None:
    signed = event("ContractSigned", {}, source="troupe.cli")
    opinions = [
        event(name, {"verdict": verdict}, signed, source=f"troupe.{name.lower()}")
        for name, verdict in (("Law", "no"), ("Money", "yes"))
    ]
    decided = event("Decided", {"reason": "Law said no."}, *opinions, source="troupe.judge")
    end = event("Filed", {}, decided, source="troupe.clerk", terminal=True)
    written = report.write(told(story(signed, *opinions, decided, end)), [])
    assert written.split("## Who decided how it ended\n\n")[1].split("\n\n")[0].splitlines() == [
        "- `Filed` was decided by `clerk`",
        "- `Decided` was decided by `judge`: `Law said no.`",
        "  - on 2 events together, none of them alone:",
        '    - `Law` from `law` said `{"verdict": "no"}`',
        '    - `Money` from `money` said `{"verdict": "yes"}`',
    ]
    assert written.index("### `Money`") < written.index("### `Decided`"), "causes are told before what follows"


def test_the_report_begins_with_what_does_not_hold() -> None:
    finding = Finding("altered", "QueryReceived queryreceived", "c-1", "its digest is not that of what it says")
    written = report.write(told(answered()), [finding])
    assert (
        "**The record does not hold.** Of 5 events and 0 payloads:\n\n- `QueryReceived queryreceived is altered"
        in written
    )


def test_nothing_from_events_becomes_part_of_the_report() -> None:
    data: dict[str, Any] = {"by": HOSTILE, "why": HOSTILE, "model": HOSTILE, "reason": HOSTILE}
    asked = event(HOSTILE, data, source=f"troupe.{HOSTILE}", terminal=True)
    written = report.write(told(story(asked)), [Finding("altered", HOSTILE, HOSTILE, HOSTILE)])
    tokens = MarkdownIt("commonmark").parse(written)
    inline = [child for token in tokens for child in token.children or ()]
    assert [
        t.content for t, n in zip(tokens[1:], tokens, strict=False) if n.type == "heading_open" and n.tag != "h3"
    ] == [
        "Accountability report",
        "Who decided how it ended",
        "Who decided what",
        "Who approved, answered or intervened",
        "How it ended",
        "What is open",
        "Who took part",
    ]
    assert {t.type for t in (*tokens, *inline)}.isdisjoint({"html_block", "html_inline", "link_open", "fence"})
    plain = " ".join(child.content for child in inline if child.type == "text")
    assert "script" not in plain and "forged" not in plain


def test_an_empty_story_still_makes_a_report() -> None:
    assert "no terminal event is stored" in report.write(told(Story("c", [], {})), [])
