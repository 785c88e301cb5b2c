"""An agent is held against its own past, not against a number."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from troupe.adapters.history import Happening
from troupe.runtime.envelope import Envelope
from troupe.runtime.reactions import reacting

from .rates import unusual

Make = Callable[..., Happening]


def who(event: Envelope) -> str:
    return reacting(event).removeprefix("troupe.")


def failures(happened: Make, latest: int, *earlier: int, **more: Any) -> list[Happening]:
    """So many in the latest five minutes, and in each of those before."""
    return [
        happened("Declined", {}, ago=300 * age + 10 + n, failure=True, **more)
        for age, count in enumerate((latest, *earlier))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("latest", "earlier", "severity"),
    [
        (4, (), None),
        (5, (), "warning"),
        (20, (), "critical"),
        (8, (8,) * 24, None),
        (12, (8,) * 24, None),
        (13, (8,) * 24, "warning"),
        (13, (4, 12) * 12, None),  # one whose rate always goes up and down
        (60, (4, 12) * 12, "warning"),
        (6, (90, 0, 0, 0) * 6, "warning"),  # outliers in the past do not hide what is new
    ],
)
def test_what_is_unusual_follows_from_an_agents_own_past(
    happened: Make, now: datetime, latest: int, earlier: tuple[int, ...], severity: str | None
) -> None:
    seen = unusual(failures(happened, latest, *earlier), who, now)
    assert [s.severity for s in seen] == ([severity] if severity else [])


def test_an_agent_that_gave_up_is_counted_whoever_says_so_and_others_are_not_blamed(
    happened: Make, now: datetime
) -> None:
    given_up = [
        happened("AgentFailed", {"agent": "shop.stock"}, source=source, failure=True)
        for source in ("shop.stock", "platform.watchdog") * 3
    ]
    (seen,) = unusual([*given_up, *failures(happened, 4)], who, now)
    assert (seen.kind, seen.subject, seen.count) == ("failure-rate", "shop.stock", 6)
    assert seen.summary == "shop.stock failed 6 times within five minutes (AgentFailed); usual are 0."
    assert {e.event_id for e in seen.evidence} == {h.event.metadata.id for h in given_up}


def test_what_is_told_about_failures_is_none(happened: Make, now: datetime) -> None:
    told = ("ConditionSeen", "AlertRaised", "ChoreographyStalled", "ChoreographyAbandoned", "DeadLetterDropped")
    assert unusual([happened(type_, failure=True) for type_ in told for _ in range(9)], who, now) == []
