from datetime import UTC, datetime
from typing import Any

import pytest

from .moments import moment, say


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("2026-07-14", datetime(2026, 7, 14, tzinfo=UTC)),
        ("2026-07-14T12:30:00+02:00", datetime(2026, 7, 14, 10, 30, tzinfo=UTC)),
        ("2026-07-14 12:30:00", datetime(2026, 7, 14, 12, 30, tzinfo=UTC)),
        (2026, datetime(2026, 1, 1, tzinfo=UTC)),
        (2026.0, datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-Q3", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-07", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-13", None),
        ("infinity", None),
        ("0000", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("x" * 100_000, None),
        (None, None),
        (True, None),
        (20260714, None),
        ([], None),
    ],
)
def test_reading_a_point_in_time(value: Any, when: datetime | None) -> None:
    assert moment(value) == when


@pytest.mark.parametrize(
    ("value", "grain", "text"),
    [
        ("2026-07-01", "", "1 Jul 2026"),
        ("2026-07-01T14:05:00", "", "1 Jul 2026, 14:05"),
        ("2026-07-01T14:05:09+00:00", "", "1 Jul 2026, 14:05:09 UTC"),
        ("2026-07-01T14:05:00+02:00", "", "1 Jul 2026, 14:05 +02:00"),
        ("2026-07-01", "month", "Jul 2026"),
        ("2026-07-01T00:00:00+00:00", "quarter", "Q3 2026"),
        ("2026-12-01", "quarter", "Q4 2026"),
        ("2026-07-06", "week", "week of 6 Jul 2026"),
        ("2026-07-06", "day", "6 Jul 2026"),
        (2026, "year", "2026"),
        ("soon", "", None),
    ],
)
def test_saying_a_point_in_time(value: Any, grain: str, text: str | None) -> None:
    assert say(value, grain) == text
