"""Tells the story of one correlation: which agent reacted to which event, when, publishing what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from troupe.event_store.read import StoredEvent, Story


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
    children: list[Step] = field(default_factory=list)

    def walk(self, level: int = 0) -> Iterator[tuple[int, Step]]:
        """This step and all beneath it, with their level."""
        yield level, self
        for child in self.children:
            yield from child.walk(level + 1)


def trees(story: Story) -> list[Step]:
    """The causal trees of a story; one tree unless an event's causes are not (yet) stored."""
    steps: dict[str, Step] = {}
    roots: list[Step] = []
    made = {e.metadata.id: e for e in story.events if not e.divergent}
    for event in story.events:
        causes = [made[c.id] for c in event.metadata.causes if c.id in made]
        step = Step(event, _after_ms(event, causes), _note(story, event), tuple(c.type for c in causes[1:]))
        if not event.divergent:
            steps[event.metadata.id] = step
        parent = steps.get(causes[0].metadata.id) if causes else None
        (parent.children if parent else roots).append(step)
    return roots


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
