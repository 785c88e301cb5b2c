"""The rules that carry events to an agent's queue: one per handler, from what the handler hears."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from troupe.choreography.rules import pattern_of, schedule_of
from troupe.runtime.agent import Agent
from troupe.runtime.settings import Names
from troupe.runtime.signature import Handler

_MAX_NAME = 64
"""Characters of a rule's name (AWS)."""

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
    """One per handler. What EventBridge would refuse has been found before (troupe/choreography/checks/quotas.py)."""
    return tuple(
        RuleOf(
            name=_name(names.agent(agent.id), handler.name),
            handler=handler,
            pattern=pattern_of(handler, names.app),
            schedule=schedule_of(handler.every) if handler.every else None,
        )
        for handler in agent.handlers
    )


def tick_template(names: Names) -> str:
    """What a schedule sends: a Tick in the shape of every other event; EventBridge fills in its own id and time."""
    return _TICK % names.app


def _name(agent: str, handler: str) -> str:
    name = f"{agent}-{handler}"
    if len(name) <= _MAX_NAME:
        return name
    return f"{name[: _MAX_NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
