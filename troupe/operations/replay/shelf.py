"""Where replays are kept: the frozen manifest in the payload bucket, how far it has come in the decision table.

Both lie where no agent's role reaches: an agent only receives messages. They are kept as long as the events.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from troupe.operations.replay.manifest import Manifest, ReplayError

_FOLDER = "replay/"

State = Literal["frozen", "running", "stopped", "cancelled", "delivered"]
OVER: tuple[State, ...] = ("cancelled", "delivered")


@dataclass(frozen=True)
class Progress:
    """How far a replay has come."""

    state: State
    sent: int = 0
    """Messages that are known to be sent; up to ten more may be, if somebody was killed in between."""
    dead: dict[str, int] = field(default_factory=dict)
    """Dead letters per agent when it began."""
    holder: str = ""
    until: float = 0
    """Who is sending, and until when nobody else may; seconds since the epoch."""
    ended: float = 0
    by: str = ""
    """Who ended it, and when; seconds since the epoch."""
    told: bool = False
    """Its end is an event."""
    why: str = ""
    """Why it stopped."""


class Shelf:
    """The replays of a stage. `ttl_s` as for decisions."""

    def __init__(self, s3: Any, dynamodb: Any, bucket: str, table: str, ttl_s: int = 0) -> None:
        self._s3 = s3
        self._dynamodb = dynamodb
        self._bucket = bucket
        self._table = table
        self._ttl_s = ttl_s or 730 * 86_400

    def put(self, manifest: Manifest) -> None:
        """Keeps a manifest; it never changes from then on."""
        text = manifest.model_dump_json().encode()
        self._s3.put_object(Bucket=self._bucket, Key=_key(manifest.id), Body=text, ContentType="application/json")

    def get(self, id: str) -> Manifest:
        """Raises ReplayError for one that is not there, or is not what was frozen."""
        try:
            body = self._s3.get_object(Bucket=self._bucket, Key=_key(id))["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            raise ReplayError(f"There is no replay {id[:100]}; `troupe replay list` shows them.") from None
        return Manifest.thaw(body, id)

    def ids(self) -> Iterator[str]:
        """Of all replays, oldest first."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=_FOLDER)
        for page in pages:
            yield from (_id(entry["Key"]) for entry in page.get("Contents", ()))

    def progress(self, id: str) -> Progress:
        """How far it has come; `frozen` while nobody has begun."""
        answer = self._dynamodb.get_item(TableName=self._table, Key=_place(id), ConsistentRead=True)
        return _progress(answer.get("Item"))

    def begin(self, id: str, holder: str, dead: dict[str, int], hold_s: float) -> Progress:
        """Takes the replay, to send from where it stands. Raises ReplayError when it is over or somebody else has it.

        dead: how many dead letters there are; from now on more of them stop it.
        """
        now = time.time()
        try:
            return self._update(
                id,
                "SET #state = :running, holder = :holder, #until = :until, dead = :dead, #ttl = :ttl, "
                "sent = if_not_exists(sent, :zero) REMOVE why",
                "NOT #state IN (:cancelled, :delivered) AND (attribute_not_exists(pk) OR #state = :stopped "
                "OR holder = :holder OR #until < :now)",
                {
                    ":running": _s("running"),
                    ":stopped": _s("stopped"),
                    ":cancelled": _s("cancelled"),
                    ":delivered": _s("delivered"),
                    ":holder": _s(holder),
                    ":until": _n(now + hold_s),
                    ":now": _n(now),
                    ":dead": {"M": {agent: _n(count) for agent, count in dead.items()}},
                    ":ttl": _n(int(now) + self._ttl_s),
                    ":zero": _n(0),
                },
            )
        except _Conflict:
            found = self.progress(id)
        if found.state in OVER:
            raise ReplayError(f"{id} is over: {found.state} by {found.by}, {found.sent} messages were sent.")
        raise ReplayError(
            f"{found.holder} is sending {id} right now; if that process is gone, "
            f"try again in {max(1, round(found.until - now))} s."
        )

    def note(self, id: str, holder: str, sent: int, hold_s: float) -> bool:
        """Notes that so many messages are sent; False when the replay was taken away or cancelled meanwhile."""
        try:
            self._update(
                id,
                "SET sent = :sent, #until = :until",
                "#state = :running AND holder = :holder",
                {
                    ":sent": _n(sent),
                    ":until": _n(time.time() + hold_s),
                    ":running": _s("running"),
                    ":holder": _s(holder),
                },
            )
        except _Conflict:
            return False
        return True

    def stop(self, id: str, holder: str, why: str) -> None:
        """Lets go of it before the end; whoever wants may go on."""
        try:
            self._update(
                id,
                "SET #state = :stopped, why = :why, #until = :zero",
                "#state = :running AND holder = :holder",
                {
                    ":stopped": _s("stopped"),
                    ":why": _s(why),
                    ":zero": _n(0),
                    ":running": _s("running"),
                    ":holder": _s(holder),
                },
            )
        except _Conflict:
            return

    def end(self, id: str, state: State, by: str) -> Progress:
        """Ends it, once: the first end holds, and is returned. Also one that nobody has begun can be cancelled."""
        now = time.time()
        try:
            return self._update(
                id,
                "SET #state = :state, ended = :now, #by = :by, #ttl = :ttl, #until = :zero, "
                "sent = if_not_exists(sent, :zero)",
                "NOT #state IN (:cancelled, :delivered)",
                {
                    ":state": _s(state),
                    ":now": _n(int(now)),
                    ":by": _s(by),
                    ":ttl": _n(int(now) + self._ttl_s),
                    ":zero": _n(0),
                    ":cancelled": _s("cancelled"),
                    ":delivered": _s("delivered"),
                },
            )
        except _Conflict:
            return self.progress(id)

    def told(self, id: str) -> None:
        """Its end is an event now."""
        self._update(id, "SET told = :yes", "attribute_exists(pk)", {":yes": {"BOOL": True}})

    def _update(self, id: str, what: str, condition: str, values: dict[str, Any]) -> Progress:
        names = {f"#{n}": n for n in ("state", "until", "ttl", "by") if f"#{n}" in what + condition}
        try:
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=_place(id),
                UpdateExpression=what,
                ConditionExpression=condition,
                **({"ExpressionAttributeNames": names} if names else {}),
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            raise _Conflict from None
        return _progress(answer["Attributes"])


class _Conflict(Exception):
    """The condition of a write did not hold."""


def _progress(item: dict[str, Any] | None) -> Progress:
    if not item:
        return Progress("frozen")

    def number(name: str) -> float:
        return float(item.get(name, {}).get("N", "0"))

    def text(name: str) -> str:
        return str(item.get(name, {}).get("S", ""))

    state: Any = text("state")
    return Progress(
        state=state,
        sent=int(number("sent")),
        dead={agent: int(n["N"]) for agent, n in item.get("dead", {}).get("M", {}).items()},
        holder=text("holder"),
        until=number("until"),
        ended=number("ended"),
        by=text("by"),
        told=bool(item.get("told", {}).get("BOOL")),
        why=text("why"),
    )


def _place(id: str) -> dict[str, Any]:
    # No agent's role names this prefix: theirs are `<agent id>#` and `H#`.
    return {"pk": {"S": f"R#{id}"}}


def _key(id: str) -> str:
    return f"{_FOLDER}{id}.json"


def _id(key: str) -> str:
    return key.removeprefix(_FOLDER).removesuffix(".json")


def _s(text: str) -> dict[str, str]:
    return {"S": text}


def _n(number: float) -> dict[str, str]:
    return {"N": f"{number:.3f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)}
