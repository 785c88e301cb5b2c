"""How fast agents react and stories end: the latest quarter of an hour, held against the hour before and the limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from contracts.monitoring import ConditionSeen
from troupe import Envelope
from troupe.adapters.history import Happening
from troupe.runtime.incidents import ChoreographyStalled
from troupe.runtime.reactions import Reaction

NOW = timedelta(minutes=15)
BEFORE = timedelta(hours=1)
ENOUGH = 20
"""Reactions of one kind from which a percentile is worth something."""
_PERCENTILE = 0.95
_TIMES = 2.0
_FLOOR_MS = 1000.0
"""Slower means twice as slow, and by a second at least."""
_CLOSE = 0.8
"""A story that took this much of its time limit came close to it."""
_OFTEN = 3
"""So many stories that came close are no accident."""


def slow(
    events: Iterable[Happening], reactions: Iterable[Reaction], name: Callable[[str], str], since: datetime
) -> list[ConditionSeen]:
    """Reactions to events from `since` on whose 95th percentile is well above that of the events before."""
    made = {(e.event.metadata.correlation_id, e.event.metadata.id): e.event for e in events if not e.divergent}
    before: dict[tuple[str, str], list[float]] = defaultdict(list)
    now: dict[tuple[str, str], list[tuple[float, Envelope]]] = defaultdict(list)
    for reaction in reactions:
        way, event = (reaction.type, name(reaction.by)), made[reaction.place]
        if event.metadata.occurred_at < since:
            before[way].append(reaction.waited_ms)
        else:
            now[way].append((reaction.waited_ms, event))
    found = []
    for way in sorted(now):
        usual, waited = before[way], [ms for ms, _ in now[way]]
        if min(len(usual), len(waited)) < ENOUGH:
            continue
        was, is_ = percentile(usual), percentile(waited)
        if is_ < max(_TIMES * was, was + _FLOOR_MS):
            continue
        slowest = [event for ms, event in now[way] if ms >= is_]
        summary = (
            f"{way[1]} takes {is_:,.0f} ms to react to {way[0]} (95th percentile); the hour before, {was:,.0f} ms."
        )
        found.append(ConditionSeen.by("slow-reaction", f"{way[1]} on {way[0]}", "warning", summary, slowest))
    return found


def percentile(values: Sequence[float], share: float = _PERCENTILE) -> float:
    """The nearest rank: the smallest value that at least this share of them does not exceed."""
    return sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]


def late(events: Iterable[Happening], failures: Iterable[Happening], since: datetime) -> list[ConditionSeen]:
    """Stories with a time limit that ended close to it or beyond, several times; or that stalled, even one."""
    close: dict[str, list[Envelope]] = defaultdict(list)
    for root, end in _ended(events):
        limit = root.metadata.within_s or 0
        took = (end.metadata.occurred_at - root.metadata.occurred_at).total_seconds()
        if end.metadata.occurred_at >= since and limit and took >= _CLOSE * limit:
            close[root.type].append(end)
    stalled: dict[str, list[Envelope]] = defaultdict(list)
    for failure in failures:
        if failure.event.type == ChoreographyStalled.type_name() and isinstance(failure.event.data, dict):
            stalled[str(failure.event.data.get("root_type", ""))].append(failure.event)
    found = []
    for type_ in sorted(close.keys() | stalled.keys()):
        ends, stalls = close.get(type_, []), stalled.get(type_, [])
        if not stalls and len(ends) < _OFTEN:
            continue
        summary = f"Of the stories that begin with {type_}, {len(stalls)} stalled and {len(ends)} ended late."
        severity = "critical" if stalls else "warning"
        found.append(ConditionSeen.by("late-stories", type_ or "unknown", severity, summary, [*ends, *stalls]))
    return found


def _ended(events: Iterable[Happening]) -> list[tuple[Envelope, Envelope]]:
    """Each root with the first end of its story; replays are nobody's waiting."""
    roots: dict[str, Envelope] = {}
    ends: dict[str, Envelope] = {}
    for happening in events:
        event, m = happening.event, happening.event.metadata
        if happening.divergent or m.namespace:
            continue
        if not m.causes:
            roots.setdefault(m.correlation_id, event)
        if m.terminal and (m.correlation_id not in ends or m.occurred_at < ends[m.correlation_id].metadata.occurred_at):
            ends[m.correlation_id] = event
    return [(roots[id], end) for id, end in ends.items() if id in roots]
