"""Failures per agent in the latest five minutes, held against the two hours before.

A fixed threshold is wrong for nearly everybody: one agent refuses ten questions an hour and is well, another fails
never. So each is held against its own median, and its own spread: the median absolute deviation, which a few outliers
in the past cannot stretch. What fails at a steady rate becomes its own measure after an hour; that something is wrong
then is for the growing dead letters to tell.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from contracts.monitoring import AlertRaised, ConditionSeen
from troupe import Envelope
from troupe.adapters.history import Happening
from troupe.runtime.incidents import ChoreographyAbandoned, ChoreographyStalled, DeadLetterDropped

BUCKET = timedelta(minutes=5)
EARLIER = 24
"""Buckets of the past that are the measure."""
LOOK_BACK = (EARLIER + 1) * BUCKET
FLOOR = 5
"""So many more failures than usual, at least: two instead of none are no anomaly."""
DEVIATIONS = 6.0
"""So many standard deviations, for failures that scatter normally."""
_NORMAL = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""
_CRITICAL = 4
"""So many times what is unusual is critical."""
_TOLD = tuple(
    contract.type_name()
    for contract in (ConditionSeen, AlertRaised, ChoreographyStalled, ChoreographyAbandoned, DeadLetterDropped)
)
"""What is told about failures is no failure of the teller: not of monitoring, the watchdog, or who drops a letter."""


def unusual(failures: Iterable[Happening], who: Callable[[Envelope], str], until: datetime) -> list[ConditionSeen]:
    """A condition for each agent whose latest bucket, the one that ends with `until`, is unusual."""
    buckets: dict[str, list[list[Envelope]]] = defaultdict(lambda: [[] for _ in range(EARLIER + 1)])
    for failure in failures:
        age = int((until - failure.recorded) / BUCKET)
        if failure.event.type not in _TOLD and 0 <= age <= EARLIER:
            buckets[who(failure.event)][age].append(failure.event)
    return [seen for agent in sorted(buckets) if (seen := _judge(agent, buckets[agent]))]


def _judge(agent: str, buckets: list[list[Envelope]]) -> ConditionSeen | None:
    latest, usual = len(buckets[0]), [len(bucket) for bucket in buckets[1:]]
    median = statistics.median(usual)
    spread = _NORMAL * statistics.median(abs(count - median) for count in usual)
    needed = max(FLOOR, DEVIATIONS * spread)
    if latest - median < needed:
        return None
    types = ", ".join(sorted({event.type for event in buckets[0]}))
    return ConditionSeen.by(
        "failure-rate",
        agent,
        "critical" if latest - median >= _CRITICAL * needed else "warning",
        f"{agent} failed {latest} times within five minutes ({types}); usual are {median:g}.",
        buckets[0],
    )
