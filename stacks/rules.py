"""The rules that carry events to an agent's queue: one per handler, from what the handler hears."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from stacks.errors import BuildError
from troupe.choreography.patterns import InvalidPattern, validate
from troupe.runtime.agent import Agent
from troupe.runtime.context import Tick
from troupe.runtime.person import DESK, is_said_by_a_person
from troupe.runtime.settings import Names
from troupe.runtime.signature import Handler

_MAX_PATTERN = 2_048
"""Characters of an event pattern (AWS's default quota)."""
_MAX_NAME = 64
"""Characters of a rule's name (AWS)."""

_EVERY = re.compile(r"(\d+) (minute|hour|day)s?")

_TICK = (
    '{"version":"0","id":<id>,"detail-type":"Tick","source":"%s.clock","account":<account>,'
    '"time":<time>,"region":<region>,"resources":[],"detail":{}}'
)

TICK_PATHS = {"id": "$.id", "account": "$.account", "time": "$.time", "region": "$.region"}
"""Where EventBridge finds what it fills into the template."""


@dataclass(frozen=True, slots=True)
class RuleOf:
    """One rule: either a pattern on the stage's bus or a schedule on the account's default bus."""

    name: str
    handler: Handler
    pattern: dict[str, Any] | None
    schedule: str | None


def rules(agent: Agent, names: Names) -> tuple[RuleOf, ...]:
    """One per handler. Raises BuildError, with file and line, for what EventBridge would refuse."""
    return tuple(
        RuleOf(
            name=_name(names.agent(agent.id), handler.name),
            handler=handler,
            pattern=None if handler.every else _pattern(handler, names),
            schedule=_schedule(handler) if handler.every else None,
        )
        for handler in agent.handlers
    )


def tick_template(names: Names) -> str:
    """What a schedule sends: a Tick in the shape of every other event; EventBridge fills in its own id and time."""
    return _TICK % names.app


def _pattern(handler: Handler, names: Names) -> dict[str, Any]:
    # A replay of the archive is for nobody: our own replays go straight to one agent's queue.
    not_replayed = {"replay-name": [{"exists": False}]}
    if handler.envelope_parameter:
        return {"source": [{"prefix": ""}], **not_replayed}
    pattern: dict[str, Any] = {**_types(handler, names), **not_replayed}
    if handler.where is not None:
        pattern["detail"] = {"data": handler.where}
    try:
        validate(pattern)
    except InvalidPattern as error:
        raise BuildError(
            f"{handler.file}:{handler.line}: EventBridge refuses the where of {handler.name}: {error}"
        ) from None
    length = len(json.dumps(pattern, separators=(",", ":")))
    if length > _MAX_PATTERN:
        raise BuildError(
            f"{handler.file}:{handler.line}: the pattern of {handler.name} has {length} characters and EventBridge "
            f"takes {_MAX_PATTERN}; hear fewer types in one handler, or shorten its where."
        )
    return pattern


def _types(handler: Handler, names: Names) -> dict[str, Any]:
    """The types that are heard. What a person says counts only as the desk has said it: anybody's word is not his."""
    heard = {t.type_name(): is_said_by_a_person(t) for t in handler.subscriptions if t is not Tick}
    said = sorted(name for name, by_a_person in heard.items() if by_a_person)
    others = sorted(heard.keys() - set(said))
    by_the_desk = {"detail-type": said, "source": [f"{names.app}.{DESK}"]}
    if not said:
        return {"detail-type": others}
    return {"$or": [by_the_desk, {"detail-type": others}]} if others else by_the_desk


def _schedule(handler: Handler) -> str:
    match = _EVERY.fullmatch(handler.every or "")
    if not match or int(match[1]) == 0:
        raise BuildError(
            f"{handler.file}:{handler.line}: {handler.name} says every={handler.every!r}; "
            'write a number and a unit, such as "5 minutes", "1 hour" or "2 days".'
        )
    number = int(match[1])
    return f"rate({number} {match[2]}{'s' if number > 1 else ''})"


def _name(agent: str, handler: str) -> str:
    name = f"{agent}-{handler}"
    if len(name) <= _MAX_NAME:
        return name
    return f"{name[: _MAX_NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
