"""Reads dead letters: what agents gave up on, and what rules could not deliver to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from troupe.event_store.read import Reader, StoredEvent, Story
from troupe.runtime.envelope import Envelope, MalformedEvent
from troupe.runtime.incidents import AgentFailed
from troupe.runtime.settings import Names

Kind = Literal["failed", "undelivered"]

UNKNOWN = "No reason was left: the function timed out, ran out of memory, or was stopped."
_BATCH = 10
"""Messages per ReceiveMessage (AWS)."""


class DeadLetterError(ValueError):
    """What was asked of dead letters cannot be done; one sentence."""


@dataclass(frozen=True)
class DeadLetter:
    """One message in a dead-letter queue."""

    agent: str
    kind: Kind
    """`failed`: the agent gave up on it; `undelivered`: a rule could not put it into the agent's queue."""
    message_id: str
    receipt_handle: str
    body: str
    sent_at: datetime
    """When it was first put on the agent's queue, or when the rule gave up."""
    attributes: dict[str, str]
    """Its message attributes: our own, or those with which EventBridge explains itself."""
    envelope: Envelope | None
    """None when it is no event."""
    error: str
    """Why it is here; empty while only the event store may know."""
    fingerprint: str
    """The same for the same kind of failure; empty while only the event store may know."""

    @property
    def type(self) -> str:
        """The event's type, or what else the message is."""
        if self.envelope is not None:
            return self.envelope.type
        return "(a join's reminder)" if self.body.startswith('{"troupe-join"') else "(no event)"

    @property
    def event_id(self) -> str:
        return self.envelope.metadata.id if self.envelope else ""

    @property
    def correlation_id(self) -> str:
        return self.envelope.metadata.correlation_id if self.envelope else ""


@dataclass(frozen=True)
class Group:
    """The dead letters of one agent that fail in the same way."""

    agent: str
    kind: Kind
    fingerprint: str
    error: str
    """That of the latest."""
    letters: tuple[DeadLetter, ...]
    """Oldest first."""

    @property
    def correlations(self) -> list[str]:
        """The stories that are stuck here, in the order in which they got stuck."""
        return list(dict.fromkeys(x.correlation_id for x in self.letters if x.correlation_id))


