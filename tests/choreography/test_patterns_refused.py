"""Patterns that EventBridge refuses are refused here, with the place and what is allowed there."""

from typing import Any

import pytest

from troupe.choreography.patterns import InvalidPattern, compile, matches, validate


def nested(levels: int) -> dict[str, Any]:
    pattern: dict[str, Any] = {"leaf": [1]}
    for _ in range(levels):
        pattern = {"level": pattern}
    return pattern


LARGEST = 1.7976931348623157e308

STRUCTURE = [
    ({}, "The pattern: an empty object is not allowed"),
    ({"a": {}}, "a: an empty object is not allowed"),
    ({"a": {"b": []}}, "a.b: an empty array is not allowed"),
    ({"source": "aws.ec2"}, 'source: must be an object or an array of accepted values, not "aws.ec2".'),
    ({"a": {"b": None}}, "a.b: must be an object or an array of accepted values, not null."),
    ({"a": [["x"]]}, 'a[0]: must be a string, number, true, false, null or operator, not ["x"].'),
    ({"a": ["ok", float("nan")]}, "a[1]: must be a string"),
    ({"a": [b"x"]}, "a[0]: must be a string, number, true, false, null or operator, not a Python bytes."),
    ({"a": ("x",)}, 'a: must be an object or an array of accepted values, not ["x"].'),
    ({1: ["x"]}, "The pattern: field names must be strings, not 1."),
    (["x"], 'The pattern must be a JSON object, not ["x"].'),
    ("x", 'The pattern must be a JSON object, not "x".'),
    (nested(5_000), "The pattern is nested too deeply"),
    ({f"field{number}": [1] for number in range(257)}, "too many fields: EventBridge takes at most 256"),
]

OPERATORS = [
    ([{}], "field[0]: an operator is an object with exactly one name, not {}."),
    ([{"prefix": "a", "suffix": "b"}], "field[0]: an operator is an object with exactly one name"),
    ([{"regex": ".*"}], 'field[0]: EventBridge has no operator "regex".'),
    (["ok", {"Prefix": "a"}], 'field[1]: EventBridge has no operator "Prefix".'),
    ([{"prefix": 1}], "field[0].prefix: must be a string, not 1."),
    ([{"prefix": ["a"]}], 'field[0].prefix: must be a string, not ["a"].'),
    ([{"suffix": None}], "field[0].suffix: must be a string, not null."),
    ([{"prefix": {"suffix": "a"}}], 'field[0].prefix: takes a string or equals-ignore-case, not "suffix".'),
    ([{"suffix": {}}], "field[0].suffix: an operator is an object with exactly one name"),
    ([{"suffix": {"equals-ignore-case": 1}}], "field[0].suffix.equals-ignore-case: must be a string, not 1."),
    ([{"prefix": {"equals-ignore-case": "a", "x": 1}}], "field[0].prefix: an operator is an object with exactly one"),
    ([{"equals-ignore-case": True}], "field[0].equals-ignore-case: must be a string, not true."),
    ([{"exactly": 1}], "field[0].exactly: must be a string, not 1."),
    ([{"exists": "true"}], 'field[0].exists: must be true or false, not "true".'),
    ([{"exists": 1}], "field[0].exists: must be true or false, not 1."),
    ([{"wildcard": 1}], "field[0].wildcard: must be a string, not 1."),
    ([{"wildcard": "a**b"}], "field[0].wildcard: two wildcards must not follow each other"),
    ([{"wildcard": r"a\b"}], "field[0].wildcard: a backslash may only stand before * or another backslash"),
    ([{"wildcard": "a\\"}], "field[0].wildcard: a backslash may only stand before"),
]

NUMERIC = [
    "x",
    [],
    [">"],
    [5],
    ["=", "5"],
    ["=", True],
    ["=", 1, 2],
    ["==", 1],
    ["!=", 1],
    ["<", 5, ">", 1],
    ["<=", None],
    [">", 1, "<"],
    [">", 1, ">", 0],
    [">", 1, "<", 5, "<", 9],
    [">", 5, "<", 1],
    [">=", 5, "<=", 5],
    ["=", 12345678901234567891],
    [">", 10**400],
    ["<", float("inf")],
    ["<", -LARGEST],
    [">=", LARGEST],
]

ANYTHING_BUT = [
    (None, "takes one or more strings, or one or more numbers, not null"),
    (True, "takes one or more strings"),
    ([], "takes one or more strings"),
    (["a", 1], "takes one or more strings, or one or more numbers"),
    ([1, True], "takes one or more strings"),
    ([None], "takes one or more strings"),
    ([["a"]], "takes one or more strings"),
    (12345678901234567891, "must be a number that is exact as a double"),
    ({}, "an operator is an object with exactly one name"),
    ({"numeric": ["=", 1]}, 'not "numeric"'),
    ({"exactly": "a"}, 'not "exactly"'),
    ({"prefix": ""}, ".prefix: an empty text is not allowed"),
    ({"suffix": ["a", ""]}, ".suffix: an empty text is not allowed"),
    ({"prefix": 1}, ".prefix: must be a string, not 1"),
    ({"prefix": {"equals-ignore-case": "a"}}, ".prefix: must be a string"),
    ({"equals-ignore-case": ["a", 1]}, ".equals-ignore-case: must be a string, not 1"),
    ({"wildcard": ["a*", "b**"]}, ".wildcard: two wildcards must not follow each other"),
    ({"prefix": "a", "suffix": "b"}, "an operator is an object with exactly one name"),
    ({"wildcard": []}, "an empty list is not allowed"),
]

