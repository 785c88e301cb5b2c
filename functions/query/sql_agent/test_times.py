"""Date phrases, as of Wednesday, 20 May 2026."""

from __future__ import annotations

from datetime import date

import pytest

from .times import read_period
from .words import split

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("phrase", "start", "end"),
    [
        ("last quarter", "2026-01-01", "2026-04-01"),
        ("last month", "2026-04-01", "2026-05-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last week", "2026-05-11", "2026-05-18"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("yesterday", "2026-05-19", "2026-05-20"),
        ("past 30 days", "2026-04-21", "2026-05-21"),
        ("last 30 days, inclusive of 30 days ago", "2026-04-20", "2026-05-21"),
        ("last 2 months excluding the current month", "2026-03-01", "2026-05-01"),
        ("the last 3 full months", "2026-02-01", "2026-05-01"),
        ("March", "2026-03-01", "2026-04-01"),
        ("November", "2025-11-01", "2025-12-01"),
        ("March 2024", "2024-03-01", "2024-04-01"),
        ("Q1 2024", "2024-01-01", "2024-04-01"),
        ("the second quarter of 2025", "2025-04-01", "2025-07-01"),
        ("2023", "2023-01-01", "2024-01-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("5 June 2025", "2025-06-05", "2025-06-06"),
        ("June 5, 2025", "2025-06-05", "2025-06-06"),
        ("between 2010 and 2015", "2010-01-01", "2016-01-01"),
        ("from 1 May to 3 June 2025", "2025-05-01", "2025-06-04"),
        ("year to date", "2026-01-01", "2026-05-21"),
    ],
)
def test_phrases(phrase: str, start: str, end: str) -> None:
    words = split(phrase)
    found = read_period(words, 0, TODAY)
    assert found is not None
    assert (found.period.start, found.period.end) == (date.fromisoformat(start), date.fromisoformat(end))
    assert found.end == len(words)


@pytest.mark.parametrize(
    "phrase", ["may", "last name", "30 February 2025", "between cats and dogs", "last 0 days", "12"]
)
def test_what_is_not_a_date(phrase: str) -> None:
    assert read_period(split(phrase), 0, TODAY) is None


def test_a_period_is_spoken_with_its_last_day() -> None:
    found = read_period(split("Q3 2025"), 0, TODAY)
    assert found is not None
    assert found.period.spoken() == "1 Jul to 30 Sep 2025"
