"""Tells the story of one correlation: who reacted to which event, when, publishing what; and who has not yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from troupe.event_store.decided import Decided
from troupe.event_store.read import StoredEvent, Story
from troupe.event_store.undecided import Undecided
from troupe.runtime.incidents import AgentFailed


@dataclass(frozen=True)
class Step:
    """One event in its place in the causal tree."""

    event: StoredEvent
    after_ms: float
    """Milliseconds since its latest cause was made; since itself for a root: 0."""
    note: str
    """What is special about it: `end`, `superseded`, `divergent`, `incident`; empty otherwise."""
    also_caused_by: tuple[str, ...] = ()
    """Types of further causes, for a join, whose place in the tree is under the first."""
    attempt: int = 0
    """At which attempt its agent decided, or gave up; 0 when that is not known."""
    children: list[Step] = field(default_factory=list)
    waiting: list[Undecided] = field(default_factory=list)
    """Who has not decided on it."""

    def walk(self, level: int = 0) -> Iterator[tuple[int, Step]]:
        """This step and all beneath it, with their level."""
        yield level, self
        for child in self.children:
            yield from child.walk(level + 1)


@dataclass(frozen=True)
class Trace:
    """A story with what is known beside its events."""

    story: Story
    app: str
    """What the sources of its agents begin with."""
    now: datetime
    waiting: list[Undecided] = field(default_factory=list)
    decided: Mapping[str, Decided] = field(default_factory=dict)

    @property
    def steps(self) -> list[Step]:
        """The causal trees."""
        return trees(self.story, self.waiting, self.decided)

    @property
    def took_ms(self) -> float:
        """From the first event to the end that won, or to the latest event where there is none."""
        if not self.story.events:
            return 0.0
        moments = [e.metadata.occurred_at for e in self.story.events]
        last = self.story.end.metadata.occurred_at if self.story.end else max(moments)
        return (last - min(moments)).total_seconds() * 1000

    def who(self, source: str) -> str:
        """An agent's id, or whatever else published under this source."""
        return source.removeprefix(f"{self.app}.")

    def age_s(self, event: StoredEvent) -> float:
        """How old an event is, in seconds."""
        return max(0.0, (self.now - event.metadata.occurred_at).total_seconds())

    def said(self, work: Undecided) -> str:
        """One sentence for open work, with the age of what it is about."""
        return f"{work}, {age(self.age_s(work.event))} old"


def trees(story: Story, waiting: Iterable[Undecided] = (), decided: Mapping[str, Decided] | None = None) -> list[Step]:
    """The causal trees of a story; one tree unless an event's causes are not (yet) stored."""
    steps: dict[str, Step] = {}
    roots: list[Step] = []
    made = {e.metadata.id: e for e in story.events if not e.divergent}
    undecided = defaultdict(list)
    for work in waiting:
        undecided[work.event.metadata.id].append(work)
    for event in story.events:
        causes = [made[c.id] for c in event.metadata.causes if c.id in made]
        step = Step(
            event,
            _after_ms(event, causes),
            _note(story, event),
            tuple(c.type for c in causes[1:]),
            _attempt(event, (decided or {}).get(event.metadata.id)),
            waiting=[] if event.divergent else undecided[event.metadata.id],
        )
        if not event.divergent:
            steps[event.metadata.id] = step
        parent = steps.get(causes[0].metadata.id) if causes else None
        (parent.children if parent else roots).append(step)
    return roots


def age(seconds: float) -> str:
    """A duration as people say it: `3 s`, `5 min`, `2 h`, `4 d`."""
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _attempt(event: StoredEvent, decision: Decided | None) -> int:
    if event.type == AgentFailed.type_name() and isinstance(event.envelope.data, dict):
        attempts = event.envelope.data.get("attempts")
        return attempts if isinstance(attempts, int) else 0
    return decision.attempt if decision and not event.divergent else 0


def _after_ms(event: StoredEvent, causes: list[StoredEvent]) -> float:
    if not causes:
        return 0.0
    latest = max(c.metadata.occurred_at for c in causes)
    return (event.metadata.occurred_at - latest).total_seconds() * 1000


def _note(story: Story, event: StoredEvent) -> str:
    m = event.metadata
    if event.divergent:
        return "divergent"
    if m.terminal:
        winner = story.status.get(m.namespace, {}).get("end")
        return "end" if winner == m.id else "superseded"
    return "incident" if m.failure else ""
