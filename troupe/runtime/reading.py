"""The first steps of a turn: from SQS messages to tasks that can be decided."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from troupe.runtime.contract import Event, Outdated
from troupe.runtime.decisions import DecisionKey
from troupe.runtime.envelope import Envelope, MalformedEvent, first_fault, wire
from troupe.runtime.joins import JoinKey, Waiting
from troupe.runtime.letters import Letter, Task, Turn
from troupe.runtime.outputs import expired
from troupe.runtime.rehearsal import Replay, in_namespace
from troupe.runtime.reporting import give_up
from troupe.runtime.signature import Handler

_REMINDER = "troupe-join"
"""The only member of a message that an agent sends itself to end a join's waiting."""


class UnknownEvent(Exception):
    """No handler for this type, or a version newer than ours: a deployment may be in flight, so it is retried."""


def parse(turn: Turn) -> None:
    """Reads each letter; what can never become an event is dead-lettered at once, with the reason."""
    for letter in turn.letters:
        try:
            letter.replay = Replay.of(letter.record)
            if letter.body.startswith('{"' + _REMINDER):
                _expire(turn, letter)
            else:
                _read(turn, letter)
        except MalformedEvent as error:
            give_up(turn, letter, error)
        except Exception as error:
            letter.failure = error


def _read(turn: Turn, letter: Letter) -> None:
    envelope = Envelope.parse(letter.body)
    if letter.replay:
        envelope = in_namespace(envelope, letter.replay.namespace)
    letter.envelope = envelope
    found = turn.agent.handler_for(envelope.type)
    if found is None:
        raise UnknownEvent(f"{turn.agent.id} has no handler for {envelope.type}; a deployment may be in flight.")
    handler = letter.handler = found[0]
    if handler.envelope_parameter:
        return
    event = _event(turn, handler, envelope)
    if handler.is_join:
        _arrive(turn, letter, handler, envelope, event)
    else:
        letter.task = _task(turn, handler, {next(iter(handler.hears)): (envelope, event)})


def _event(turn: Turn, handler: Handler, envelope: Envelope) -> Event:
    contract = next(t for t in handler.subscriptions if t.type_name() == envelope.type)
    if envelope.metadata.schema_version > contract.terms.version:
        raise UnknownEvent(
            f"{envelope.type} came in version {envelope.metadata.schema_version}; {turn.agent.id} knows version "
            f"{contract.terms.version}; a deployment may be in flight."
        )
    try:
        return contract.read(turn.services.payloads.fetch(envelope), envelope.metadata.schema_version)
    except Outdated as error:
        raise MalformedEvent(f"{envelope.type} {envelope.metadata.id} cannot be read: {error}.") from error
    except ValidationError as error:
        raise MalformedEvent(f"{envelope.type} breaks its contract: {first_fault(error)}") from error


def _task(turn: Turn, handler: Handler, parts: dict[str, tuple[Envelope, Event]]) -> Task:
    causes = tuple(envelope for envelope, _ in parts.values())
    namespace = causes[0].metadata.namespace
    key = DecisionKey.of(turn.agent.id, handler.name, namespace, [c.as_cause for c in causes])
    return Task(handler, causes, {side: event for side, (_, event) in parts.items()}, key)


def _arrive(turn: Turn, letter: Letter, handler: Handler, envelope: Envelope, event: Event) -> None:
    """One side of a join: noted, and decided about once all sides are there."""
    m = envelope.metadata
    # As it travels, not as Python spells it: whoever reads the store must come to the same key.
    value = str(wire(event)[handler.join_on]) if handler.join_on else ""
    key = JoinKey(turn.agent.id, handler.name, m.namespace, m.correlation_id, value)
    side = next(side for side, types in handler.hears.items() if isinstance(event, types))
    if handler.within_s and not letter.silent:
        # Before the arrival is noted: a reminder too many finds nothing to end, one too few would wait for ever.
        _remind(turn, handler, key, handler.within_s)
    waiting = turn.services.joins.arrive(key, side, m.id, letter.body, list(handler.hears))
    if waiting.surplus:
        turn.services.log.warning("surplus: the join is complete or has expired", **letter.about)
        letter.done = True
    elif waiting.bodies.keys() < handler.hears.keys():
        turn.services.log.info("waiting", arrived=sorted(waiting.bodies), **letter.about)
        letter.done = True
    else:
        letter.task = _task(turn, handler, _sides(turn, handler, waiting, key.namespace))


def _sides(turn: Turn, handler: Handler, waiting: Waiting, namespace: str) -> dict[str, tuple[Envelope, Event]]:
    envelopes = {
        side: in_namespace(Envelope.parse(waiting.bodies[side]), namespace)
        for side in handler.hears
        if side in waiting.bodies
    }
    return {side: (envelope, _event(turn, handler, envelope)) for side, envelope in envelopes.items()}


def _remind(turn: Turn, handler: Handler, key: JoinKey, seconds: float) -> None:
    body = {_REMINDER: [handler.name, key.namespace, key.correlation_id, key.value], "left": seconds}
    turn.services.inbox.remind(json.dumps(body), int(seconds))


def _expire(turn: Turn, letter: Letter) -> None:
    """A reminder came due: the waiting ends in a JoinExpired, unless the join is complete."""
    reminder: dict[str, Any] = json.loads(letter.body)
    name, namespace, correlation_id, value = reminder[_REMINDER]
    key = JoinKey(turn.agent.id, name, namespace, correlation_id, value)
    handler = letter.handler = next((h for h in turn.agent.handlers if h.name == name and h.is_join), None)
    letter.done = True
    if handler is None:
        return
    if reminder["left"] > 900:
        _remind(turn, handler, key, reminder["left"] - 900)
        return
    waiting = turn.services.joins.expire(key, list(handler.hears))
    if waiting is None or not waiting.bodies:
        return
    task = letter.task = _task(turn, handler, _sides(turn, handler, waiting, key.namespace))
    task.instead = expired(handler, turn.agent.id, task.causes, list(waiting.bodies))
    letter.envelope, letter.done = task.causes[0], False
