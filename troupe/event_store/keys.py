"""The keys of the event store's table and its two indexes.

pk C#<correlation>  sk E#<id>             an event
                    sk D#<id>#<digest>    another event under the same id: kept beside the first
                    sk S#<namespace>      the status of the correlation: fields that are set once
index window        <hour>#<shard>        / recorded time, for reading a window of time
index failures      <day>                 / recorded time, sparse: only what went wrong
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
    shard = zlib.crc32(correlation_id.encode()) % SHARDS
    return f"{_hour(moment)}#{shard}"


def windows(since: datetime, until: datetime) -> Iterator[list[str]]:
    """The window partitions of [since, until), hour by hour, each hour as the list of its shards."""
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour < until:
        yield [f"{_hour(hour)}#{shard}" for shard in range(SHARDS)]
        hour += timedelta(hours=1)


def failure(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")
