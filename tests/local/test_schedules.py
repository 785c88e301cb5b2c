"""Schedules: when they fire, and what arrives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.local.tiny import Account, bodies, booted, queue_arn, rule_arn
from troupe.local.errors import LocalCloudError
from troupe.local.schedules import InvalidSchedule, parse

MONDAY = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
INBOX = {"Id": "inbox", "Arn": queue_arn("inbox")}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(5 minutes)", "2030-01-07T09:05"),
        ("rate(1 hour)", "2030-01-07T10:00"),
        ("rate(2 days)", "2030-01-09T09:00"),
        ("cron(0 9 * * ? *)", "2030-01-08T09:00"),
        ("cron(30 9 * * ? *)", "2030-01-07T09:30"),
        ("cron(0/15 * * * ? *)", "2030-01-07T09:15"),
        ("cron(0 8 ? * MON-FRI *)", "2030-01-08T08:00"),
        ("cron(0 8 ? * 1 *)", "2030-01-13T08:00"),
        ("cron(0 0 31 * ? *)", "2030-01-31T00:00"),
        ("cron(0 0 29 2 ? *)", "2032-02-29T00:00"),
        ("cron(5,10 8-10 * JAN,FEB ? 2031)", "2031-01-01T08:05"),
        ("cron(0 0 1 1 ? 2029)", None),
    ],
)
def test_the_next_time(expression: str, expected: str | None) -> None:
    found = parse(expression).after(MONDAY)
    assert (found and found.strftime("%Y-%m-%dT%H:%M")) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(5 weeks)",
        "every 5 minutes",
        "cron(0 9 * * * *)",
        "cron(0 9 ? * ? *)",
        "cron(61 9 * * ? *)",
        "cron(0 9 L * ? *)",
        "cron(9-8 9 * * ? *)",
        "cron(0 9 * * ?)",
    ],
)
def test_what_is_no_schedule(expression: str) -> None:
    with pytest.raises(InvalidSchedule):
        parse(expression)


def test_a_schedule_fires_as_time_passes_and_not_before(tmp_path: Path) -> None:
    ticking = Account().queue("inbox").rule("tick", None, INBOX, ScheduleExpression="rate(5 minutes)")
    with booted(tmp_path, ticking, start=MONDAY) as cloud:
        assert cloud.run_until_idle() == 0
        cloud.run_for(299)
        assert bodies("inbox") == []
        cloud.run_for(302)
        first, second = (json.loads(body) for body in bodies("inbox"))
    assert (first["time"], second["time"]) == ("2030-01-07T09:05:00Z", "2030-01-07T09:10:00Z")
    assert (first["detail-type"], first["source"], first["detail"]) == ("Scheduled Event", "aws.events", {})
    assert first["resources"] == [rule_arn("tick", bus="")]


def test_a_disabled_schedule_does_not_fire(tmp_path: Path) -> None:
    off = Account().queue("inbox")
    off.rule("tick", None, INBOX, ScheduleExpression="rate(5 minutes)", State="DISABLED")
    with booted(tmp_path, off) as cloud:
        cloud.run_for(3600)
        assert bodies("inbox") == []


def test_a_schedule_that_is_not_understood_is_an_error_at_load(tmp_path: Path) -> None:
    odd = Account().queue("inbox").rule("tick", None, INBOX, ScheduleExpression="cron(0 9 LW * ? *)")
    with pytest.raises(LocalCloudError, match="LW"), booted(tmp_path, odd):
        pass
