"""Dead letters that grow: an agent gave up on something in each of the latest three spells of five minutes.

Each AgentFailed is a letter in a dead-letter queue, so this is told from the events; no queue needs to be asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from contracts.monitoring import ConditionSeen
from troupe import AgentFailed, Envelope
from troupe.adapters.history import Happening

SPELL = timedelta(minutes=5)
SPELLS = 3


def growing(failures: Iterable[Happening], until: datetime) -> list[ConditionSeen]:
    """A condition per agent that gave up in each of the spells before `until`."""
    given_up: dict[str, list[list[Envelope]]] = defaultdict(lambda: [[] for _ in range(SPELLS)])
    for failure in failures:
        spell = int((until - failure.recorded) / SPELL)
        data = failure.event.data
        if failure.event.type == AgentFailed.type_name() and isinstance(data, dict) and 0 <= spell < SPELLS:
            given_up[str(data.get("agent", ""))][spell].append(failure.event)
    return [
        ConditionSeen.by(
            "growing-dead-letters",
            agent or "unknown",
            "critical",
            f"{agent} has given up on {sum(map(len, spells))} events in {SPELLS * SPELL // timedelta(minutes=1)} "
            "minutes, and goes on: see `troupe dlq list`.",
            [event for spell in spells for event in spell],
        )
        for agent, spells in sorted(given_up.items())
        if all(spells)
    ]
