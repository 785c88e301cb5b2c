"""Who has not decided on what: held up against each other, what is stored, who subscribes, and what was decided."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from troupe.event_store.read import StoredEvent
from troupe.runtime.decisions import DecisionKey, halted_key
from troupe.runtime.incidents import AgentFailed, DeadLetterDropped, DeadLetterEdited
from troupe.runtime.joins import JoinKey
from troupe.runtime.parts import AgentPart, HandlerPart

Matches = Callable[[dict[str, Any], dict[str, Any]], bool]
"""EventBridge's matcher: does the pattern let the event through?"""

_BATCH_GET_LIMIT = 100
_ATTEMPTS = 5


@dataclass(frozen=True)
class Undecided:
    """One handler's open work on one stored event."""

    agent: str
    handler: str
    event: StoredEvent
    waits_for: tuple[str, ...] = ()
    """For a join, the types of which one has yet to come."""
    perhaps: bool = False
    """The subscription is filtered, and whether the filter lets this event through was not evaluated."""
    gave_up: str = ""
    """The error with which the agent gave up; a redrive of its dead letter lets it try again."""

    def __str__(self) -> str:
        said = f"{self.agent} has not decided on {self.event.type}"
        if self.gave_up:
            return f"{self.agent} gave up on {self.event.type}: {self.gave_up}"
        if self.waits_for:
            said = f"{self.agent} has {self.event.type} and waits for {' or '.join(self.waits_for)}"
        return f"{said}, unless its filter leaves it out" if self.perhaps else said


@dataclass(frozen=True)
class _Work:
    """A decision that ought to be there, or, for a join, the waiting that leads to one."""

    agent: AgentPart
    handler: HandlerPart
    event: StoredEvent
    perhaps: bool
    pk: str


def undecided(
    events: Sequence[StoredEvent],
    agents: Iterable[AgentPart],
    dynamodb: Any,
    decisions: str,
    *,
    matches: Matches | None = None,
) -> list[Undecided]:
    """The open work on these events, in their order.

    events: whole stories, or at least with the incidents that are about them.
    decisions: the decision table. One BatchGetItem per hundred decisions, and one more where joins are complete.
    matches: evaluates a handler's `where`; without it filtered handlers are named with `perhaps`.

    A join on a field looks its waiting up by the field's text as it travelled.
    """
    events = [e for e in events if not e.divergent]
    work = list(_expected(events, list(agents), matches))
    halts = {e.metadata.id: halted_key(e.metadata.correlation_id, e.metadata.namespace) for e in events}
    sides = {side for w in work if w.handler.is_join for side in w.handler.hears}
    asked = {w.pk for w in work} | {halts[w.event.metadata.id] for w in work}
    found = _look_up(dynamodb, decisions, asked, sides)
    joined = {w.pk: _joined_key(w, found[w.pk]) for w in work if w.handler.is_join and w.pk in found}
    found |= _look_up(dynamodb, decisions, {pk for pk in joined.values() if pk})
    settled, given_up = _incidents(events)
    open_work = []
    for w in work:
        about = (w.agent.id, w.event.metadata.id)
        halt = found.get(halts[w.event.metadata.id])
        # A halt with a reason is still to be told, by whoever takes the next event.
        halted = halt is not None and "reason" not in halt
        if about in settled or halted or _is_done(w, found, joined.get(w.pk)):
            continue
        waits_for = _waits_for(w, found.get(w.pk)) if w.handler.is_join else ()
        open_work.append(Undecided(w.agent.id, w.handler.name, w.event, waits_for, w.perhaps, given_up.get(about, "")))
    return open_work


def _expected(events: Iterable[StoredEvent], agents: list[AgentPart], matches: Matches | None) -> Iterable[_Work]:
    for event in events:
        for agent in agents:
            for handler in agent.handlers:
                if handler.side_of(event.type) is None:
                    continue
                # A rule sees what travelled: of an event whose data lies in the bucket, nothing.
                if handler.where and matches and not matches(handler.where, event.envelope.data):
                    continue
                yield _Work(agent, handler, event, bool(handler.where and not matches), _pk(agent, handler, event))


