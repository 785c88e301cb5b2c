"""Who reacted to what, and after how long: read off the causes that events state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troupe.runtime.envelope import Cause, Envelope
from troupe.runtime.incidents import AgentFailed

Place = tuple[str, str]
"""An event by its correlation and id."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One agent's first reaction to one event."""

    place: Place
    """The event that it reacted to."""
    source: str
    """Who had published that event."""
    type: str
    by: str
    """The source of the reaction."""
    waited_ms: float
    failed: bool
    """Whether something of what it published tells of a failure."""


class Reactions:
    """Takes events as they are read, in any order. Keeps a few words per event, not the events."""

    def __init__(self) -> None:
        self._known: dict[Place, tuple[str, str, float]] = {}
        """Per event its source, type and time in seconds."""
        self._reactions: dict[tuple[Place, str], tuple[float, bool]] = {}
        """Per cause and reacting source: when it reacted first, and whether with a failure."""

    def add(self, event: Envelope) -> None:
        """Takes one event."""
        m = event.metadata
        at = m.occurred_at.timestamp()
        self._known[m.correlation_id, m.id] = (event.source, event.type, at)
        for cause in m.causes:
            self._react(cause, event, at)

    def _react(self, cause: Cause, event: Envelope, at: float) -> None:
        key = ((cause.correlation_id, cause.id), reacting(event))
        first, failed = self._reactions.get(key, (at, False))
        self._reactions[key] = (min(first, at), failed or event.metadata.failure)

    def each(self) -> Iterator[Reaction]:
        """The reactions to events that were taken."""
        for (place, by), (first, failed) in self._reactions.items():
            if place in self._known:
                source, type_, at = self._known[place]
                yield Reaction(place, source, type_, by, max(0.0, round((first - at) * 1000, 3)), failed)


def reacting(event: Envelope) -> str:
    """Who reacted: the source, or the agent in whose name it is said that it failed."""
    if event.type == AgentFailed.type_name() and isinstance(event.data, dict) and "agent" in event.data:
        return str(event.data["agent"])
    return event.source
