"""Events that are not what they say: two under one id, or a digest that does not cover the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from contracts.monitoring import ConditionSeen
from troupe import Envelope
from troupe.adapters.history import Happening
from troupe.runtime.envelope import MalformedEvent


def untrue(happenings: Iterable[Happening], name: Callable[[str], str]) -> list[ConditionSeen]:
    """A condition per source in whose name something untrue was said; `name` tells a source's agent."""
    said: dict[str, list[Envelope]] = defaultdict(list)
    divergent: dict[str, int] = defaultdict(int)
    for happening in happenings:
        if happening.divergent or not _holds(happening.event):
            source = name(happening.event.source)
            said[source].append(happening.event)
            divergent[source] += happening.divergent
    return [
        ConditionSeen.by(
            "forged-event",
            source or "nobody",
            "critical",
            f"Of the events in the name of {source or 'nobody'}, {divergent[source]} have an id that was taken and "
            f"{len(said[source]) - divergent[source]} a digest that does not cover what they say.",
            said[source],
        )
        for source in sorted(said)
    ]


def _holds(event: Envelope) -> bool:
    try:
        return event.digest() == event.metadata.digest
    except MalformedEvent:
        return False
