"""What the watchdog looks at: stories past their time limit, and dead letters that nobody has spoken of."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar, Self

from troupe.event_store import keys
from troupe.event_store.read import Reader, StoredEvent, Story
from troupe.event_store.registry import read_agents
from troupe.event_store.undecided import Undecided, undecided
from troupe.operations.dead_letters import DeadLetter, DeadLetters, failure_of
from troupe.runtime.aws import client
from troupe.runtime.context import Tick
from troupe.runtime.needs import Grant, Need
from troupe.runtime.parts import AgentPart
from troupe.runtime.settings import RuntimeSettings

LOOK_BACK_S = 86_400
"""How far back a new execution environment reads, beyond the grace period, in seconds."""
OVERLAP_S = 120
"""What is read again at each look, because the index lags behind and is not in order."""
LAG_S = 60
"""How much later than its time limit a story counts as overdue: the recorder and the indexes lag."""
AGAIN_S = 300
"""After so long it is looked again at what was told, in case it was not stored."""
_EVENTS_PER_LOOK = 20_000
_LETTERS_PER_QUEUE = 100
_STORIES_PER_LOOK = 50
_REGISTRY_S = 300
_LETTERS_S = 300
"""How often the dead-letter queues are looked at, in seconds: two calls per agent each time."""

_TABLE = "arn:{partition}:dynamodb:{region}:{account}:table/{app}-{stage}-"
_QUEUES = "arn:{partition}:sqs:{region}:{account}:{app}-{stage}-*-"


@dataclass(slots=True)
class _Open:
    """A story that may still be open, and when to look at it."""

    root: StoredEvent
    look_at: float
    """Seconds since the epoch."""


@dataclass(frozen=True)
class Overdue:
    """A story that has not ended within its root's time limit."""

    root: StoredEvent
    story: Story
    undecided: list[Undecided]


class Overseer(Need):
    """Reads the event store by its window index, each event about once; remembers between looks what is open.

    The memory is only a shortcut: a new execution environment reads the look-back again, and what was told already is
    found in the stories themselves. It receives dead letters and puts them back; it may not delete them.
    """

    slow: ClassVar[bool] = True
    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(("dynamodb:Query",), (f"{_TABLE}events", f"{_TABLE}events/index/{keys.WINDOW_INDEX}")),
        Grant(("dynamodb:BatchGetItem",), (f"{_TABLE}events", f"{_TABLE}decisions")),
        Grant(("ssm:GetParametersByPath",), ("arn:{partition}:ssm:{region}:{account}:parameter/{app}/{stage}/agents",)),
        Grant(
            ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"),
            (f"{_QUEUES}dlq", f"{_QUEUES}undelivered"),
            why="It looks at the dead letters of whatever agents there are, also of those deployed after it.",
        ),
    )

    def __init__(self, settings: RuntimeSettings, dynamodb: Any, sqs: Any, ssm: Any) -> None:
        self._names = settings.names
        self.grace_s = settings.grace_s
        self.max_receives = settings.max_receives
        self._dynamodb, self._sqs, self._ssm = dynamodb, sqs, ssm
        self._reader = Reader(dynamodb, self._names.events)
        self._open: dict[str, _Open] = {}
        self._read_until: datetime | None = None
        self._seen: dict[str, float] = {}
        """When a dead letter is to be looked at (again), by message id."""
        self._letters_at = 0.0
        self._agents: tuple[float, list[AgentPart]] = (0.0, [])

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(settings, client("dynamodb"), client("sqs"), client("ssm"))

    def overdue(self, now: datetime) -> list[Overdue]:
        """The stories whose time limit has passed without an end and that are to be judged now."""
        self._read(now)
        due = [id for id, story in self._open.items() if story.look_at <= now.timestamp()][:_STORIES_PER_LOOK]
        ended = self._ended(due)
        found = []
        for id in due:
            if id in ended:
                del self._open[id]
                continue
            story = self._reader.story(id)
            open_work = undecided(story.events, self._parts(), self._dynamodb, self._names.decisions)
            # What is certain first.
            found.append(Overdue(self._open[id].root, story, sorted(open_work, key=lambda work: work.perhaps)))
        return found

    def look_again(self, overdue: Overdue, moment: datetime) -> None:
        """Puts the next judgement of this story off until then."""
        self._open[overdue.story.correlation_id].look_at = moment.timestamp()

    def unspoken(self, now: datetime) -> list[DeadLetter]:
        """Events in dead-letter queues of which no AgentFailed is stored.

        They are looked at every five minutes. A letter is reported at its second sight at the earliest: its agent's
        own AgentFailed may be under way.
        """
        if now.timestamp() < self._letters_at:
            return []
        self._letters_at = now.timestamp() + _LETTERS_S
        letters = DeadLetters(self._sqs, self._names, [agent.id for agent in self._parts() if not agent.serves])
        filled = [queue for queue, count in letters.count().items() if count]
        seen = letters.look(limit=_LETTERS_PER_QUEUE, only=filled)
        self._seen = {x.message_id: self._seen.get(x.message_id, now.timestamp() + LAG_S) for x in seen}
        found = []
        for letter in seen:
            if letter.type == Tick.type_name() or not letter.correlation_id:
                continue  # no story is stuck for it; the alarm and `troupe dlq list` tell of it
            if self._seen[letter.message_id] > now.timestamp():
                continue
            self._seen[letter.message_id] = now.timestamp() + AGAIN_S
            if failure_of(letter, self._reader.story(letter.correlation_id).events) is None:
                found.append(letter)
            else:
                self._seen[letter.message_id] = float("inf")
        return found

    def _read(self, now: datetime) -> None:
        """Reads the events recorded since the last look, and notes the stories that have a time limit."""
        earliest = now - timedelta(seconds=LOOK_BACK_S + self.grace_s)
        since = max(earliest, self._read_until - timedelta(seconds=OVERLAP_S)) if self._read_until else earliest
        read = 0
        for event in islice(self._reader.window(since, now), _EVENTS_PER_LOOK):
            read += 1
            self._read_until = datetime.fromisoformat(event.recorded)
            m = event.metadata
            if m.causes or m.within_s is None or event.divergent or m.correlation_id in self._open:
                continue
            look_at = self._read_until.timestamp() + m.within_s + LAG_S
            if look_at >= earliest.timestamp():
                self._open[m.correlation_id] = _Open(event, look_at)
        if read < _EVENTS_PER_LOOK:
            self._read_until = now

    def _ended(self, correlation_ids: list[str]) -> set[str]:
        """Which of these stories have an end, by their status items."""
        ended = set()
        for chunk in _chunks(correlation_ids, 100):
            wanted = [{"pk": {"S": keys.partition(id)}, "sk": {"S": keys.status("")}} for id in chunk]
            request = {self._names.events: {"Keys": wanted, "ConsistentRead": True}}
            # What is left over under load counts as open; its story says what it is.
            for item in self._dynamodb.batch_get_item(RequestItems=request)["Responses"].get(self._names.events, []):
                if "end" in item:
                    ended.add(item["pk"]["S"].removeprefix(keys.partition("")))
        return ended

    def _parts(self) -> list[AgentPart]:
        read_at, parts = self._agents
        if not parts or time.time() - read_at > _REGISTRY_S:
            parts = read_agents(self._ssm, self._names)
            self._agents = (time.time(), parts)
        return parts


def _chunks(all: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(all), size):
        yield all[start : start + size]


def moment_of(event: StoredEvent) -> datetime:
    """When an event was recorded."""
    return datetime.fromisoformat(event.recorded).astimezone(UTC)
