"""Sends a replay: message by message to the agents' own queues, in a measured pace, to be resumed after any crash.

Send first, then note it: what is killed in between is sent twice, and an agent decides once. Nothing is lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from troupe.event_store.read import Reader
from troupe.operations.replay.manifest import Entry, Manifest, ReplayError
from troupe.operations.replay.shelf import OVER, Progress, Shelf
from troupe.operations.replay.telling import ended, started, tell
from troupe.runtime.envelope import Cause
from troupe.runtime.publisher import Publisher
from troupe.runtime.rehearsal import Mode, Replay
from troupe.runtime.settings import Names

_BATCH = 10
_BATCH_BYTES = 900_000
"""Messages and bytes per SendMessageBatch (AWS: 10, 1 MiB); kept a little below."""
_ATTEMPTS = 5
_HOLD_S = 30.0
"""How long a replay is held beyond the next checkpoint; after a kill somebody else may go on then."""


class ReplayStopped(ReplayError):
    """A replay went no further; one sentence. It can be resumed."""


@dataclass(frozen=True)
class Courier:
    """What a replay is sent with. `holder` is who sends, unique per process."""

    names: Names
    sqs: Any
    reader: Reader
    shelf: Shelf
    publisher: Publisher
    holder: str

    def run(
        self, manifest: Manifest, *, rate: float = 10, pause: Callable[[float], Any] = time.sleep
    ) -> Iterator[Progress]:
        """Sends what has not been sent yet; yields after each batch. Raises ReplayStopped, ReplayError.

        rate: messages per second at most. pause: what to do between batches, for so many seconds.
        It stops when one of the agents gets more dead letters than it had. It is told when everything is sent; then the
        agents may still be at work.
        """
        queues = {agent: self._queue(agent, manifest.mode) for agent in manifest.agents}
        before = self.shelf.progress(manifest.id)
        if before.state in OVER:
            if not before.told:
                self._tell_end(manifest, before)
            raise ReplayError(f"{manifest.id} is over: {before.state}, {before.sent} messages were sent.")
        size = max(1, min(_BATCH, int(rate)))
        hold_s = _HOLD_S + 2 * size / rate
        progress = self.shelf.begin(manifest.id, self.holder, self._dead(queues), hold_s)
        tell(self.publisher, started(manifest, self.names.app))
        sent = progress.sent
        while sent < manifest.total:
            count = self._send(manifest, sent, size, queues)
            sent += count
            if not self.shelf.note(manifest.id, self.holder, sent, hold_s):
                found = self.shelf.progress(manifest.id)
                raise ReplayStopped(f"{manifest.id} was {found.state} by {found.by or found.holder} meanwhile.")
            yield self.shelf.progress(manifest.id)
            pause(count / rate)
            self._check_dead_letters(manifest, progress.dead, queues)
        self._tell_end(manifest, self.shelf.end(manifest.id, "delivered", manifest.by))
        yield self.shelf.progress(manifest.id)

    def cancel(self, manifest: Manifest, by: str) -> Progress:
        """Ends it where it stands; what was sent stays sent. Raises ReplayError when it is over already."""
        progress = self.shelf.progress(manifest.id)
        if progress.state in OVER and progress.told:
            raise ReplayError(f"{manifest.id} is over already: {progress.state}, {progress.sent} messages were sent.")
        if progress.state == "frozen":
            # It has a beginning in any case, or its end would have no cause.
            tell(self.publisher, started(manifest, self.names.app))
        found = self.shelf.end(manifest.id, "cancelled", by)
        self._tell_end(manifest, found)
        return found

    def _tell_end(self, manifest: Manifest, progress: Progress) -> None:
        tell(self.publisher, ended(manifest, self.names.app, progress))
        self.shelf.told(manifest.id)

    def _send(self, manifest: Manifest, sent: int, size: int, queues: dict[str, str]) -> int:
        """Sends the next messages, as many as one request of one queue takes; returns how many."""
        coming = [manifest.message(n) for n in range(sent, min(sent + size, manifest.total))]
        agent = coming[0][0].agent
        bodies = self._bodies([entry for entry, _ in coming])
        chosen: list[tuple[str, Replay]] = []
        weight = 0
        for entry, replay in coming:
            body = bodies[entry.correlation_id, entry.event_id]
            weight += len(body.encode()) + 200
            if entry.agent != agent or (chosen and weight > _BATCH_BYTES):
                break
            chosen.append((body, replay))
        waiting = {
            str(i): {"Id": str(i), "MessageBody": body, "MessageAttributes": replay.as_attribute()}
            for i, (body, replay) in enumerate(chosen)
        }
        for attempt in range(_ATTEMPTS):
            answer = self.sqs.send_message_batch(QueueUrl=queues[agent], Entries=list(waiting.values()))
            failed = {f["Id"]: f for f in answer.get("Failed", ())}
            waiting = {id: entry for id, entry in waiting.items() if id in failed}
            if not waiting:
                return len(chosen)
            time.sleep(0.1 * 2**attempt)
        said = next(iter(failed.values())).get("Message", "no reason was given")
        raise self._stopped(manifest, f"SQS did not take a message for {agent}: {said}")

    def _bodies(self, entries: list[Entry]) -> dict[tuple[str, str], str]:
        causes = [Cause(id=e.event_id, correlation_id=e.correlation_id, depth=0, digest=e.digest) for e in entries]
        stored = self.reader.fetch(causes)
        found = {}
        for entry in entries:
            place = (entry.correlation_id, entry.event_id)
            event = stored.get(place)
            if event is None or event.metadata.digest != entry.digest:
                what = "is not stored any more" if event is None else "is not what was selected"
                raise ReplayError(
                    f"{entry.type} {entry.event_id} of {entry.correlation_id} {what}; nothing more is sent."
                )
            found[place] = event.envelope.as_delivered()
        return found

    def _queue(self, agent: str, mode: Mode) -> str:
        name = self.names.twin(agent) if mode == "whatif" else self.names.agent(agent)
        try:
            return str(self.sqs.get_queue_url(QueueName=name)["QueueUrl"])
        except self.sqs.exceptions.QueueDoesNotExist:
            raise ReplayError(
                f'{agent} has no twin in {self.names.stage}: set "whatif": true for the stage in cdk.json; deploy it.'
                if mode == "whatif"
                else f"{agent} has no queue in {self.names.stage}; is it deployed?"
            ) from None

    def _dead(self, queues: dict[str, str]) -> dict[str, int]:
        counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = {}
        for agent, url in queues.items():
            dead = self.sqs.get_queue_url(QueueName=f"{url.rsplit('/', 1)[-1]}-dlq")["QueueUrl"]
            told = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=counts)["Attributes"]
            found[agent] = sum(int(told[name]) for name in counts)
        return found

    def _check_dead_letters(self, manifest: Manifest, before: dict[str, int], queues: dict[str, str]) -> None:
        for agent, count in self._dead(queues).items():
            if count > before.get(agent, 0):
                raise self._stopped(
                    manifest, f"{agent} has {count - before.get(agent, 0)} dead letters more than before"
                )

    def _stopped(self, manifest: Manifest, why: str) -> ReplayStopped:
        self.shelf.stop(manifest.id, self.holder, why)
        return ReplayStopped(
            f"{manifest.id} stopped: {why}. See why (troupe dlq list), then go on with: "
            f"troupe replay run {manifest.id} --yes"
        )
