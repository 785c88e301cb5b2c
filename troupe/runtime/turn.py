"""An agent's turn: a visible list of steps over one value.

Look up before thinking, record before publishing: whatever crashes in between, the same decision is published again
and nobody thinks twice. docs/turn.md tells why each step stands where it stands.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from troupe.runtime import guards, observability
from troupe.runtime.agent import MARGIN_S, Agent
from troupe.runtime.context import Context, Retry
from troupe.runtime.contract import Event
from troupe.runtime.decisions import DecisionKey, halted_key
from troupe.runtime.envelope import Envelope, MalformedEvent, first_fault
from troupe.runtime.incidents import AgentFailed
from troupe.runtime.outputs import as_events, envelopes_of, incident
from troupe.runtime.services import Services
from troupe.runtime.signature import Handler

_BACKOFF_S = (2, 300)
"""First and longest delay of a Retry without `after`, in seconds."""


class _UnknownEvent(Exception):
    """No handler for this type, or a version newer than ours: a deployment may be in flight, so it is retried."""


@dataclass(slots=True)
class Letter:
    """One SQS message on its way through the turn."""

    message_id: str
    receipt_handle: str
    body: str
    attempt: int
    envelope: Envelope | None = None
    handler: Handler | None = None
    event: Event | None = None
    causes: tuple[Envelope, ...] = ()
    key: DecisionKey | None = None
    outputs: list[Envelope] | None = None
    """What was decided, now or earlier; None while undecided."""
    failure: Exception | None = None
    done: bool = False
    """Nothing more to do: dead-lettered, or heard by a plain handler."""

    @property
    def open(self) -> bool:
        return not self.done and self.failure is None


@dataclass(slots=True)
class Turn:
    """A batch of letters and what is known about them so far."""

    agent: Agent
    services: Services
    letters: list[Letter]
    remaining_s: Callable[[], float]
    incidents: list[Envelope] = field(default_factory=list)
    handed_back: list[Letter] = field(default_factory=list)


def take(agent: Agent, services: Services, batch: dict[str, Any], lambda_context: Any) -> dict[str, Any]:
    """Runs one turn over a batch from SQS; returns Lambda's partial batch response."""
    letters = [
        Letter(r["messageId"], r["receiptHandle"], r["body"], int(r["attributes"]["ApproximateReceiveCount"]))
        for r in batch["Records"]
    ]
    turn = Turn(agent, services, letters, lambda: lambda_context.get_remaining_time_in_millis() / 1000)
    for step in STEPS:
        step(turn)
    failed = [*(x for x in turn.letters if x.failure), *turn.handed_back]
    return {"batchItemFailures": [{"itemIdentifier": letter.message_id} for letter in failed]}


def parse(turn: Turn) -> None:
    """Reads each letter; what can never become an event is dead-lettered at once, with the reason."""
    for letter in turn.letters:
        try:
            _read(turn, letter)
        except MalformedEvent as error:
            _give_up(turn, letter, error)
        except Exception as error:
            letter.failure = error


def look_up(turn: Turn) -> None:
    """One consistent look-up for the whole batch: decisions already made, and correlations that were halted."""
    asked = [letter for letter in turn.letters if letter.open and letter.key]
    if not asked:
        return
    wanted = [pk for letter in asked for pk in (_key(letter).pk, _halted(letter))]
    try:
        found = turn.services.decisions.look_up(wanted)
    except Exception as error:
        for letter in asked:
            letter.failure = error
        return
    for letter in asked:
        letter.outputs = found.get(_key(letter).pk)
        if letter.outputs is None and _halted(letter) in found:
            # Halted by the guard: nothing more is thought about this correlation.
            letter.done = True
            turn.services.log.warning("halted", correlation_id=_envelope(letter).metadata.correlation_id)


