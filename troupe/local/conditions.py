"""IAM's condition operators. What is not known here is never satisfied: it raises, and the caller denies.

Semantics after the IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for
multi-valued context keys".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import translate
from functools import lru_cache
from re import IGNORECASE, Pattern, compile
from typing import Any

Context = Mapping[str, Sequence[str]]
"""Values by condition key in lower case, as a request carries them; a key that is absent carries none."""

KNOWN_KEYS = frozenset(
    key.lower()
    for key in (
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalServiceName",
        "aws:PrincipalType",
        "aws:RequestedRegion",
        "aws:ResourceAccount",
        "aws:SecureTransport",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceIp",
        "aws:ViaAWSService",
        "dynamodb:LeadingKeys",
        "events:detail-type",
        "events:source",
        "s3:prefix",
        "s3:TlsVersion",
    )
)
"""The keys that the local cloud fills in where AWS does. A condition on any other is unknown, not absent."""


class UnknownCondition(ValueError):
    """A condition that the local cloud cannot evaluate; the message names it."""


def holds(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether all conditions of a statement hold. Raises UnknownCondition."""
    return all(
        _holds(operator, key.lower(), _texts(wanted), context)
        for operator, block in condition.items()
        for key, wanted in block.items()
    )


def _holds(operator: str, key: str, wanted: list[str], context: Context) -> bool:
    if key not in KNOWN_KEYS:
        raise UnknownCondition(f"the condition key {key}")
    if any("${" in value for value in wanted):
        raise UnknownCondition(f"a policy variable in {key}")
    found = context.get(key, ())
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        if quantifier:
            raise UnknownCondition(f"the condition operator {operator}")
        return all((value.lower() == "true") == (not found) for value in wanted)
    lenient = name.endswith("IfExists")
    test, negated = _test(name.removesuffix("IfExists"), operator)

    def accepts(value: str) -> bool:
        # A negated operator holds when none of the listed values match; the others when any does.
        return any(test(value, w) for w in wanted) != negated

    if quantifier == "ForAllValues":
        return all(map(accepts, found))
    if quantifier == "ForAnyValue":
        return any(map(accepts, found)) or (lenient and not found)
    if quantifier:
        raise UnknownCondition(f"the condition operator {operator}")
    if not found:
        return lenient or negated
    # Several values without a set operator: AWS warns against it. Only what holds for each of them is safe.
    return all(map(accepts, found))


def _test(name: str, operator: str) -> tuple[Callable[[str, str], bool], bool]:
    """The comparison and whether its outcome is turned around."""
    if name in _TESTS:
        return _TESTS[name], False
    if name in _NEGATED:
        return _TESTS[_NEGATED[name]], True
    raise UnknownCondition(f"the condition operator {operator}")


def like(value: str, pattern: str) -> bool:
    """IAM's wildcards: `*` is any text, `?` any one character; all else is literal, brackets too."""
    return _wildcard(pattern).fullmatch(value) is not None


def like_ignoring_case(value: str, pattern: str) -> bool:
    """The same for action names, which have no case."""
    return _wildcard(pattern, True).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _wildcard(pattern: str, ignore_case: bool = False) -> Pattern[str]:
    return compile(translate(pattern.replace("[", "[[]")), IGNORECASE if ignore_case else 0)


def _arn_like(value: str, pattern: str) -> bool:
    # Each of the six parts is compared by itself, so that a `*` does not reach across a colon.
    found, wanted = value.split(":", 5), pattern.split(":", 5)
    return len(found) == len(wanted) == 6 and all(like(f, w) for f, w in zip(found, wanted, strict=True))


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda value, wanted: compare(float(value), float(wanted))


def _date(compare: Callable[[datetime, datetime], bool]) -> Callable[[str, str], bool]:
    def moment(text: str) -> datetime:
        if text.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(text), UTC)
        parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)

    return lambda value, wanted: compare(moment(value), moment(wanted))


def _in_network(value: str, wanted: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)


def _texts(wanted: Any) -> list[str]:
    values = wanted if isinstance(wanted, list) else [wanted]
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in values]


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": like,
    "NumericEquals": _number(lambda value, wanted: value == wanted),
    "NumericLessThan": _number(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _number(lambda value, wanted: value <= wanted),
    "NumericGreaterThan": _number(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _number(lambda value, wanted: value >= wanted),
    "DateEquals": _date(lambda value, wanted: value == wanted),
    "DateLessThan": _date(lambda value, wanted: value < wanted),
    "DateLessThanEquals": _date(lambda value, wanted: value <= wanted),
    "DateGreaterThan": _date(lambda value, wanted: value > wanted),
    "DateGreaterThanEquals": _date(lambda value, wanted: value >= wanted),
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "BinaryEquals": lambda value, wanted: value == wanted,
    "IpAddress": _in_network,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
}

_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
