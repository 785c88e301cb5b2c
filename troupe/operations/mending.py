"""Puts dead letters right: sends them again, corrects them, drops them. Send first, then delete: nothing is ever lost.

What stops in between has only doubled a message, and the decision makes the second one do nothing.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from troupe.event_store.read import Reader
from troupe.operations.dead_letters import DeadLetter, DeadLetterError, DeadLetters
from troupe.runtime.context import Tick
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Envelope, Metadata, event_id, new_traceparent, terms_of, wire
from troupe.runtime.incidents import DeadLetterDropped, DeadLetterEdited
from troupe.runtime.payloads import Payloads
from troupe.runtime.publisher import Publisher
from troupe.runtime.settings import Names

RECORDER = "platform.recorder"
_OURS = {"reason", "fingerprint", "RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE", "RETRY_ATTEMPTS"}
"""Attributes that say why a message is dead; it leaves them behind."""
_MAX_KEPT = 10_000


class Mending:
    """What a person does about dead letters. `by` is who."""

    def __init__(self, letters: DeadLetters, names: Names, by: str) -> None:
        self._letters = letters
        self._names = names
        self._by = by
        self._publisher = Publisher(names.bus)

    def redrive(
        self, chosen: list[DeadLetter], *, rate: float = 10, sleep: Callable[[float], Any] = time.sleep
    ) -> Iterator[DeadLetter]:
        """Sends each letter to its agent again, as it is: the event keeps its id, so finished work is not done again.

        rate: letters per second. Yields each letter when it is done.
        """
        hold_s = min(43_200, int(len(chosen) / rate) + 60)
        for position, letter in enumerate(self._letters.take(chosen, hold_s=hold_s)):
            if position:
                sleep(1 / rate)
            kept = {name: value for name, value in letter.attributes.items() if name not in _OURS}
            self._letters.send(letter.agent, _body(letter, self._names), kept)
            self._letters.delete(letter)
            yield letter

    def edit(self, letter: DeadLetter, corrected: Event, reader: Reader, payloads: Payloads) -> Envelope:
        """Sends the agent a new event with corrected data in the letter's place, and deletes the letter.

        The new event has the old one as its cause. It goes to the recorder and to this one agent, straight to their
        queues: whoever else heard the old event has decided on it, and hears of no second one. Correcting a letter in
        the same way twice is the same event. Returns it. Raises DeadLetterError.
        """
        old = letter.envelope
        if old is None:
            raise DeadLetterError("It is no event, so there is nothing to correct; drop it with a reason instead.")
        if corrected.type_name() != old.type:
            raise DeadLetterError(f"The correction is a {corrected.type_name()}; the letter holds a {old.type}.")
        digest = json.dumps(wire(corrected), sort_keys=True)
        id = event_id((old.as_cause,), letter.agent, "edit", old.type, old.metadata.namespace, digest)
        stored = [
            e for e in reader.story(old.metadata.correlation_id).events if e.metadata.id == id and not e.divergent
        ]
        new = stored[0].envelope if stored else payloads.spill([self._caused(corrected, old, id)])[0]
        body = new.as_delivered()
        for held in self._one(letter):
            self._letters.send(RECORDER, body)
            self._publish(
                DeadLetterEdited(
                    agent=letter.agent,
                    event_type=old.type,
                    event_id=old.metadata.id,
                    new_event_id=id,
                    by=self._by,
                ),
                old,
            )
            self._letters.send(letter.agent, body)
            self._letters.delete(held)
        return new

    def drop(self, chosen: list[DeadLetter], reason: str) -> Iterator[DeadLetter]:
        """Deletes each letter once an event that says why is on the bus. Yields each when it is done."""
        if not reason.strip():
            raise DeadLetterError("Say why the dead letters may be dropped: the reason is kept for ever.")
        known = {x.message_id: x for x in chosen}
        for letter in self._letters.take(chosen, hold_s=min(43_200, len(chosen) // 5 + 60)):
            envelope = letter.envelope
            dropped = DeadLetterDropped(
                agent=letter.agent,
                event_type=envelope.type if envelope else "",
                event_id=letter.event_id,
                error=known[letter.message_id].error[:1000],
                reason=reason[:1000],
                by=self._by,
                body="" if envelope else letter.body[:_MAX_KEPT],
            )
            self._publish(dropped, envelope)
            self._letters.delete(letter)
            yield letter

    def _one(self, letter: DeadLetter) -> Iterable[DeadLetter]:
        found = list(self._letters.take([letter], hold_s=60))
        if not found:
            raise DeadLetterError(f"The dead letter {letter.message_id} is gone, or somebody else is working on it.")
        return found

    def _publish(self, event: Event, cause: Envelope | None) -> None:
        id = str(uuid.uuid4())
        said = self._caused(event, cause, id).sealed() if cause else Envelope.root(event, self._source, id=id)
        refused = self._publisher.publish([said])
        if refused:
            raise DeadLetterError(f"{event.type_name()} could not be stored, so nothing was done: {refused[id]}")

    def _caused(self, event: Event, cause: Envelope, id: str) -> Envelope:
        m = cause.metadata
        metadata = Metadata(
            id=id,
            correlation_id=m.correlation_id,
            causes=(cause.as_cause,),
            depth=m.depth + 1,
            path=m.path,
            namespace=m.namespace,
            occurred_at=datetime.now(UTC),
            agent_version="",
            traceparent=new_traceparent(m.traceparent),
            **terms_of(event),
        )
        return Envelope(event.type_name(), self._source, metadata, wire(event))

    @property
    def _source(self) -> str:
        return f"{self._names.app}.operator"


def _body(letter: DeadLetter, names: Names) -> str:
    """What the agent's queue takes: the body, except that a schedule's dead letter lacks what its rule makes of it."""
    if letter.kind == "undelivered" and letter.envelope and letter.envelope.type == "Scheduled Event":
        outer = json.loads(letter.body)
        tick = {"detail-type": Tick.type_name(), "source": f"{names.app}.clock", "resources": [], "detail": {}}
        return json.dumps(outer | tick)
    return letter.body
