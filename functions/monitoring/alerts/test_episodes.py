"""One alert per episode, whatever is seen again, at the same time, or before the store can show it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from contracts.monitoring import AlertCleared, AlertRaised, ConditionSeen
from troupe.adapters.history import Happening

from .episodes import over, raised

Make = Callable[..., Happening]


class Names:
    """Whose each name is."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def claim(self, name: str, *, by: str, lease_s: int) -> bool:
        return self.held.setdefault(name, by) == by


@pytest.fixture
def seen(happened: Make) -> ConditionSeen:
    return ConditionSeen.by("loop", "a.b", "warning", "It went round.", [happened("Halted").event])


def told(happened: Make, event: Any, *causes: Happening, **more: Any) -> Happening:
    return happened(event.type_name(), event.model_dump(mode="json"), *causes, **more)


def stories(*past: Happening) -> Callable[[str], list[Happening]]:
    return lambda id: [h for h in past if h.event.metadata.correlation_id == id]


def test_the_first_sight_raises_an_alert_with_all_that_was_seen(seen: ConditionSeen) -> None:
    alert = raised(seen, [], stories(), Names(), "k1")
    assert alert is not None
    assert alert.model_dump() == seen.model_dump()


def test_of_many_at_the_same_time_one_raises_it_on_every_attempt(seen: ConditionSeen) -> None:
    names = Names()
    keys = ["k1", "k2", "k1", "k3", "k2"]
    assert [raised(seen, [], stories(), names, key) is not None for key in keys] == [True, False, True, False, False]


def test_an_open_alert_is_not_raised_again_and_another_condition_is(happened: Make, seen: ConditionSeen) -> None:
    alert = told(happened, AlertRaised(**seen.model_dump()))
    assert raised(seen, [alert], stories(alert), Names(), "k1") is None
    other = ConditionSeen.by("loop", "a.c", "warning", "So did it.", [happened("Halted").event])
    assert other.fingerprint != seen.fingerprint
    assert raised(other, [alert], stories(alert), Names(), "k1") is not None


def test_after_it_was_cleared_an_episode_begins_anew_once(happened: Make, seen: ConditionSeen) -> None:
    names = Names()
    assert raised(seen, [], stories(), names, "k1")
    alert = told(happened, AlertRaised(**seen.model_dump()), ago=9000)
    (end,) = over([alert], alert.recorded.replace(hour=12), stories(alert), names, "t1")
    cleared = told(happened, end, alert, ago=5000)
    again = [raised(seen, [alert], stories(alert, cleared), names, key) is not None for key in ("k2", "k3", "k2")]
    assert again == [True, False, True]
    late = raised(seen, [], stories(), names, "k4")
    assert late is None, "who reads an index that has not caught up asks for the name of the episode before"


def test_it_is_cleared_once_it_was_quiet_for_long_enough(happened: Make, now: datetime, seen: ConditionSeen) -> None:
    alert = told(happened, AlertRaised(**seen.model_dump()), ago=4000)
    lately, long_ago = (told(happened, seen, ago=ago) for ago in (1700, 1900))
    assert over([alert, long_ago, lately], now, stories(alert), Names(), "t1") == []
    names = Names()
    (end,) = over([alert, long_ago], now, stories(alert), names, "t1")
    assert (end.fingerprint, end.kind, end.subject, end.last_seen) == (
        seen.fingerprint,
        "loop",
        "a.b",
        long_ago.recorded,
    )
    assert end.stated_causes == (alert.event,), "it ends the story of its alert"
    assert over([alert, long_ago], now, stories(alert), names, "t2") == [], "another tick has said so"
    cleared = told(happened, AlertCleared.model_validate(end.model_dump()), alert)
    assert over([alert, long_ago], now, stories(alert, cleared), Names(), "t3") == []