CIDR = [
    (1, "must be a string"),
    ("198.51.100.0", "it needs an address, one slash and the number of mask bits"),
    ("198.51.100.0/", "it needs an address"),
    ("198.51.100.0/8/8", "it needs an address"),
    ("/8", "'' is not an IP address"),
    ("198.51.100/8", "'198.51.100' is not an IP address"),
    ("198.51.100.256/8", "is not an IP address"),
    ("example.org/8", "'example.org' is not an IP address"),
    ("198.51.100.0/x", "the mask must be a whole number from 0 to 31"),
    ("198.51.100.0/-1", "the mask must be a whole number from 0 to 31"),
    ("198.51.100.0/32", "the mask must be a whole number from 0 to 31"),
    ("2001:db8::/128", "the mask must be a whole number from 0 to 127"),
    ("2001:db8::1::/64", "is not an IP address"),
]

OR = [
    ({"$or": []}, "$or: must be an array of at least two objects"),
    ({"$or": [{"a": [1]}]}, "$or: must be an array of at least two objects"),
    ({"$or": [{"a": [1]}, "b"]}, "$or: must be an array of at least two objects"),
    ({"$or": "a"}, "$or: must be an array of at least two objects"),
    ({"d": {"$or": [{"a": [1]}, {}]}}, "d.$or[1]: an empty object is not allowed"),
    ({"$or": [{"a": [1]}, {"b": {"c": 2}}]}, "$or[1].b.c: must be an object or an array"),
    ({"$or": [{"a": [1]}, {"b": [{"cidr": "x"}]}]}, "$or[1].b[0].cidr: it needs an address"),
    ({"$or": [{"a": [1]}, {"b": {"numeric": ["=", 1]}}]}, "$or[1].b.numeric: inside $or, 'numeric' cannot be the name"),
    # Taken for a field named $or, this is an older form of pattern, in which these were unknown.
    ({"$or": ["x"], "a": [{"anything-but": {"wildcard": "x*"}}]}, "$or: must be an array of at least two objects"),
    ({"$or": ["x"], "a": [{"anything-but": {"prefix": ["x"]}}]}, "$or: must be an array of at least two objects"),
]

CASES = (
    STRUCTURE
    + [({"field": accepted}, message) for accepted, message in OPERATORS]
    + [({"field": [{"numeric": operand}]}, "field[0].numeric: ") for operand in NUMERIC]
    + [({"field": [{"anything-but": operand}]}, message) for operand, message in ANYTHING_BUT]
    + [({"field": [{"cidr": operand}]}, message) for operand, message in CIDR]
    + OR
)


@pytest.mark.parametrize(("pattern", "message"), CASES, ids=[f"{number}" for number in range(len(CASES))])
def test_refused(pattern: Any, message: str) -> None:
    with pytest.raises(InvalidPattern) as refusal:
        validate(pattern)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
    with pytest.raises(InvalidPattern):
        matches(pattern, {"field": "anything"})


def test_a_pattern_that_contains_itself_is_refused() -> None:
    pattern: dict[str, Any] = {}
    pattern["self"] = pattern
    with pytest.raises(InvalidPattern, match="nested too deeply"):
        validate(pattern)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(InvalidPattern) as refusal:
        validate({"field": "x" * 10_000})
    assert len(str(refusal.value)) < 200


def test_combinations_of_or_are_limited() -> None:
    def levels(number: int) -> dict[str, Any]:
        pattern: dict[str, Any] = {"end": [1]}
        for level in range(number):
            pattern = {f"level{level}": pattern, "$or": [{f"a{level}": [1]}, {f"b{level}": [1]}]}
        return pattern

    validate(levels(9))
    with pytest.raises(InvalidPattern, match="combinations exceed 1000; split it into several rules"):
        validate(levels(10))


@pytest.mark.parametrize(
    "pattern",
    [
        {f"field{number}": [1] for number in range(256)},
        {"a": [{"prefix": ""}, {"suffix": ""}, {"wildcard": ""}, {"equals-ignore-case": ""}]},
        {"a": [{"anything-but": ""}, {"anything-but": {"wildcard": ""}}]},
        {"a": [12345678901234567891, 10**400]},
        {"a": [{"cidr": "198.51.100.0/+8"}, {"cidr": "198.51.100.0/08/"}, {"cidr": "2001:db8::/0"}]},
        {"prefix": {"suffix": [1]}, "numeric": ["x"]},
        {"$or": [{"a": [1]}, {"b": [2]}, {"c": {"d": [3]}}]},
    ],
    ids=str,
)
def test_unusual_patterns_that_are_allowed(pattern: dict[str, Any]) -> None:
    validate(pattern)
    assert compile(pattern).matches({}) is False


def test_a_refusal_is_a_value_error() -> None:
    assert issubclass(InvalidPattern, ValueError)
