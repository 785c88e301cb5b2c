"""Finds what a replay is about: recorded events by story, window, type or failure, for the agents that hear them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from troupe.event_store.keys import recorded
from troupe.event_store.read import Reader, StoredEvent, UnreadableEvent
from troupe.event_store.undecided import Matches, undecided
from troupe.operations.history import unreadable
from troupe.operations.replay.manifest import Entry, LeftOut, ReplayError
from troupe.runtime.contract import Event
from troupe.runtime.envelope import MalformedEvent, digest_of
from troupe.runtime.incidents import AgentFailed
from troupe.runtime.parts import AgentPart, HandlerPart
from troupe.runtime.person import DESK, is_said_by_a_person
from troupe.runtime.rehearsal import Mode

OPEN_LOOK_BACK = timedelta(days=4)
"""How far back `open` looks unless told: as long as a queue keeps a message."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be replayed. Give a story or a window, or ask for what is open."""

    to: tuple[str, ...] = ()
    """The agents that get it; only what is open may go to whomever it is open at."""
    mode: Mode = "redeliver"
    repeat: int = 1
    reason: str = ""
    correlations: tuple[str, ...] = ()
    subtree: str = ""
    """The id of an event of the story: only it and what followed from it."""
    since: datetime | None = None
    until: datetime | None = None
    types: tuple[str, ...] = ()
    failed: bool = False
    """Only what the agent failed on (it gave up, or answered with a failure), and failures that it hears of."""
    open: bool = False
    """Only what the agents have not decided on."""

    def __str__(self) -> str:
        parts = [f"correlation {c}" for c in self.correlations]
        parts += [f"after {self.subtree}"] if self.subtree else []
        parts += [f"since {recorded(self.since)}"] if self.since else []
        parts += [f"until {recorded(self.until)}"] if self.until else []
        parts += [f"type {' or '.join(self.types)}"] if self.types else []
        parts += ["failed"] if self.failed else []
        parts += ["open"] if self.open else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Stock:
    """What a selection is made from."""

    reader: Reader
    agents: tuple[AgentPart, ...]
    dynamodb: Any
    decisions: str
    """The decision table's name."""
    app: str
    contracts: Mapping[str, type[Event]]
    """The events as the agents know them today, by type."""
    matches: Matches
    """EventBridge's matcher, for handlers that hear only some events of a type."""


def select(wish: Wish, stock: Stock, now: datetime) -> tuple[list[Entry], list[LeftOut]]:
    """What to send, oldest first, and what cannot be sent and why. Raises ReplayError; then there is nothing to send.

    now: where a window without an end ends. In AWS a minute ago, because indexes lag.
    """
    agents = _named(wish, stock)
    _check(wish, now)
    _check_types(wish, agents)
    events = list(_events(wish, stock, now))
    for event in events:
        _check_whole(event)
    wanted = [e for e in events if (wish.until is None or e.recorded < recorded(wish.until)) and _is_wanted(wish, e)]
    work = list(
        _open(wish, events, wanted, agents, stock) if wish.open else _heard(wish, events, wanted, agents, stock)
    )
    if not work:
        raise ReplayError(_nothing(wish, events, wanted, agents))
    if wish.mode != "redeliver":
        _check_harmless(agents, {(agent, handler) for agent, handler, _ in work})
    entries, left_out = [], []
    for agent, handler, event in work:
        place: dict[str, Any] = {
            "agent": agent, "type": event.type, "correlation_id": event.correlation_id, "event_id": event.id,
        }  # fmt: skip
        reason = _unfit(event, stock)
        if reason:
            left_out.append(LeftOut(**place, reason=reason))
        else:
            entries.append(Entry(**place, handler=handler, digest=event.metadata.digest))
    return entries, left_out


