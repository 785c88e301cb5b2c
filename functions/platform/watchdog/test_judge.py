"""What the watchdog says, without anything of AWS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from troupe import AgentFailed, Envelope, Event
from troupe.event_store.read import StoredEvent, Story
from troupe.event_store.undecided import Undecided
from troupe.operations.dead_letters import UNKNOWN, DeadLetter
from troupe.operations.overseer import Overdue
from troupe.runtime.incidents import ChoreographyAbandoned, ChoreographyStalled

from .judge import NOBODY, judge

NOW = datetime(2030, 1, 7, 12, tzinfo=UTC)


class Asked(Event, root=True, within_s=60):
    """Somebody asks."""


class Kept(StoredEvent):
    """A stored event that was never in a table."""

    def __init__(self, event: Event, recorded: datetime = NOW) -> None:
        envelope = Envelope.root(event, "app.test")
        item = {"type": {"S": envelope.type}, "recorded": {"S": recorded.isoformat()}, "sk": {"S": "E#"}}
        super().__init__(item)
        self.__dict__["envelope"] = envelope


class Watched:
    """An overseer that has seen just this."""

    grace_s = 3600
    max_receives = 5

    def __init__(self, overdue: list[Overdue], letters: list[DeadLetter] | None = None) -> None:
        self._overdue, self._letters = overdue, letters or []
        self.again: list[datetime] = []

    def overdue(self, now: datetime) -> list[Overdue]:
        return self._overdue

    def look_again(self, overdue: Overdue, moment: datetime) -> None:
        self.again.append(moment)

    def unspoken(self, now: datetime) -> list[DeadLetter]:
        return self._letters


def overdue(*events: Kept, open_work: int = 0) -> Overdue:
    root = Kept(Asked())
    work = [Undecided(f"a.b{number}", "act", root) for number in range(open_work)]
    return Overdue(root, Story("c-1", [root, *events], {}), work)


def said(watched: Any) -> list[Any]:
    return list(judge(watched, NOW))


def stalled() -> ChoreographyStalled:
    return ChoreographyStalled(root_type="Asked", within_s=60, reason="…")


def test_it_names_who_has_not_decided_and_how_many_more() -> None:
    (event,) = said(Watched([overdue(open_work=60)]))
    assert isinstance(event, ChoreographyStalled)
    assert event.reason.startswith("a.b0 has not decided on Asked; ") and event.reason.endswith("; and 57 more.")
    assert len(event.undecided) == 50 and event.within_s == 60


def test_where_all_have_decided_it_says_that_nobody_ended_it() -> None:
    story = overdue()
    (event,) = said(Watched([story]))
    assert event.reason == NOBODY and event.stated_causes == (story.root.envelope,)


def test_within_the_grace_period_it_says_nothing_more_and_looks_again_at_its_end() -> None:
    told = NOW - timedelta(seconds=3599)
    watched = Watched([overdue(Kept(stalled(), told), Kept(stalled(), NOW))])
    assert said(watched) == [] and watched.again == [told + timedelta(seconds=3600)]


def test_after_the_grace_period_it_ends_the_story() -> None:
    (event,) = said(Watched([overdue(Kept(stalled(), NOW - timedelta(seconds=3600)))]))
    assert isinstance(event, ChoreographyAbandoned) and event.grace_s == 3600 and event.terms.terminal


def test_it_speaks_for_an_agent_that_could_not() -> None:
    envelope = Envelope.root(Asked(), "app.test")
    letter = DeadLetter("a.b", "failed", "m", "r", "{}", NOW, {}, envelope, "", "")
    (event,) = said(Watched([], [letter]))
    assert isinstance(event, AgentFailed) and event.error == UNKNOWN and event.attempts == 5
    assert event.event_id == envelope.metadata.id and event.stated_causes == (envelope,)