class DeadLetters:
    """The dead-letter queues of some agents.

    wait_s: how long a receive waits. On AWS 1 or more, because a receive that does not wait asks only some of the
    servers and may miss messages; in a local cloud 0.
    """

    def __init__(self, sqs: Any, names: Names, agents: Iterable[str], wait_s: int = 0) -> None:
        self._sqs = sqs
        self._names = names
        self._agents = sorted(agents)
        self._wait_s = wait_s
        self._urls: dict[str, str] = {}

    def count(self) -> dict[tuple[str, Kind], int]:
        """How many messages can be received from each queue now, roughly, as SQS counts."""
        name = "ApproximateNumberOfMessages"
        return {
            (agent, kind): int(self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
            for agent, kind, url in self._queues()
        }

    def look(self, *, limit: int = 1_000, only: Iterable[tuple[str, Kind]] | None = None) -> list[DeadLetter]:
        """The dead letters, oldest first, at most `limit` per queue; they stay where they are.

        Nobody else sees them while this looks, and everybody does right after.
        """
        found: list[DeadLetter] = []
        wanted = None if only is None else set(only)
        for agent, kind, url in self._queues():
            if wanted is not None and (agent, kind) not in wanted:
                continue
            held: list[DeadLetter] = []
            try:
                for letter in self._receive(agent, kind, url, hold_s=60):
                    held.append(letter)
                    if len(held) >= limit:
                        break
            finally:
                self.put_back(held)
            found += held
        return sorted(found, key=lambda x: (x.sent_at, x.message_id))

    def take(self, letters: Iterable[DeadLetter], *, hold_s: int) -> Iterator[DeadLetter]:
        """Receives these letters again, one by one, to be acted on and deleted; any other is put back at the end.

        hold_s: for how long nobody else sees them.
        """
        wanted: dict[tuple[str, Kind], set[str]] = {}
        for letter in letters:
            wanted.setdefault((letter.agent, letter.kind), set()).add(letter.message_id)
        for agent, kind, url in self._queues():
            ids = wanted.get((agent, kind))
            if not ids:
                continue
            others: list[DeadLetter] = []
            try:
                for letter in self._receive(agent, kind, url, hold_s=hold_s):
                    if letter.message_id in ids:
                        ids.discard(letter.message_id)
                        others.append(letter)  # until it is done: whoever acts on it may fail
                        yield letter
                        others.pop()
                    else:
                        others.append(letter)
                    if not ids:
                        break
            finally:
                self.put_back(others)

    def put_back(self, letters: Iterable[DeadLetter]) -> None:
        """Makes letters that were received visible to everybody at once; one that is gone is no matter."""
        from botocore.exceptions import ClientError

        for letter in letters:
            url = self._url(letter.agent, letter.kind)
            # A letter that was deleted, or whose hold has ended, cannot be put back and need not be.
            with suppress(ClientError):
                self._sqs.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=letter.receipt_handle, VisibilityTimeout=0
                )

    def delete(self, letter: DeadLetter) -> None:
        """Deletes a letter that was received."""
        self._sqs.delete_message(QueueUrl=self._url(letter.agent, letter.kind), ReceiptHandle=letter.receipt_handle)

    def send(self, agent: str, body: str, attributes: dict[str, str] | None = None) -> None:
        """Puts a message on an agent's own queue."""
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()}
        self._sqs.send_message(
            QueueUrl=self._named(self._names.agent(agent)), MessageBody=body, MessageAttributes=typed
        )

    def _receive(self, agent: str, kind: Kind, url: str, *, hold_s: int) -> Iterator[DeadLetter]:
        while True:
            answer = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=hold_s,
                WaitTimeSeconds=self._wait_s,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            )
            messages = answer.get("Messages", [])
            if not messages:
                return
            read = [_letter(agent, kind, message) for message in messages]
            while read:
                try:
                    yield read[0]
                except GeneratorExit:
                    self.put_back(read[1:])
                    raise
                read.pop(0)

    def _queues(self) -> Iterator[tuple[str, Kind, str]]:
        for agent in self._agents:
            kinds: tuple[Kind, ...] = ("failed", "undelivered")
            for kind in kinds:
                try:
                    yield agent, kind, self._url(agent, kind)
                except self._sqs.exceptions.QueueDoesNotExist:
                    continue  # its stack is just being removed

    def _url(self, agent: str, kind: Kind) -> str:
        return self._named(self._names.dead_letters(agent) if kind == "failed" else self._names.undelivered(agent))

    def _named(self, queue: str) -> str:
        if queue not in self._urls:
            self._urls[queue] = str(self._sqs.get_queue_url(QueueName=queue)["QueueUrl"])
        return self._urls[queue]


def _letter(agent: str, kind: Kind, message: dict[str, Any]) -> DeadLetter:
    attributes = {
        n: str(v["StringValue"]) for n, v in message.get("MessageAttributes", {}).items() if "StringValue" in v
    }
    try:
        envelope = Envelope.parse(message["Body"])
    except MalformedEvent:
        envelope = None
    error, mark = attributes.get("reason", ""), attributes.get("fingerprint", "")
    if kind == "undelivered":
        code = attributes.get("ERROR_CODE", "UNKNOWN")
        said = attributes.get("ERROR_MESSAGE", "no reason was given")
        error = f"EventBridge could not deliver it ({code}): {said}"
        mark = mark_of(agent, code)
    return DeadLetter(
        agent=agent,
        kind=kind,
        message_id=message["MessageId"],
        receipt_handle=message["ReceiptHandle"],
        body=message["Body"],
        sent_at=datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
        attributes=attributes,
        envelope=envelope,
        error=error,
        fingerprint=mark,
    )