def _pk(agent: AgentPart, handler: HandlerPart, event: StoredEvent) -> str:
    m = event.metadata
    if not handler.is_join:
        return DecisionKey.of(agent.id, handler.name, m.namespace, [event.envelope.as_cause]).pk
    data = event.data if handler.join_on else {}
    value = str(data.get(handler.join_on, "")) if handler.join_on and isinstance(data, dict) else ""
    return JoinKey(agent.id, handler.name, m.namespace, m.correlation_id, value).pk


def _is_done(work: _Work, found: dict[str, dict[str, Any]], joined: str | None) -> bool:
    if not work.handler.is_join:
        return work.pk in found
    waiting = found.get(work.pk)
    if waiting is None:
        return False
    id = work.event.metadata.id
    if id in waiting.get("surplus", {}).get("SS", []):
        return True
    return id in _arrived(work.handler, waiting).values() and joined is not None and joined in found


def _joined_key(work: _Work, waiting: dict[str, Any]) -> str | None:
    """The key of the decision that a waiting leads to; None while a side is missing and it has not expired."""
    arrived = _arrived(work.handler, waiting)
    if len(arrived) < len(work.handler.hears) and "expired" not in waiting:
        return None
    causes = tuple(sorted(arrived.values()))
    return DecisionKey(work.agent.id, work.handler.name, work.event.metadata.namespace, causes).pk


def _waits_for(work: _Work, waiting: dict[str, Any] | None) -> tuple[str, ...]:
    arrived = _arrived(work.handler, waiting or {})
    if work.event.metadata.id not in arrived.values() or "expired" in (waiting or {}):
        return ()
    return tuple(t for side, types in work.handler.hears.items() if side not in arrived for t in types)


def _arrived(handler: HandlerPart, waiting: dict[str, Any]) -> dict[str, str]:
    return {side: waiting[f"id_{side}"]["S"] for side in handler.hears if f"id_{side}" in waiting}


def _incidents(events: Iterable[StoredEvent]) -> tuple[set[tuple[str, str]], dict[tuple[str, str], str]]:
    """What an operator has settled, and what agents gave up on with which error; by agent and event id."""
    settled: set[tuple[str, str]] = set()
    given_up: dict[tuple[str, str], str] = {}
    for event in events:
        about = (str(event.data.get("agent")), str(event.data.get("event_id"))) if _is_object(event) else ("", "")
        if event.type in (DeadLetterDropped.type_name(), DeadLetterEdited.type_name()):
            settled.add(about)
        elif event.type == AgentFailed.type_name():
            given_up[about] = str(event.data.get("error")) if _is_object(event) else ""
    return settled, given_up


def _is_object(event: StoredEvent) -> bool:
    own = (AgentFailed.type_name(), DeadLetterDropped.type_name(), DeadLetterEdited.type_name())
    return event.type in own and isinstance(event.data, dict)


def _look_up(dynamodb: Any, table: str, pks: set[str], sides: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """Those of the items that exist, by key; not the outputs and bodies in them."""
    attributes = ["pk", "expired", "surplus", "reason", *(f"id_{side}" for side in sorted(sides))]
    names = {f"#{i}": name for i, name in enumerate(attributes)}
    found: dict[str, dict[str, Any]] = {}
    wanted = sorted(pks)
    for start in range(0, len(wanted), _BATCH_GET_LIMIT):
        keys = [{"pk": {"S": pk}} for pk in wanted[start : start + _BATCH_GET_LIMIT]]
        asked = {
            "ConsistentRead": True,
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
        }
        request = {table: {"Keys": keys, **asked}}
        in_vain = 0
        while request:
            answer = dynamodb.batch_get_item(RequestItems=request)
            items = answer["Responses"].get(table, [])
            found |= {item["pk"]["S"]: item for item in items}
            request = answer.get("UnprocessedKeys") or {}
            in_vain = 0 if items else in_vain + 1
            if request and in_vain == _ATTEMPTS:
                raise RuntimeError("DynamoDB left all keys of a look-up unprocessed five times; try again in a moment.")
            if request:
                time.sleep(0.05 * 2**in_vain)
    return found
