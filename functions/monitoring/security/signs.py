"""What failures say about security: refusals by a guard, loops that had to be halted, publications that were denied.

A refusal is any failure that names a `rule`: whatever guard it was, of whatever domain. Whose it was is read off the
root of its story, from a field that holds a person; nobody's is counted by its story.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

from contracts.monitoring import ConditionSeen
from troupe import AgentFailed, Envelope
from troupe.adapters.history import Happening
from troupe.runtime.incidents import ChoreographyHalted

LATELY = timedelta(minutes=15)
"""How far back refusals are counted."""
JUST_NOW = timedelta(minutes=5)
"""How far back every event is looked at; as often as somebody looks, so that each is read about once."""
REFUSALS = 3
"""So many within that time are a sign that somebody tries what they may not."""
_MANY = 10
_STORIES = 200
"""Stories of which the root is looked up, at most, at one look."""
_DENIED = re.compile(r"\b(AccessDenied|NotAuthorized)\w*")


class Stories(Protocol):
    """What is needed of the history."""

    def story(self, correlation_id: str) -> list[Happening]:
        """The events of one correlation, parents before children."""


def signs(failures: Sequence[Happening], stories: Stories) -> list[ConditionSeen]:
    """Everything that these failures are a sign of."""
    events = [failure.event for failure in failures]
    return [*_refusals(events, stories), *_loops(events), *_denied(events)]


def _refusals(events: Sequence[Envelope], stories: Stories) -> list[ConditionSeen]:
    refused = _by_story([event for event in events if _rule(event)])
    if sum(map(len, refused.values())) < REFUSALS:
        return []  # nobody can have been refused so often: no story needs to be read
    by_whom: dict[str, list[Envelope]] = defaultdict(list)
    for correlation_id in list(refused)[:_STORIES]:
        by_whom[_asker(stories.story(correlation_id)) or f"story {correlation_id}"] += refused[correlation_id]
    return [_refused(whom, by_whom[whom]) for whom in sorted(by_whom) if len(by_whom[whom]) >= REFUSALS]


def _by_story(events: Sequence[Envelope]) -> dict[str, list[Envelope]]:
    """One refusal per story and rule: an end that repeats why is none of its own."""
    found: dict[str, dict[str, Envelope]] = defaultdict(dict)
    for event in events:
        found[event.metadata.correlation_id].setdefault(_rule(event), event)
    return {correlation_id: list(by_rule.values()) for correlation_id, by_rule in found.items()}


def _refused(whom: str, events: list[Envelope]) -> ConditionSeen:
    rules = ", ".join(sorted({_rule(event)[:80] for event in events}))
    minutes = LATELY // timedelta(minutes=1)
    severity = "critical" if len(events) >= _MANY else "warning"
    summary = f"{whom} was refused {len(events)} times within {minutes} minutes; the rules: {rules}."
    return ConditionSeen.by("refusals", whom, severity, summary, events)


def _loops(events: Sequence[Envelope]) -> list[ConditionSeen]:
    halted: dict[str, list[Envelope]] = defaultdict(list)
    for event in events:
        if event.type == ChoreographyHalted.type_name():
            halted[_field(event, "agent")].append(event)
    return [
        ConditionSeen.by(
            "loop", agent, "warning", f"A guard halted: {_field(halted[agent][-1], 'reason')}", halted[agent]
        )
        for agent in sorted(halted)
        if agent
    ]


def _denied(events: Sequence[Envelope]) -> list[ConditionSeen]:
    denied: dict[str, list[Envelope]] = defaultdict(list)
    for event in events:
        if event.type == AgentFailed.type_name() and _DENIED.search(_field(event, "error")):
            denied[_field(event, "agent")].append(event)
    return [
        ConditionSeen.by(
            "denied-publication",
            agent,
            "critical",
            f"{agent} tried what its role does not allow: {_field(denied[agent][-1], 'error')}",
            denied[agent],
        )
        for agent in sorted(denied)
        if agent
    ]


def _asker(story: Sequence[Happening]) -> str:
    """The person that the story's root names; empty when it names nobody."""
    for happening in story:
        data = happening.event.data
        if not happening.event.metadata.causes and isinstance(data, dict):
            return next((value["id"] for value in data.values() if _is_person(value)), "")
    return ""


def _is_person(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() <= {"id", "claims"} and isinstance(value.get("id"), str)


def _rule(event: Envelope) -> str:
    return _field(event, "rule")


def _field(event: Envelope, name: str) -> str:
    value = event.data.get(name) if isinstance(event.data, dict) else None
    return value if isinstance(value, str) else ""