def _named(wish: Wish, stock: Stock) -> list[AgentPart]:
    known = {agent.id: agent for agent in stock.agents}
    for id in wish.to:
        if id not in known:
            raise ReplayError(f"There is no agent {id[:100]}; there is {', '.join(sorted(known)) or 'none'}.")
        if not any(handler.hears for handler in known[id].handlers):
            raise ReplayError(f"{id} decides nothing about recorded events, so there is nothing to replay to it.")
    if not wish.to and not wish.open:
        raise ReplayError("Say with --to which agent gets the events; nobody else hears them.")
    return [known[id] for id in dict.fromkeys(wish.to)] or list(stock.agents)


def _check(wish: Wish, now: datetime) -> None:
    if wish.mode != "whatif" and wish.repeat != 1:
        raise ReplayError("Only a whatif can be repeated; the other modes act, and act once.")
    if wish.repeat < 1:
        raise ReplayError(f"It cannot be repeated {wish.repeat} times.")
    if wish.mode == "reprocess" and not wish.reason.strip():
        raise ReplayError('A reprocess lets agents act again, so it needs --reason "…": the reason is kept for ever.')
    if wish.subtree and len(wish.correlations) != 1:
        raise ReplayError("A subtree is part of one story: say which with --correlation.")
    if wish.correlations and (wish.since or wish.until):
        raise ReplayError("Give either stories (--correlation) or a window (--since), not both.")
    if not wish.correlations and wish.since is None and not wish.open:
        raise ReplayError("Say what to replay: --correlation ID, --since 2h, or --open.")
    if wish.open and wish.failed:
        raise ReplayError("Either what is open or what failed; not both.")
    since, until = wish.since or now - OPEN_LOOK_BACK, wish.until or now
    if since > now:
        raise ReplayError(f"The window begins in the future, at {recorded(since)}; it is {recorded(now)}.")
    if since >= until:
        raise ReplayError(f"The window ends at {recorded(until)}, which is not after its beginning, {recorded(since)}.")


def _check_harmless(agents: Iterable[AgentPart], asked: set[tuple[str, str]]) -> None:
    """Nobody is to charge a card again, or take from a shelf, in order to see what they would say today."""
    for agent in agents:
        for handler in agent.handlers:
            if handler.acts and (agent.id, handler.name) in asked:
                raise ReplayError(
                    f"{agent.id}/{handler.name} changes the world outside; thought anew it would do so again, under "
                    "another key. Redeliver, or leave it out."
                )


def _check_types(wish: Wish, agents: Iterable[AgentPart]) -> None:
    for type_ in wish.types:
        if wish.to and not any(h.side_of(type_) for a in agents for h in a.handlers):
            heard = sorted({t for a in agents for h in a.handlers for types in h.hears.values() for t in types})
            raise ReplayError(
                f"{' and '.join(wish.to)} does not subscribe to {type_[:100]}; it hears {', '.join(heard)}."
            )


def _events(wish: Wish, stock: Stock, now: datetime) -> Iterator[StoredEvent]:
    """All that the selection may need to look at, in order of recording."""
    if wish.correlations:
        for correlation_id in dict.fromkeys(wish.correlations):
            story = stock.reader.story(correlation_id)
            if not story.events and not story.damaged:
                raise ReplayError(f"The event store knows no correlation {correlation_id[:100]}.")
            events = _subtree(story.events, wish.subtree) if wish.subtree else story.events
            yield from sorted([*story.damaged, *events], key=lambda e: (e.recorded, e.id))
        return
    # To the end, whatever `until` says: what agents gave up on is told later.
    yield from stock.reader.window(wish.since or now - OPEN_LOOK_BACK, now)


def _subtree(events: list[StoredEvent], root: str) -> list[StoredEvent]:
    reached = {root}
    if not any(e.id == root for e in events):
        raise ReplayError(f"The story has no event {root[:100]}; `troupe trace` shows its events.")
    for event in events:  # parents come before children
        if any(cause.id in reached for cause in event.metadata.causes):
            reached.add(event.id)
    return [e for e in events if e.id in reached]


