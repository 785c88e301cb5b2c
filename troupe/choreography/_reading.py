"""Reads an event pattern as AWS's own compiler does: into alternatives, each a condition per dotted path.

`$or` multiplies the alternatives; everything else in a pattern must hold together. What AWS's compiler refuses is
refused here, and what it lets pass (a path given twice: the last one counts) passes here.
"""

from collections.abc import Mapping
from typing import Any

from troupe.choreography._conditions import Condition
from troupe.choreography._operators import InvalidPattern, read_condition, show

Alternative = dict[str, Condition]

MAX_FIELDS = 256
"""Fields of one alternative; AWS's matcher refuses more."""

MAX_ALTERNATIVES = 1000
"""Combinations that the `$or`s of one pattern may multiply to; EventBridge refuses more."""

# Inside `$or` these names would be ambiguous, so AWS's compiler does not take the array for an `$or` at all.
_RESERVED_INSIDE_OR = frozenset(
    {
        *("exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"),
        *("=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    }
)


def read(pattern: object) -> list[Alternative]:
    """The alternatives of a pattern, at least one. Raises InvalidPattern."""
    try:
        try:
            alternatives = _Reader(or_is_operator=True).read(pattern)
        except InvalidPattern as error:
            # AWS's compiler then tries again with its older form, for which `$or` is a field like any other.
            try:
                alternatives = _Reader(or_is_operator=False).read(pattern)
            except InvalidPattern:
                raise error from None
    except RecursionError:
        raise InvalidPattern("The pattern is nested too deeply: use fewer levels of objects.") from None
    if any(len(alternative) > MAX_FIELDS for alternative in alternatives):
        raise InvalidPattern(f"The pattern has too many fields: EventBridge takes at most {MAX_FIELDS}.")
    # A condition that a later one for the same path has replaced never reaches the matcher.
    if refusals := [c.refusal for alternative in alternatives for c in alternative.values() if c.refusal]:
        raise InvalidPattern(refusals[0])
    return alternatives


class _Reader:
    """One pass over a pattern, in the newer or the older of the two forms that AWS's compiler knows."""

    def __init__(self, *, or_is_operator: bool) -> None:
        self._or_is_operator = or_is_operator

    def read(self, pattern: object) -> list[Alternative]:
        if not isinstance(pattern, dict):
            raise InvalidPattern(f"The pattern must be a JSON object, not {show(pattern)}.")
        alternatives: list[Alternative] = []
        self._object(pattern, (), "", alternatives, inside_or=False)
        return alternatives

    def _object(
        self,
        found: Mapping[Any, object],
        steps: tuple[str, ...],
        where: str,
        alternatives: list[Alternative],
        *,
        inside_or: bool,
    ) -> None:
        if not found:
            raise InvalidPattern(f"{where or 'The pattern'}: an empty object is not allowed; name at least one field.")
        for key, value in found.items():
            if not isinstance(key, str):
                raise InvalidPattern(f"{where or 'The pattern'}: field names must be strings, not {show(key)}.")
            here = f"{where}.{key}" if where else key
            if key == "$or" and self._or_is_operator:
                alternatives[:] = self._either(value, steps, here, alternatives)
            elif inside_or and key in _RESERVED_INSIDE_OR:
                raise InvalidPattern(f"{here}: inside $or, {key!r} cannot be the name of a field.")
            elif isinstance(value, dict):
                self._object(value, (*steps, key), here, alternatives, inside_or=inside_or)
            elif isinstance(value, list):
                condition = read_condition(value, here, older=not self._or_is_operator)
                if not alternatives:
                    alternatives.append({})
                for alternative in alternatives:
                    alternative[_dotted(steps, key)] = condition
            else:
                raise InvalidPattern(f"{here}: must be an object or an array of accepted values, not {show(value)}.")

    def _either(
        self, found: object, steps: tuple[str, ...], where: str, before: list[Alternative]
    ) -> list[Alternative]:
        if not isinstance(found, list) or len(found) < 2 or not all(isinstance(branch, dict) for branch in found):
            raise InvalidPattern(f"{where}: must be an array of at least two objects, not {show(found)}.")
        alternatives: list[Alternative] = []
        for number, branch in enumerate(found):
            ways = [dict(alternative) for alternative in before] or [{}]
            self._object(branch, steps, f"{where}[{number}]", ways, inside_or=True)
            alternatives += ways
            if len(alternatives) > MAX_ALTERNATIVES:
                raise InvalidPattern(
                    f"{where}: the pattern's $or combinations exceed {MAX_ALTERNATIVES}; split it into several rules."
                )
        return alternatives


def _dotted(steps: tuple[str, ...], last: str) -> str:
    """The path by which a condition finds its values. A dot in a name is no different from one level more."""
    outer = ".".join(steps)
    return f"{outer}.{last}" if outer else last
