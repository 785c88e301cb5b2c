"""Matches events against EventBridge patterns, agreeing with AWS's own matcher (the open-source Event Ruler).

    pattern = compile({"source": ["troupe.query.sql-agent"], "detail": {"data": {"rows": [{"numeric": [">", 0]}]}}})
    pattern.matches(event)

A pattern that EventBridge would refuse raises InvalidPattern. An event is the whole envelope as EventBridge delivers
it, parsed from JSON. Compile once and match often: reading a pattern costs far more than matching it.

The matcher knows three rules that surprise. Only scalars exist: `{"exists": true}` is false for an object, an empty
array and an empty object, and true for null. A dot in a field's name is no different from one level more. And what a
pattern says about several fields inside an array of objects must hold within one element of that array.

Faults of AWS's matcher that come of how it shares states are not imitated. It forgets an alternative of `$or` that has
a value in common with an earlier one in every field; it reads a number as the other alternatives want it; and after a
wildcard that begins with `*`, `equals-ignore-case` in the same array takes other first letters. Of 560,000 random cases
held against Event Ruler (July 2026), most of them made to provoke such things, 29 came out differently: by these, or by
the spelling of a number, which is gone once JSON has been parsed (`0.0000001` and `1e-7`).
"""

from collections.abc import Mapping
from typing import Any

from troupe.choreography._conditions import Condition
from troupe.choreography._consistency import Membership, Met, consistent
from troupe.choreography._operators import InvalidPattern
from troupe.choreography._reading import read

__all__ = ["InvalidPattern", "Pattern", "compile", "matches", "validate"]

Values = dict[str, list[tuple[object, Membership]]]
"""An event's scalars by dotted path."""


class Pattern:
    """A pattern ready for matching; `compile` makes it. Immutable, and safe to share."""

    __slots__ = ("_alternatives", "_steps")

    def __init__(self, alternatives: list[dict[str, Condition]]) -> None:
        # In the order of AWS's matcher: an absence is judged by the array elements settled on so far.
        self._alternatives = [
            sorted(alternative.items(), key=lambda field: field[0].encode("utf-16-be", "surrogatepass"))
            for alternative in alternatives
        ]
        self._steps = frozenset(
            step for alternative in alternatives for path in alternative for step in _steps_of(path)
        )

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether EventBridge would deliver the event to a rule with this pattern."""
        values = self._values(event)
        return any(_holds(alternative, values) for alternative in self._alternatives)

    def _values(self, event: Mapping[str, Any]) -> Values:
        """The event's scalars, leaving out whatever lies under names that the pattern does not use."""
        values: Values = {}
        arrays = 0
        pending: list[tuple[str, object, Membership]] = [
            (name, value, ()) for name, value in event.items() if self._uses(name)
        ]
        while pending:
            path, found, membership = pending.pop()
            if isinstance(found, dict):
                pending += [(f"{path}.{name}", value, membership) for name, value in found.items() if self._uses(name)]
            elif isinstance(found, list):
                for index, value in enumerate(found):
                    # A scalar is not bound to its place in the array: any of several may satisfy a condition.
                    nested = isinstance(value, dict | list)
                    pending.append((path, value, (*membership, (arrays, index)) if nested else membership))
                arrays += 1
            else:
                values.setdefault(path, []).append((found, membership))
        return values

    def _uses(self, name: str) -> bool:
        return name in self._steps or ("." in name and all(step in self._steps for step in _steps_of(name)))


def compile(pattern: Mapping[str, Any]) -> Pattern:
    """Read a pattern, to match it against many events. Raises InvalidPattern."""
    return Pattern(read(pattern))


def validate(pattern: Mapping[str, Any]) -> None:
    """Raise InvalidPattern, with the place and the reason, if EventBridge would refuse the pattern."""
    read(pattern)


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether EventBridge would deliver the event to a rule with this pattern. Raises InvalidPattern."""
    return compile(pattern).matches(event)


def _steps_of(path: str) -> list[str]:
    """The names that a dotted path passes through. Empty ones at the end are lost, as in AWS's matcher."""
    return path.rstrip(".").split(".") if path.strip(".") else [""] * (not path)


def _holds(alternative: list[tuple[str, Condition]], values: Values) -> bool:
    """Whether the event's values meet all conditions together."""
    conditions: list[Met] = []
    for path, condition in alternative:
        found = values.get(path, [])
        accepted = [place for value, place in found if condition.accepts(value)]
        if not accepted and not condition.absent:
            return False
        conditions.append(Met(accepted, [place for _, place in found], condition.absent))
    return consistent(conditions)