def _check_whole(event: StoredEvent) -> None:
    try:
        whole = event.metadata.digest == event.item["digest"]["S"] == digest_of(event.type, event.source, event.detail)
    except (UnreadableEvent, MalformedEvent) as error:
        raise ReplayError(f"Nothing is replayed: {error}") from error
    if not whole:
        raise ReplayError(
            f"Nothing is replayed: {event.type} {event.id} of {event.correlation_id} is not what was recorded; "
            "`troupe verify` says more."
        )


def _is_wanted(wish: Wish, event: StoredEvent) -> bool:
    # What a replay thought anew is no history to think about again, but work of it may well be open.
    return (not wish.types or event.type in wish.types) and (wish.mode == "redeliver" or not event.metadata.namespace)


def _open(
    wish: Wish, events: list[StoredEvent], wanted: list[StoredEvent], agents: list[AgentPart], stock: Stock
) -> Iterator[tuple[str, str, StoredEvent]]:
    ids = {e.id for e in wanted}
    for work in undecided(events, agents, stock.dynamodb, stock.decisions, matches=stock.matches):
        # A join that waits for another event is not helped by the same one again.
        if work.event.id in ids and not work.waits_for:
            yield work.agent, work.handler, work.event


def _heard(
    wish: Wish, events: list[StoredEvent], wanted: list[StoredEvent], agents: list[AgentPart], stock: Stock
) -> Iterator[tuple[str, str, StoredEvent]]:
    failures = set(_failures(events, stock.app)) if wish.failed else set()
    for event in wanted:
        for agent in agents:
            handler = _handler(agent, event, stock.matches)
            if handler and (not wish.failed or event.metadata.failure or (agent.id, event.id) in failures):
                yield agent.id, handler.name, event


def _handler(agent: AgentPart, event: StoredEvent, matches: Matches) -> HandlerPart | None:
    for handler in agent.handlers:
        if handler.side_of(event.type) and (not handler.where or matches(handler.where, event.envelope.data)):
            return handler
    return None


def _failures(events: list[StoredEvent], app: str) -> Iterator[tuple[str, str]]:
    """Who failed on what: agent and id of the event."""
    for event in events:
        if event.type == AgentFailed.type_name() and isinstance(event.envelope.data, dict):
            yield str(event.envelope.data.get("agent")), str(event.envelope.data.get("event_id"))
        elif event.metadata.failure:
            for cause in event.metadata.causes:
                yield event.source.removeprefix(f"{app}."), cause.id


def _unfit(event: StoredEvent, stock: Stock) -> str:
    """Why the event cannot be sent to agents of today; empty when it can.

    What is sent is the stored event as it was, so that its digest holds: the agent brings it up to date, too.
    """
    if event.divergent:
        return "another event has this id and was there before it"
    contract = stock.contracts.get(event.type)
    if contract is None:
        return f"there is no contract {event.type} any more"
    if is_said_by_a_person(contract) and event.source != f"{stock.app}.{DESK}":
        return f"a person says it, and it came from {event.source[:100]} instead of through the desk"
    try:
        return unreadable(event, contract)
    except UnreadableEvent as error:
        raise ReplayError(f"Nothing is replayed: {error}") from error


def _nothing(wish: Wish, events: list[StoredEvent], wanted: list[StoredEvent], agents: list[AgentPart]) -> str:
    to = " and ".join(wish.to)
    if not events:
        return "Nothing was recorded in this window."
    if wish.open:
        return f"Nothing is open{f' at {to}' if to else ''}: everything that was recorded has been decided on."
    if not wanted:
        return f"No recorded event is selected by: {wish}."
    heard = {t for a in agents for h in a.handlers for types in h.hears.values() for t in types}
    if not any(e.type in heard for e in wanted):
        there = ", ".join(sorted({e.type for e in wanted})[:8])
        return f"{to} hears {', '.join(sorted(heard))}; selected are {there}."
    if wish.failed:
        return f"{to} has failed on nothing in what is selected."
    return f"The filter of {to} leaves out everything that is selected."