def decide(turn: Turn) -> None:
    """Guard, think, record, letter by letter; stops while there is still time to publish and report."""
    made: dict[DecisionKey, list[Envelope]] = {}
    for position, letter in enumerate(turn.letters):
        if not letter.open or letter.outputs is not None:
            continue
        if position and turn.remaining_s() < turn.agent.timeout_s + MARGIN_S / 2:
            turn.handed_back.append(letter)
            letter.done = True
            continue
        try:
            if letter.key in made:
                letter.outputs = made[letter.key]
                continue
            for step in DECIDE:
                step(turn, letter)
            if letter.key and letter.outputs is not None:
                made[letter.key] = letter.outputs
        except Exception as error:
            letter.failure = error


def guard(turn: Turn, letter: Letter) -> None:
    """A breach of the limits is decided like anything else: what is published is the halt."""
    if letter.key is None:
        return
    halt = guards.breach(turn.services.settings, _handler(letter).name, letter.causes)
    if halt:
        letter.outputs = envelopes_of([halt], turn.services.settings, _key(letter), letter.causes)


def think(turn: Turn, letter: Letter) -> None:
    """Calls the function. A business failure is a declared event, an infrastructure failure an exception."""
    if letter.outputs is not None:
        return
    handler, envelope = _handler(letter), _envelope(letter)
    arguments: dict[str, Any] = {name: turn.services.need(kind) for name, kind in handler.needs.items()}
    if handler.context_parameter:
        arguments[handler.context_parameter] = Context(
            correlation_id=envelope.metadata.correlation_id,
            key=letter.key.pk if letter.key else envelope.metadata.id,
            attempt=letter.attempt,
            remaining_s=min(turn.remaining_s() - MARGIN_S / 2, turn.agent.timeout_s),
            log=turn.services.log,
        )
    if handler.envelope_parameter:
        handler.function(**arguments, **{handler.envelope_parameter: envelope})
        letter.done = True
        return
    parameter = next(iter(handler.hears))
    returned = handler.function(**arguments, **{parameter: letter.event})
    events = as_events(handler, returned)
    letter.outputs = envelopes_of(events, turn.services.settings, _key(letter), letter.causes)


def record(turn: Turn, letter: Letter) -> None:
    """Writes the decision if nobody has yet; whoever loses the race publishes the winner's outputs."""
    if letter.key is not None and letter.outputs is not None:
        outputs = turn.services.payloads.spill(letter.outputs)
        letter.outputs = turn.services.decisions.record(letter.key, outputs, letter.message_id)


def publish(turn: Turn) -> None:
    """Publishes what was decided, now or on an earlier attempt, and speaks up for letters on their last attempt."""
    decided = [letter for letter in turn.letters if letter.open and letter.outputs]
    refused = turn.services.publisher.publish([e for letter in decided for e in letter.outputs or ()])
    for letter in decided:
        reasons = [refused[e.metadata.id] for e in letter.outputs or () if e.metadata.id in refused]
        if reasons:
            letter.failure = PublishError(reasons[0])
    for letter in turn.letters:
        if letter.failure and letter.attempt >= turn.services.settings.max_receives:
            _speak_up(turn, letter, letter.failure)
    # Best effort: if this fails too, the watchdog finds the undecided work in the store.
    turn.services.publisher.publish(turn.incidents)


def report(turn: Turn) -> None:
    """Says what became of each letter, and puts off or hands back those that are to come again."""
    services = turn.services
    for letter in turn.letters:
        if isinstance(letter.failure, Retry):
            after = letter.failure.after
            _put_off(turn, letter, _backoff_s(letter.attempt) if after is None else after)
        if letter.failure:
            services.log.error(
                "failed",
                exc_info=letter.failure,
                fingerprint=observability.fingerprint(turn.agent.id, letter.failure),
                **_about(letter),
            )
        elif letter.outputs is not None:
            services.log.info("decided", published=[e.type for e in letter.outputs], **_about(letter))
    for letter in turn.handed_back:
        _put_off(turn, letter, 0)
        services.log.warning("handed back: too little time left in this invocation", **_about(letter))
    _measure(turn)


STEPS: tuple[Callable[[Turn], None], ...] = (parse, look_up, decide, publish, report)
DECIDE: tuple[Callable[[Turn, Letter], None], ...] = (guard, think, record)


class PublishError(Exception):
    """The bus refused an event of this decision; the decision stands and is published on the next attempt."""


