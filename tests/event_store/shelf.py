"""The reading side of one DynamoDB table in memory, for measuring stores that moto would take minutes over.

Understands the requests that the event store makes and refuses any other. Pages and filters as DynamoDB does: a page
is cut at 1 MB of items read, the filter comes afterwards. Counts what it is asked and what it reads.
"""

from __future__ import annotations

import bisect
import json
import re
import threading
import zlib
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from troupe import Envelope, Event
from troupe.event_store import keys
from troupe.event_store.append import EventStore

PAGE_BYTES = 1_000_000
_KEYS = {"": ("pk", "sk"), "window": ("window", "recorded"), "failures": ("failure", "recorded")}
_CONDITION = re.compile(r"#part = :part( AND recorded BETWEEN :since AND :until)?")
_FILTER = re.compile(r"(#\w+) IN \(([^)]*)\)")

Item = dict[str, Any]


class Shelf:
    """The table; `put` in any order, then `query` and `batch_get_item` as a client would."""

    def __init__(self, page_bytes: int = PAGE_BYTES) -> None:
        self.page_bytes = page_bytes
        self.queries: list[tuple[str, str]] = []
        """Per Query its index and the partition asked for."""
        self.gets = 0
        self.read = 0
        """Items read, before filters."""
        self._parts: dict[str, dict[str, list[tuple[str, str, str]]]] = {i: defaultdict(list) for i in _KEYS}
        self._items: dict[tuple[str, str], Item] = {}
        self._lock = threading.Lock()

    def put(self, item: Item) -> None:
        place = (item["pk"]["S"], item["sk"]["S"])
        assert place not in self._items
        self._items[place] = item
        for index, (hash_, range_) in _KEYS.items():
            if hash_ in item:
                bisect.insort(self._parts[index][item[hash_]["S"]], (item[range_]["S"], *place))

    def partitions(self, index: str) -> set[str]:
        return set(self._parts[index])

    def forget(self) -> None:
        self.queries.clear()
        self.gets = self.read = 0

    def query(self, **request: Any) -> dict[str, Any]:
        index, names = request.get("IndexName", ""), request["ExpressionAttributeNames"]
        values = {name: value["S"] for name, value in request["ExpressionAttributeValues"].items()}
        condition = _CONDITION.fullmatch(request["KeyConditionExpression"])
        assert condition and names["#part"] == _KEYS[index][0], request
        entries = self._parts[index].get(values[":part"], [])
        if condition[1]:
            entries = [e for e in entries if values[":since"] <= e[0] <= values[":until"]]
        if after := request.get("ExclusiveStartKey"):
            entries = [e for e in entries if e > tuple(after["entry"]["L"])]
        page, weight = [], 0
        for entry in entries:
            page.append(entry)
            weight += size_of(self._items[entry[1:]])
            if weight >= self.page_bytes:
                break
        with self._lock:
            self.queries.append((index, values[":part"]))
            self.read += len(page)
        items = [self._items[e[1:]] for e in page]
        for name, allowed in _FILTER.findall(request.get("FilterExpression", "")):
            one_of = {values[v] for v in allowed.split(", ")}
            items = [item for item in items if item[names[name]]["S"] in one_of]
        more = {"LastEvaluatedKey": {"entry": {"L": page[-1]}}} if len(page) < len(entries) else {}
        return {"Items": items, **more}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        ((table, asked),) = RequestItems.items()
        self.gets += 1
        places = [(k["pk"]["S"], k["sk"]["S"]) for k in asked["Keys"]]
        assert len(places) == len(set(places)) <= 100
        found = [self._items[p] for p in places if p in self._items]
        self.read += len(found)
        return {"Responses": {table: found}}


def size_of(item: Item) -> int:
    """An item's bytes as DynamoDB counts them: names, text in UTF-8, binary as it is, numbers by their digits."""
    total = 0
    for name, value in item.items():
        ((kind, content),) = value.items()
        total += len(name.encode())
        if kind == "N":
            total += (len(content.lstrip("-")) + 1) // 2 + 1
        else:
            total += len(content if kind == "B" else content.encode())
    return total


def units(bytes_: int) -> int:
    """Write units of so many bytes: one per KB begun."""
    return -(-bytes_ // 1024)


class Happened(Event):
    """Something did."""

    n: int
    text: str = ""


class WentWrong(Event, failure=True):
    """Something did not."""

    n: int


def stories(
    count: int, length: int, began: datetime, every: timedelta, start: int = 0
) -> list[tuple[datetime, Envelope]]:
    """`count` chains of `length` events each, interleaved, one event per `every`; every tenth event is a failure."""
    made = []
    latest: dict[int, Envelope] = {}
    for n in range(count * length):
        chain = start + n % count
        event = WentWrong(n=n) if n % 10 == 9 else Happened(n=n, text=f"the {n}th of {count * length}")
        envelope = follow_up(latest.get(chain), event, f"e{start}-{n}", f"c{chain}", f"troupe.test.agent-{n % 5}")
        latest[chain] = envelope
        made.append((began + n * every, envelope))
    return made


def follow_up(
    cause: Envelope | None, event: Event, id: str, correlation_id: str, source: str = "troupe.test.a"
) -> Envelope:
    """An event that follows from another, or from none."""
    root = Envelope.root(event, source, id=id, correlation_id=correlation_id)
    if cause is None:
        return root
    deeper = {"causes": (cause.as_cause,), "depth": cause.metadata.depth + 1}
    acted = {"path": {**cause.metadata.path, f"{source}/handle": 1}, "agent_version": "0123456789ab"}
    m = root.metadata.model_copy(update=deeper | acted)
    return Envelope(root.type, source, m, root.data).sealed()


def item_of(event: Envelope, moment: datetime) -> Item:
    """The item that the recorder writes for it."""
    return EventStore("events", "decisions", 3600, 1000)._item(event, keys.event(event.metadata.id), moment)


def rewritten(item: Item, change: Any) -> Item:
    """The item with its body changed as text, whole in itself: as somebody would who knows the store."""
    detail = change(json.loads(zlib.decompress(item["body"]["B"])))
    body = zlib.compress(json.dumps(detail, separators=(",", ":")).encode())
    return item | {"body": {"B": body}, "crc": {"N": str(zlib.crc32(body))}}
