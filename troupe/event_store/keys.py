"""The keys of the event store's table and its two indexes.

pk C#<correlation>  sk E#<id>             an event
                    sk D#<id>#<digest>    another event under the same id: kept beside the first
                    sk S#<namespace>      the status of the correlation: fields that are set once
index window        <hour>#<shard>        / recorded time, for reading a window of time
index failures      <day>#<shard>         / recorded time, sparse: only what went wrong
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

WINDOW_INDEX = "window"
FAILURE_INDEX = "failures"
SHARDS = 4
"""Partitions per hour: DynamoDB takes 1,000 writes per second on each."""


def partition(correlation_id: str) -> str:
    return f"C#{correlation_id}"


def event(event_id: str) -> str:
    return f"E#{event_id}"


def divergent(event_id: str, digest: str) -> str:
    return f"D#{event_id}#{digest}"


def status(namespace: str) -> str:
    return f"S#{namespace}"


def recorded(moment: datetime) -> str:
    """A time as stored: UTC to the millisecond, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def window(moment: datetime, correlation_id: str) -> str:
    """The window partition of an event; a correlation's events share a shard."""
    return f"{_hour(moment)}#{_shard(correlation_id)}"


def windows(since: datetime, until: datetime) -> Iterator[list[str]]:
    """The window partitions of [since, until), hour by hour, each hour as the list of its shards."""
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour < until:
        yield [f"{_hour(hour)}#{shard}" for shard in range(SHARDS)]
        hour += timedelta(hours=1)


def failure(moment: datetime, correlation_id: str) -> str:
    """The failure partition of an event; sharded, because an outage makes everything fail at once."""
    return f"{_day(moment)}#{_shard(correlation_id)}"


def failures(since: datetime, until: datetime) -> Iterator[list[str]]:
    """The failure partitions of [since, until), day by day, each day as the list of its shards."""
    day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < until:
        yield [f"{_day(day)}#{shard}" for shard in range(SHARDS)]
        day += timedelta(days=1)


def filed_under(recorded: str, correlation_id: str) -> tuple[str, str]:
    """The window and the failure partition of an event, from its recorded time as stored."""
    shard = _shard(correlation_id)
    return f"{recorded[:13]}#{shard}", f"{recorded[:10]}#{shard}"


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")


def _shard(correlation_id: str) -> int:
    return zlib.crc32(correlation_id.encode()) % SHARDS
