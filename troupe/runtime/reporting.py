"""The last step of a turn, and what is said about letters that could not be served."""

from __future__ import annotations

import random

from troupe.runtime import observability
from troupe.runtime.context import Retry
from troupe.runtime.incidents import AgentFailed
from troupe.runtime.letters import Letter, Turn
from troupe.runtime.outputs import incident

_BACKOFF_S = (2, 300)
"""First and longest delay of a Retry without `after`, in seconds."""


def report(turn: Turn) -> None:
    """Says what became of each letter, and puts off or hands back those that are to come again."""
    log = turn.services.log
    for letter in turn.letters:
        if isinstance(letter.failure, Retry):
            after = _backoff_s(letter.attempt) if letter.failure.after is None else letter.failure.after
            _put_off(turn, letter, after)
            log.info("put off", reason=letter.failure.reason, after_s=round(after, 1), **letter.about)
        elif letter.failure:
            mark = observability.fingerprint(turn.agent.id, letter.failure)
            log.error("failed", exc_info=letter.failure, fingerprint=mark, **letter.about)
        elif letter.outputs is not None:
            log.info("decided", published=[e.type for e in letter.outputs], **letter.about)
    for letter in turn.handed_back:
        _put_off(turn, letter, 0)
        log.warning("handed back: too little time left in this invocation", **letter.about)
    _measure(turn)


def give_up(turn: Turn, letter: Letter, error: Exception) -> None:
    """Dead-letters what trying again cannot help, with the reason."""
    mark = observability.fingerprint(turn.agent.id, error)
    try:
        attributes = letter.replay.as_attribute() if letter.replay else {}
        turn.services.inbox.give_up(letter.body, str(error), mark, attributes)
    except Exception as failure:  # SQS itself fails: the message stays in the queue and comes again.
        letter.failure = failure
        return
    letter.done = True
    speak_up(turn, letter, error)
    turn.services.log.error("dead-lettered", reason=str(error), fingerprint=mark, **letter.about)


def speak_up(turn: Turn, letter: Letter, error: Exception) -> None:
    """Prepares the AgentFailed for a letter that goes to the dead-letter queue."""
    if letter.envelope is None or letter.silent:
        return
    failed = AgentFailed(
        agent=turn.agent.id,
        event_type=letter.envelope.type[:200],
        event_id=letter.envelope.metadata.id,
        error=str(error)[:1000] or type(error).__name__,
        fingerprint=observability.fingerprint(turn.agent.id, error),
        attempts=letter.attempt,
    )
    handler = letter.handler.name if letter.handler else ""
    try:
        said = incident(failed, turn.services.settings, handler, letter.envelope, letter.message_id)
    except Exception as failure:  # best effort: it must not fail the healthy letters beside this one
        turn.services.log.error("cannot say that the agent failed", error=str(failure), **letter.about)
        return
    turn.incidents.append(said)


def _put_off(turn: Turn, letter: Letter, seconds: float) -> None:
    try:
        turn.services.inbox.put_off(letter.receipt_handle, seconds)
    except Exception as error:
        # Not lost: the message comes back when its visibility timeout ends, only later than asked for.
        turn.services.log.warning("could not change the visibility", error=str(error), **letter.about)


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
