"""Schedules in real time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from troupe.local.up.clockwork import Clockwork


@dataclass
class Rule:
    arn: str
    scheduled_expression: str | None
    state: str = "ENABLED"


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    rules: list[Any] = []
    monkeypatch.setattr("troupe.local.backends.rules", lambda: iter(rules))
    return rules


def test_a_rate_fires_each_time_and_once_for_all_that_was_missed(rules: list[Any]) -> None:
    fired: list[Any] = []
    clockwork = Clockwork(fired.append)
    rules += [Rule("a", "rate(1 minute)"), Rule("pattern", None)]
    counts = []
    for now in (1000.0, 1059.0, 1060.0, 1061.0, 1500.0, 1501.0, 1560.0):
        clockwork.look(now)
        counts.append(len(fired))
    assert counts == [0, 0, 1, 1, 2, 2, 3]


def test_rules_come_change_and_go_while_it_runs(rules: list[Any]) -> None:
    fired: list[Any] = []
    clockwork = Clockwork(fired.append)
    rules.append(Rule("a", "rate(1 minute)"))
    clockwork.look(0.0)
    rules[0] = Rule("a", "rate(5 minutes)")
    clockwork.look(60.0)
    assert fired == []
    rules[0].state = "DISABLED"
    clockwork.look(360.0)
    assert fired == []
    rules.clear()
    clockwork.look(10_000.0)
    assert fired == []