def mark_of(agent: str, cause: str) -> str:
    """A fingerprint, 16 hex digits, for what failed without an exception of the agent's."""
    return hashlib.sha256(f"{agent}|{cause}".encode()).hexdigest()[:16]


def explained(letters: Iterable[DeadLetter], reader: Reader) -> list[DeadLetter]:
    """The same letters, each with its error: from itself, else from the AgentFailed in the event store."""
    stories: dict[str, Story] = {}
    found = []
    for letter in letters:
        if not letter.error and letter.correlation_id:
            if letter.correlation_id not in stories:
                stories[letter.correlation_id] = reader.story(letter.correlation_id)
            failed = failure_of(letter, stories[letter.correlation_id].events)
            if failed is not None:
                said = failed.data
                letter = replace(letter, error=str(said["error"]), fingerprint=str(said["fingerprint"]))
        if not letter.fingerprint:
            letter = replace(letter, error=letter.error or UNKNOWN, fingerprint=mark_of(letter.agent, "no reason"))
        found.append(letter)
    return found


def failure_of(letter: DeadLetter, events: Iterable[StoredEvent]) -> StoredEvent | None:
    """The latest AgentFailed about this letter among the events."""
    about = [
        e
        for e in events
        if e.type == AgentFailed.type_name()
        and isinstance(e.data, dict)
        and (e.data.get("agent"), e.data.get("event_id")) == (letter.agent, letter.event_id)
        and {"error", "fingerprint"} <= e.data.keys()
    ]
    return max(about, key=lambda e: e.recorded, default=None)


def groups(letters: Iterable[DeadLetter]) -> list[Group]:
    """By agent, kind and fingerprint; the largest group first. The letters have been explained."""
    found: dict[tuple[str, Kind, str], list[DeadLetter]] = {}
    for letter in letters:
        found.setdefault((letter.agent, letter.kind, letter.fingerprint), []).append(letter)
    made = [
        Group(*key, group[-1].error, tuple(group))
        for key, group in ((k, sorted(g, key=lambda x: (x.sent_at, x.message_id))) for k, g in found.items())
    ]
    return sorted(made, key=lambda g: (-len(g.letters), g.agent, g.kind, g.fingerprint))


def select(letters: Sequence[DeadLetter], wanted: Iterable[str]) -> list[DeadLetter]:
    """The letters that these words mean: a message id, an event id, a correlation id, a fingerprint, an agent.

    Ids and fingerprints may be shortened to their first eight characters. Raises DeadLetterError for a word that means
    none of them.
    """
    chosen: dict[str, DeadLetter] = {}
    for word in wanted:
        meant = [x for x in letters if _means(word, x)]
        if not meant:
            raise DeadLetterError(f"No dead letter is known as {word[:100]}; `troupe dlq list` shows them all.")
        chosen |= {x.message_id: x for x in meant}
    return sorted(chosen.values(), key=lambda x: (x.sent_at, x.message_id))


def _means(word: str, letter: DeadLetter) -> bool:
    names = (letter.message_id, letter.event_id, letter.correlation_id, letter.fingerprint)
    return word == letter.agent or word in names or (len(word) >= 8 and any(n.startswith(word) for n in names))


def ancestors(event_id: str, story: Story) -> list[StoredEvent]:
    """An event's place in the trace: what led to it along first causes, root first, itself last."""
    stored = {e.metadata.id: e for e in story.events if not e.divergent}
    line: list[StoredEvent] = []
    while (event := stored.get(event_id)) is not None and event not in line:
        line.insert(0, event)
        causes = event.metadata.causes
        if not causes:
            break
        event_id = causes[0].id
    return line


def readable(body: str) -> str:
    """A body as a person reads it: indented JSON where it is JSON."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
