"""An agent's turn: a visible list of steps over one value.

Look up before thinking, record before publishing: whatever crashes in between, the same decision is published again
and nobody thinks twice. docs/turn.md tells why each step stands where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from troupe.runtime import guards
from troupe.runtime.agent import MARGIN_S, Agent
from troupe.runtime.context import Context
from troupe.runtime.deadline import turn_limit
from troupe.runtime.decisions import DecisionKey, halted_key
from troupe.runtime.envelope import Envelope
from troupe.runtime.letters import Letter, Task, Turn
from troupe.runtime.outputs import as_events, envelopes_of
from troupe.runtime.reading import parse
from troupe.runtime.reporting import report, speak_up
from troupe.runtime.services import Services


class PublishError(Exception):
    """The bus refused an event of this decision; the decision stands and is published on the next attempt."""


def take(agent: Agent, services: Services, batch: dict[str, Any], lambda_context: Any) -> dict[str, Any]:
    """Runs one turn over a batch from SQS; returns Lambda's partial batch response."""
    letters = [
        Letter(r["messageId"], r["receiptHandle"], r["body"], int(r["attributes"]["ApproximateReceiveCount"]), r)
        for r in batch["Records"]
    ]
    turn = Turn(agent, services, letters, lambda: lambda_context.get_remaining_time_in_millis() / 1000)
    for step in STEPS:
        step(turn)
    failed = [*(x for x in turn.letters if x.failure), *turn.handed_back]
    return {"batchItemFailures": [{"itemIdentifier": letter.message_id} for letter in failed]}


def look_up(turn: Turn) -> None:
    """One consistent look-up for the whole batch: decisions already made, and correlations that were halted."""
    asked = [(letter, letter.task) for letter in turn.undecided() if letter.task]
    if not asked:
        return
    wanted = [pk for _, task in asked for pk in (task.key.pk, _halted(task))]
    try:
        found = turn.services.decisions.look_up(wanted)
    except Exception as error:
        for letter, _ in asked:
            letter.failure = error
        return
    for letter, task in asked:
        letter.outputs = found.outputs.get(task.key.pk)
        if letter.outputs is None and (reason := found.halted.get(_halted(task))) is not None:
            # Nothing more is thought about this correlation; whoever finds a halt untold tells it.
            task.instead = guards.halt(turn.services.settings, task.causes, reason) if reason else None
            letter.done = not reason
            turn.services.log.warning("halted", reason=reason, **letter.about)


def decide(turn: Turn) -> None:
    """Guard, think, record, letter by letter; stops while there is still time to publish and report."""
    made: dict[DecisionKey, list[Envelope]] = {}
    for position, letter in enumerate(turn.undecided()):
        if position and turn.remaining_s() < turn.agent.timeout_s + MARGIN_S / 2:
            turn.handed_back.append(letter)
            letter.done = True
            continue
        try:
            if letter.task is None:
                _hear(turn, letter)
                continue
            if letter.task.key not in made:
                for step in DECIDE:
                    step(turn, letter, letter.task)
                made[letter.task.key] = letter.outputs or []
            letter.outputs = made[letter.task.key]
        except Exception as error:
            letter.failure = error


def guard(turn: Turn, letter: Letter, task: Task) -> None:
    """What is decided without thinking: a breach of the limits is answered with the halt."""
    instead = task.instead or guards.breach(turn.services.settings, task.handler, task.causes)
    if instead:
        letter.outputs = envelopes_of([instead], turn.services.settings, task.key, task.causes)


def think(turn: Turn, letter: Letter, task: Task) -> None:
    """Calls the function. A business failure is a declared event, an infrastructure failure an exception."""
    if letter.outputs is None:
        needs = task.handler.needs.values()
        with turn_limit(turn.agent.timeout_s):
            surroundings = _surroundings(turn, letter)
            try:
                returned = task.handler.function(**surroundings, **task.arguments)
            except Exception as error:
                turn.services.thought(needs, error)
                raise
        turn.services.thought(needs, None)
        events = as_events(task.handler, returned)
        letter.outputs = envelopes_of(events, turn.services.settings, task.key, task.causes)


def record(turn: Turn, letter: Letter, task: Task) -> None:
    """Writes the decision if nobody has yet; whoever loses the race publishes the winner's outputs."""
    outputs = turn.services.payloads.spill(letter.outputs or [])
    letter.outputs = turn.services.decisions.record(task.key, outputs, letter.message_id, letter.attempt)


def publish(turn: Turn) -> None:
    """Publishes what was decided, now or on an earlier attempt, and speaks up for letters on their last attempt."""
    decided = [letter for letter in turn.letters if letter.open and letter.outputs and not letter.silent]
    refused = turn.services.publisher.publish([e for letter in decided for e in letter.outputs or ()])
    for letter in decided:
        reasons = [refused[e.metadata.id] for e in letter.outputs or () if e.metadata.id in refused]
        if reasons:
            letter.failure = PublishError(reasons[0])
    for letter in turn.letters:
        if letter.failure and letter.attempt >= turn.services.settings.max_receives:
            speak_up(turn, letter, letter.failure)
    # Best effort: if this fails too, the watchdog finds the undecided work in the store.
    turn.services.publisher.publish(turn.incidents)


STEPS: tuple[Callable[[Turn], None], ...] = (parse, look_up, decide, publish, report)
DECIDE: tuple[Callable[[Turn, Letter, Task], None], ...] = (guard, think, record)


def _hear(turn: Turn, letter: Letter) -> None:
    """A plain handler takes the event as it is; there is nothing to decide or to publish."""
    handler = letter.handler
    if handler and handler.envelope_parameter:
        with turn_limit(turn.agent.timeout_s):
            handler.function(**_surroundings(turn, letter), **{handler.envelope_parameter: letter.envelope})
        letter.done = True


def _surroundings(turn: Turn, letter: Letter) -> dict[str, Any]:
    """The handler's parameters beside the events: its needs, and the context if it asks for one."""
    handler, envelope = letter.handler, letter.envelope
    if handler is None or envelope is None:
        return {}
    given: dict[str, Any] = {name: turn.services.need(kind) for name, kind in handler.needs.items()}
    if handler.context_parameter:
        me = f"{turn.agent.id}/{handler.name}"
        given[handler.context_parameter] = Context(
            correlation_id=envelope.metadata.correlation_id,
            key=letter.task.key.pk if letter.task else envelope.metadata.id,
            attempt=letter.attempt,
            remaining_s=min(turn.remaining_s() - MARGIN_S / 2, turn.agent.timeout_s),
            log=turn.services.log,
            nth=1 + guards.walked(letter.task.causes).get(me, 0) if letter.task else 1,
            at_most=handler.at_most,
        )
    return given


def _halted(task: Task) -> str:
    m = task.causes[0].metadata
    return halted_key(m.correlation_id, m.namespace)
