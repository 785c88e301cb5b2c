"""What EventBridge needs to bring events to a handler: one rule, with a pattern on the bus or a schedule."""

from __future__ import annotations

import re
from typing import Any

from troupe.runtime.context import Tick
from troupe.runtime.person import DESK, is_said_by_a_person
from troupe.runtime.signature import Handler

LONGEST_PATTERN = 2_048
"""Characters of an event pattern (AWS's default quota)."""
MOST_RULES = 300
"""Rules of one bus (AWS's default quota). Each has one target, of the five that AWS allows."""

_EVERY = re.compile(r"([1-9]\d*) (minute|hour|day)s?")


LONGEST_APP = "x" * 23
"""Stands for the app's name where it is not known; no name is longer (stacks/settings.py)."""


def pattern_of(handler: Handler, app: str = LONGEST_APP) -> dict[str, Any] | None:
    """The pattern of a handler's rule on the stage's bus; None where something else wakes it, such as a schedule."""
    if handler.every or not (handler.subscriptions or handler.envelope_parameter):
        return None
    # A replay of the archive is for nobody: our own replays go straight to one agent's queue.
    not_replayed = {"replay-name": [{"exists": False}]}
    if handler.envelope_parameter:
        return {"source": [{"prefix": ""}], **not_replayed}
    narrowed = {"detail": {"data": handler.where}} if handler.where is not None else {}
    return {**_types(handler, app), **not_replayed, **narrowed}


def _types(handler: Handler, app: str) -> dict[str, Any]:
    """The types that are heard. What a person says counts only as the desk has said it: anybody's word is not his."""
    heard = {t.type_name(): is_said_by_a_person(t) for t in handler.subscriptions if t is not Tick}
    said = sorted(name for name, by_a_person in heard.items() if by_a_person)
    others = sorted(heard.keys() - set(said))
    by_the_desk = {"detail-type": said, "source": [f"{app}.{DESK}"]}
    if not said:
        return {"detail-type": others}
    return {"$or": [by_the_desk, {"detail-type": others}]} if others else by_the_desk


def schedule_of(every: str) -> str | None:
    """EventBridge's expression for `5 minutes`; None for what is no number and unit."""
    match = _EVERY.fullmatch(every)
    if not match:
        return None
    number = int(match[1])
    return f"rate({number} {match[2]}{'s' if number > 1 else ''})"
