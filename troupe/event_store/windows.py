"""Reads a window of time from its partitions: in order, page by page, several partitions at once.

Each hour of the window (each day of the failure index) is a few partitions. Theirs are merged by time, while those of
the next hours are fetched ahead. What is held in memory is a page or two per partition under way, never the window.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from typing import Any

from troupe.event_store import keys

Item = dict[str, Any]
Query = Callable[..., dict[str, Any]]
"""DynamoDB's Query on the event store's table."""


@dataclass(frozen=True)
class Part:
    """One partition of the table or of an index, or a range of it."""

    attribute: str
    value: str
    index: str = ""
    since: str = ""
    until: str = ""
    """The range of recorded times, both included; empty: all of the partition."""
    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per attribute the values of which an item must have one; no values: any."""

    def pages(self, query: Query, executor: Executor | None = None) -> Iterator[list[Item]]:
        """The items, page by page. With an executor the first page is under way at once, each next one ahead."""
        request = self._request()
        if executor is None:
            return _pages(lambda **page: lambda: query(**page), request)
        return _started(_pages(lambda **page: executor.submit(query, **page).result, request))

    def _request(self) -> dict[str, Any]:
        names, values = {"#part": self.attribute}, {":part": {"S": self.value}}
        condition = "#part = :part"
        request: dict[str, Any] = {}
        if self.since:
            condition += " AND recorded BETWEEN :since AND :until"
            values |= {":since": {"S": self.since}, ":until": {"S": self.until}}
        filters = []
        for number, (attribute, allowed) in enumerate((a, v) for a, v in self.wanted.items() if v):
            names[f"#f{number}"] = attribute
            values |= {f":f{number}_{i}": {"S": value} for i, value in enumerate(allowed)}
            filters.append(f"#f{number} IN ({', '.join(f':f{number}_{i}' for i in range(len(allowed)))})")
        if filters:
            request["FilterExpression"] = " AND ".join(filters)
        if self.index:
            request["IndexName"] = self.index
        return request | {
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }


def read_window(
    query: Query,
    since: datetime,
    until: datetime,
    wanted: Mapping[str, tuple[str, ...]],
    failed: bool,
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Item]:
    """The items recorded in [since, until) by time; see `Reader.window`."""
    first, last = keys.recorded(since), keys.recorded(until - timedelta(milliseconds=1))
    if first > last:
        return
    index, attribute = (keys.FAILURE_INDEX, "failure") if failed else (keys.WINDOW_INDEX, "window")
    slices = list((keys.failures if failed else keys.windows)(since, until))
    parts = [[Part(attribute, value, index, first, last, wanted) for value in shards] for shards in slices]
    executor = ThreadPoolExecutor(workers, "window") if workers > 1 else None
    ahead = workers // keys.SHARDS
    try:
        for done, streams in enumerate(_under_way(parts, query, executor, ahead), start=1):
            yield from merge(*map(_items, streams), key=lambda item: (item["recorded"]["S"], item["sk"]["S"]))
            if progress:
                progress(done, len(parts))
    finally:
        if executor:
            executor.shutdown(wait=False, cancel_futures=True)


def _under_way(
    parts: list[list[Part]], query: Query, executor: Executor | None, ahead: int
) -> Iterator[list[Iterator[list[Item]]]]:
    """The partitions of each slice of time, begun a few slices before their turn."""
    begun: deque[list[Iterator[list[Item]]]] = deque()
    for slice in parts:
        begun.append([part.pages(query, executor) for part in slice])
        if len(begun) > ahead:
            yield begun.popleft()
    yield from begun


def _pages(ask: Callable[..., Callable[[], dict[str, Any]]], request: dict[str, Any]) -> Iterator[list[Item]]:
    answer: Callable[[], dict[str, Any]] | None = ask(**request)
    yield []
    while answer:
        page = answer()
        more = page.get("LastEvaluatedKey")
        answer = ask(**request, ExclusiveStartKey=more) if more else None
        yield page["Items"]


def _started(pages: Iterator[list[Item]]) -> Iterator[list[Item]]:
    next(pages)
    return pages


def _items(pages: Iterator[list[Item]]) -> Iterator[Item]:
    for page in pages:
        yield from page
