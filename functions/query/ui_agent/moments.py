"""Points in time as results carry them (ISO 8601 text, or a year as a number), read and said."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

_PERIOD = re.compile(r"(\d{4})(?:-?Q([1-4])|-(\d\d))?")


def moment(value: Any) -> datetime | None:
    """The point in time that a cell stands for (a period by its first day), in UTC; None if it is not one.

    A value without an offset is taken as UTC: the warehouse's clock, on which its dates were grouped.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    try:
        if period := _PERIOD.fullmatch(text):
            year, quarter, month = period.groups()
            return datetime(int(year), int(quarter) * 3 - 2 if quarter else int(month or 1), 1, tzinfo=UTC)
        if isinstance(value, str) and len(text) <= 40:
            read = datetime.fromisoformat(text)
            return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None


def say_period(when: datetime, grain: str) -> str:
    """`2026`, `Q3 2026`, `Jul 2026`, `week of 6 Jul 2026`; for any other grain the date."""
    if grain == "year":
        return f"{when.year:04}"
    if grain == "quarter":
        return f"Q{(when.month + 2) // 3} {when.year:04}"
    if grain == "month":
        return f"{_MONTHS[when.month - 1]} {when.year:04}"
    return f"week of {_date(when)}" if grain == "week" else _date(when)


def say(value: Any, grain: str = "") -> str | None:
    """A date or timestamp as a person writes it (`1 Jul 2026, 14:05`), in its own offset; None if it is not one."""
    when = moment(value)
    if when is None:
        return None
    if grain:
        return say_period(when, grain)
    text = str(value)
    if len(text) <= len("2026-07-01"):
        return _date(when)
    local = datetime.fromisoformat(text)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    offset = "" if local.tzinfo is None else " UTC" if not local.utcoffset() else f" {local.isoformat()[-6:]}"
    return f"{_date(local)}, {clock}{offset}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Spelled out here because strftime would follow the machine's locale."""


def _date(when: datetime) -> str:
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year:04}"
