"""Times as people give them: how long ago, or a date and time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}


class MomentError(ValueError):
    """A time or a window that cannot be read; one sentence."""


def moment(text: str, now: datetime) -> datetime:
    """`2h` ago, or an ISO 8601 date or time (UTC unless it says otherwise). Raises MomentError."""
    said = text.strip()
    if match := _AGO.fullmatch(said):
        try:
            return now - timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
        except OverflowError:
            raise MomentError(f"{said} is longer ago than there are dates.") from None
    try:
        read = datetime.fromisoformat(said)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MomentError(
            f"{text[:50]!r} is no time; say how long ago, such as 30s, 15m, 2h, 7d or 2w, or 2026-11-23T10:30."
        ) from None


def window(since: str, until: str, now: datetime) -> tuple[datetime, datetime]:
    """The window [since, until); until now if `until` is empty. Raises MomentError for one that holds no time."""
    begins = moment(since, now)
    ends = moment(until, now) if until else now
    if begins > now:
        raise MomentError(f"The window begins in the future, at {begins:%Y-%m-%d %H:%M:%S} UTC.")
    if begins >= ends:
        raise MomentError(
            f"The window ends at {ends:%Y-%m-%d %H:%M:%S} UTC, which is not after its beginning, "
            f"{begins:%Y-%m-%d %H:%M:%S} UTC."
        )
    return begins, ends