def _read(turn: Turn, letter: Letter) -> None:
    envelope = letter.envelope = Envelope.parse(letter.body)
    found = turn.agent.handler_for(envelope.type)
    if found is None:
        raise _UnknownEvent(
            f"{turn.agent.id} has no handler for {envelope.type}; it is tried again after a deployment."
        )
    letter.handler, contract = found
    if contract is None:
        return
    if envelope.metadata.schema_version > contract.terms.version:
        raise _UnknownEvent(
            f"{envelope.type} came in version {envelope.metadata.schema_version}; {turn.agent.id} knows version "
            f"{contract.terms.version}; a deployment may be in flight."
        )
    try:
        letter.event = contract.read(turn.services.payloads.fetch(envelope))
    except ValidationError as error:
        raise MalformedEvent(f"{envelope.type} breaks its contract: {first_fault(error)}") from error
    letter.causes = (envelope,)
    letter.key = DecisionKey.of(turn.agent.id, letter.handler.name, envelope.metadata.namespace, [envelope.as_cause])


def _give_up(turn: Turn, letter: Letter, error: MalformedEvent) -> None:
    mark = observability.fingerprint(turn.agent.id, error)
    try:
        turn.services.inbox.give_up(letter.body, str(error), mark)
    except Exception as failure:  # SQS itself fails: the message stays in the queue and comes again.
        letter.failure = failure
        return
    letter.done = True
    _speak_up(turn, letter, error)
    turn.services.log.error("dead-lettered", reason=str(error), fingerprint=mark, message_id=letter.message_id)


def _speak_up(turn: Turn, letter: Letter, error: Exception) -> None:
    if letter.envelope is None:
        return
    failed = AgentFailed(
        agent=turn.agent.id,
        event_type=letter.envelope.type,
        event_id=letter.envelope.metadata.id,
        error=str(error)[:1000] or type(error).__name__,
        fingerprint=observability.fingerprint(turn.agent.id, error),
        attempts=letter.attempt,
    )
    handler = letter.handler.name if letter.handler else ""
    turn.incidents.append(incident(failed, turn.services.settings, handler, letter.envelope, letter.message_id))


def _put_off(turn: Turn, letter: Letter, seconds: float) -> None:
    try:
        turn.services.inbox.put_off(letter.receipt_handle, seconds)
    except Exception as error:
        # Not lost: the message comes back when its visibility timeout ends, only later than asked for.
        turn.services.log.warning("could not change the visibility", error=str(error), **_about(letter))


def _backoff_s(attempt: int) -> float:
    first, longest = _BACKOFF_S
    return random.uniform(first, min(longest, first * 2**attempt))  # noqa: S311 (jitter, not a secret)


def _measure(turn: Turn) -> None:
    counts = {
        "Decided": sum(1 for x in turn.letters if x.open and x.outputs is not None),
        "Failed": sum(1 for x in turn.letters if x.failure),
        "HandedBack": len(turn.handed_back),
    }
    for name, count in counts.items():
        if count:
            turn.services.metrics.add_metric(name=name, unit="Count", value=count)
    if any(counts.values()):
        turn.services.metrics.flush_metrics()


def _about(letter: Letter) -> dict[str, Any]:
    about: dict[str, Any] = {"message_id": letter.message_id, "attempt": letter.attempt}
    if letter.envelope:
        m = letter.envelope.metadata
        about |= {"correlation_id": m.correlation_id, "event_id": m.id, "event_type": letter.envelope.type}
    return about


def _envelope(letter: Letter) -> Envelope:
    assert letter.envelope is not None  # noqa: S101 (parse set it, or the letter is no longer open)
    return letter.envelope


def _handler(letter: Letter) -> Handler:
    assert letter.handler is not None  # noqa: S101 (see _envelope)
    return letter.handler


def _key(letter: Letter) -> DecisionKey:
    assert letter.key is not None  # noqa: S101 (see _envelope)
    return letter.key


def _halted(letter: Letter) -> str:
    m = _envelope(letter).metadata
    return halted_key(m.correlation_id, m.namespace)
