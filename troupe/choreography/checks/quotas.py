"""What EventBridge would refuse: a pattern, its length, a schedule, the number of rules."""

from __future__ import annotations

import json
from collections.abc import Iterator

from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import Graph
from troupe.choreography.patterns import InvalidPattern, validate
from troupe.choreography.rules import LONGEST_PATTERN, MOST_RULES, schedule_of

REFUSED = Rule("refused-pattern", "error", "EventBridge refuses the rule, and the deployment fails.")
LONG = Rule("long-pattern", "error", "EventBridge refuses the rule, and the deployment fails.")
SCHEDULE = Rule("refused-schedule", "error", "EventBridge refuses the rule, and the deployment fails.")
RULES = Rule(
    "too-many-rules", "error", "The deployment fails at the first rule beyond, unless AWS has raised the quota."
)


def patterns(graph: Graph) -> Iterator[Finding]:
    """Patterns that are no patterns, or longer than AWS allows."""
    for handler in graph.handlers:
        if handler.pattern is None:
            continue
        try:
            validate(handler.pattern)
        except InvalidPattern as error:
            yield Finding(
                REFUSED,
                f"EventBridge refuses the where of {handler.name}: {str(error).rstrip('.')}.",
                handler.where,
                "Write where as an EventBridge content filter on the event's data.",
            )
            continue
        length = len(json.dumps(handler.pattern, separators=(",", ":")))
        if length > LONGEST_PATTERN:
            yield Finding(
                LONG,
                f"The pattern of {handler.name} has {length} characters and EventBridge takes {LONGEST_PATTERN}.",
                handler.where,
                "Hear fewer types in one handler, or shorten its where.",
            )


def schedules(graph: Graph) -> Iterator[Finding]:
    """Schedules that are no number and unit."""
    for handler in graph.handlers:
        if handler.every and schedule_of(handler.every) is None:
            yield Finding(
                SCHEDULE,
                f"{handler.name} says every={handler.every!r}.",
                handler.where,
                'Write a number and a unit, such as "5 minutes", "1 hour" or "2 days".',
            )


def rules(graph: Graph) -> Iterator[Finding]:
    """More rules than a bus may have."""
    handlers = [handler for handler in graph.handlers if handler.pattern is not None]
    if len(handlers) > MOST_RULES:
        yield Finding(
            RULES,
            f"{len(handlers)} handlers need {len(handlers)} rules on one bus, and EventBridge takes {MOST_RULES}.",
            handlers[MOST_RULES].where,
            "Hear several types in one handler (A | B), or deploy domains as stages of their own; AWS raises the quota "
            "on request.",
        )
