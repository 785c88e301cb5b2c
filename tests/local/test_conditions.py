"""IAM's condition operators, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from troupe.local.conditions import UnknownCondition, holds, like

SOURCE = "events:source"
KEYS = "dynamodb:LeadingKeys"


def check(operator: str, wanted: Any, *found: str, key: str = SOURCE) -> bool:
    return holds({operator: {key: wanted}}, {key.lower(): found})


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", ["b", "a"], "a", True),
        ("StringEquals", "A", "a", False),
        ("StringEquals", "a*", "ab", False),
        ("StringNotEquals", ["a", "b"], "a", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringNotEqualsIgnoreCase", "A", "a", False),
        ("StringLike", "a*", "ab", True),
        ("StringLike", "a?", "abc", False),
        ("StringLike", "[ab]", "a", False),
        ("StringNotLike", "a*", "ab", False),
        ("NumericEquals", "5", "5.0", True),
        ("NumericNotEquals", 5, "6", True),
        ("NumericLessThan", 10, "9", True),
        ("NumericLessThan", 10, "10", False),
        ("NumericLessThanEquals", 10, "10", True),
        ("NumericGreaterThan", 9, "10", True),
        ("NumericGreaterThanEquals", 10, "9", False),
        ("DateEquals", "2030-01-01T00:00:00Z", "2030-01-01T01:00:00+01:00", True),
        ("DateNotEquals", "2030-01-01", "2030-01-02", True),
        ("DateLessThan", "2030-01-01T00:00:00Z", "2029-12-31T23:59:59Z", True),
        ("DateLessThanEquals", "2030-01-01", "2030-01-02", False),
        ("DateGreaterThan", "1893456000", "2030-01-01T00:00:01Z", True),
        ("DateGreaterThanEquals", "2030-01-01", "2029-01-01", False),
        ("Bool", "true", "true", True),
        ("Bool", False, "true", False),
        ("BinaryEquals", "QUI=", "QUI=", True),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", True),
        ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", False),
        ("ArnEquals", "arn:aws:sqs:*:1:q", "arn:aws:sqs:eu:1:q", True),
        ("ArnLike", "arn:aws:sqs:*:q", "arn:aws:sqs:eu:1:q", False),
        ("ArnLike", "arn:aws:events:r:1:rule/b/*", "arn:aws:events:r:1:rule/b/x/y", True),
        ("ArnNotEquals", "arn:aws:sqs:*:1:q", "arn:aws:sqs:eu:1:q", False),
        ("ArnNotLike", "arn:aws:sqs:*:1:q", "arn:aws:sqs:eu:1:p", True),
    ],
)
def test_an_operator(operator: str, wanted: Any, found: str, expected: bool) -> None:
    assert check(operator, wanted, found) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringEqualsIfExists", True),
        ("StringNotEquals", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_a_key_that_the_request_does_not_have(operator: str, expected: bool) -> None:
    assert check(operator, "a") is expected


@pytest.mark.parametrize(
    ("operator", "found", "expected"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "c"), False),
        ("ForAnyValue:StringEquals", ("c", "a"), True),
        ("ForAnyValue:StringEquals", ("c", "d"), False),
        ("ForAllValues:StringNotEquals", ("c", "a"), False),
        ("ForAnyValue:StringNotEquals", ("c", "a"), True),
        ("ForAllValues:StringLike", ("a", "b"), True),
        # Without a set operator, several values must all fit: nothing slips through beside a good one.
        ("StringEquals", ("a", "c"), False),
    ],
)
def test_several_values(operator: str, found: tuple[str, ...], expected: bool) -> None:
    assert check(operator, ["a", "b"], *found, key=KEYS) is expected


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [("true", (), True), ("true", ("a",), False), ("false", (), False), ("false", ("a",), True)],
)
def test_null(wanted: str, found: tuple[str, ...], expected: bool) -> None:
    assert check("Null", wanted, *found) is expected


def test_all_conditions_must_hold() -> None:
    both = {"StringEquals": {SOURCE: "a"}, "Bool": {"aws:SecureTransport": "true"}}
    assert holds(both, {SOURCE: ["a"], "aws:securetransport": ["true"]})
    assert not holds(both, {SOURCE: ["a"], "aws:securetransport": ["false"]})


@pytest.mark.parametrize(
    ("operator", "key", "wanted"),
    [
        ("StringAlmostEquals", SOURCE, "a"),
        ("NotStringEquals", SOURCE, "a"),
        ("ForSomeValues:StringEquals", SOURCE, "a"),
        ("ForAllValues:Null", SOURCE, "true"),
        ("StringEquals", "aws:MultiFactorAuthPresent", "true"),
        ("StringLike", SOURCE, "${aws:username}"),
    ],
)
def test_what_is_not_known_is_not_guessed(operator: str, key: str, wanted: str) -> None:
    with pytest.raises(UnknownCondition):
        check(operator, wanted, "a", key=key)


def test_wildcards_take_any_character() -> None:
    assert like("a/b:c\nd", "a*d")
    assert not like("xa", "a*")
