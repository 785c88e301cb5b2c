"""What holds of every pattern and every event."""

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from troupe.choreography.patterns import InvalidPattern, compile, matches

NAMES = st.text(st.characters(exclude_characters=".", exclude_categories=["Cs"]), min_size=1, max_size=3).filter(
    lambda name: name != "$or"
)
TEXTS = st.text(max_size=8)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)
EVENTS = st.dictionaries(NAMES, VALUES, max_size=4)

OPERATOR_NAMES = st.sampled_from(
    [
        "prefix",
        "suffix",
        "equals-ignore-case",
        "wildcard",
        "anything-but",
        "numeric",
        "exists",
        "cidr",
        "exactly",
        "$or",
    ]
)
COMPARISONS = st.sampled_from(["=", "<", "<=", ">", ">=", "~"])
ANYTHING = st.recursive(
    SCALARS | COMPARISONS | st.sampled_from(["198.51.100.0/24", "a*b", "\\", "::1", ""]) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(OPERATOR_NAMES | st.sampled_from(["a", "b", "a.b", ""]), inner, max_size=3)
    ),
    max_leaves=15,
)


def every(*values: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For all such values, however long one of them takes: the machine may be busy."""
    return lambda test: settings(deadline=None)(given(*values)(test))


def demand(draw: st.DrawFn, event: dict[str, Any]) -> dict[str, Any]:
    """A pattern that asks for some of what the event says, each value by one of the operators that name it."""
    pattern: dict[str, Any] = {}
    for name, value in event.items():
        if isinstance(value, list):
            objects = [element for element in value if isinstance(element, dict)]
            scalars = [element for element in value if not isinstance(element, dict | list)]
            if scalars:
                pattern[name] = [draw(st.sampled_from(scalars)), "another"]
            elif objects and (inner := demand(draw, draw(st.sampled_from(objects)))):
                pattern[name] = inner
        elif isinstance(value, dict):
            if inner := demand(draw, value):
                pattern[name] = inner
        else:
            pattern[name] = [draw(st.sampled_from(descriptions(value)))]
    return pattern


def descriptions(value: Any) -> list[Any]:
    """Ways to ask for this value."""
    ways: list[Any] = [value, {"exists": True}, {"anything-but": "entirely different"}]
    if isinstance(value, str):
        middle = len(value) // 2
        ways += [{"exactly": value}, {"prefix": value[:middle]}, {"suffix": value[middle:]}, {"wildcard": "*"}]
        if value.isascii():
            ways += [{"equals-ignore-case": value.swapcase()}]
        if not set(value) & set("*\\"):
            ways += [{"wildcard": f"{value[:middle]}*{value[middle:]}"}]
    return ways


@every(st.data(), EVENTS)
def test_an_event_answers_what_it_is_described_by(data: st.DataObject, event: dict[str, Any]) -> None:
    pattern = demand(data.draw, event)
    assume(pattern)
    assert matches(pattern, event)


@every(st.data(), EVENTS)
def test_every_part_of_a_pattern_must_hold(data: st.DataObject, event: dict[str, Any]) -> None:
    pattern = demand(data.draw, event)
    assume("missing" not in event)
    assert not matches({**pattern, "missing": [{"exists": True}]}, event)
    assert matches({**pattern, "missing": [{"exists": False}]}, event)


@every(st.data(), EVENTS)
def test_an_or_is_met_by_either_branch(data: st.DataObject, event: dict[str, Any]) -> None:
    met = demand(data.draw, event)
    names = {"numeric", "exists", "prefix", "suffix", "wildcard", "cidr", "regex", "=", "<", ">", "<=", ">="}
    assume(met and not names & set(str(met).replace("'", " ").split()))
    unmet = {"missing": [{"exists": True}]}
    assume("missing" not in event)
    assert matches({"$or": [unmet, met]}, event)
    assert matches({"$or": [met, unmet]}, event)
    assert not matches({"$or": [unmet, unmet]}, event)


@every(ANYTHING, EVENTS)
@example({"a": [{"anything-but": {"prefix": [[]]}}]}, {})
def test_a_pattern_is_either_refused_or_answers_every_event(pattern: Any, event: dict[str, Any]) -> None:
    try:
        compiled = compile(pattern)
    except InvalidPattern as refusal:
        assert str(refusal)
    else:
        assert compiled.matches(event) in (True, False)


@every(OPERATOR_NAMES, ANYTHING, EVENTS)
def test_an_operator_is_either_refused_or_answers_every_value(name: str, operand: Any, event: dict[str, Any]) -> None:
    try:
        compiled = compile({"field": [{name: operand}]})
    except InvalidPattern as refusal:
        assert str(refusal).startswith("field[0]")
    else:
        assert all(compiled.matches({"field": value}) in (True, False) for value in event.values())


@every(SCALARS, st.lists(TEXTS, min_size=1, max_size=3))
def test_anything_but_is_the_opposite(value: object, texts: list[str]) -> None:
    exactly = matches({"field": [{"exactly": text} for text in texts]}, {"field": value})
    assert matches({"field": [{"anything-but": texts}]}, {"field": value}) is not exactly


@every(SCALARS, TEXTS.filter(bool), st.sampled_from(["prefix", "suffix", "equals-ignore-case"]))
def test_anything_but_an_operator_is_the_opposite_of_the_operator(value: object, text: str, operator: str) -> None:
    holds = matches({"field": [{operator: text}]}, {"field": value})
    assert matches({"field": [{"anything-but": {operator: text}}]}, {"field": value}) is not holds


SMALL = st.integers(-3, 3) | st.floats(-3, 3)


@every(SMALL, SMALL, SMALL, st.booleans(), st.booleans())
def test_a_range_is_what_the_signs_say(low: float, value: float, high: float, least: bool, most: bool) -> None:
    assume(low < high)
    pattern = {"n": [{"numeric": [">=" if least else ">", low, "<=" if most else "<", high]}]}
    expected = (low <= value if least else low < value) and (value <= high if most else value < high)
    assert matches(pattern, {"n": value}) is expected


@every(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 31), st.booleans())
def test_a_block_of_addresses_is_what_the_mask_says(network: int, address: int, mask: int, inside: bool) -> None:
    block = ipaddress.IPv4Network((network, mask), strict=False)
    found = ipaddress.IPv4Address(int(block[address % block.num_addresses]) if inside else address)
    assert matches({"ip": [{"cidr": f"{ipaddress.IPv4Address(network)}/{mask}"}]}, {"ip": str(found)}) is (
        found in block
    )


@every(st.integers(2**120, 2**128 - 1), st.integers(0, 127), st.integers(0, 2**128 - 1))
def test_a_block_of_long_addresses_is_what_the_mask_says(network: int, mask: int, other: int) -> None:
    block = ipaddress.IPv6Network((network, mask), strict=False)
    pattern = compile({"ip": [{"cidr": str(block)}]})
    assert pattern.matches({"ip": str(block[0])})
    assert pattern.matches({"ip": block[-1].exploded})
    assume(ipaddress.IPv6Address(other).ipv4_mapped is None)
    assert pattern.matches({"ip": str(ipaddress.IPv6Address(other))}) is (ipaddress.IPv6Address(other) in block)


@every(st.lists(st.text("ab", max_size=3), min_size=1, max_size=4), st.text("ab", max_size=10))
def test_a_wildcard_stands_for_any_characters(pieces: list[str], text: str) -> None:
    wildcard = re.sub(r"\*+", "*", "*".join(pieces))
    expected = re.fullmatch(wildcard.replace("*", ".*"), text) is not None
    assert matches({"field": [{"wildcard": wildcard}]}, {"field": text}) is expected


ROWS = st.lists(st.fixed_dictionaries({}, optional={name: st.integers(0, 2) for name in "abc"}), max_size=5)
WANTED = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 2), min_size=1, max_size=2), min_size=1)


@every(ROWS, WANTED)
def test_fields_in_an_array_are_met_by_one_and_the_same_element(
    rows: list[dict[str, int]], wanted: dict[str, list[int]]
) -> None:
    expected = any(all(row.get(name) in accepted for name, accepted in wanted.items()) for row in rows)
    assert matches({"rows": wanted}, {"rows": rows}) is expected


@every(st.lists(ROWS, max_size=3), WANTED, st.integers(0, 2))
def test_fields_in_nested_arrays_are_met_within_one_element_of_each(
    groups: list[list[dict[str, int]]], wanted: dict[str, list[int]], number: int
) -> None:
    event = {"groups": [{"number": index % 3, "rows": rows} for index, rows in enumerate(groups)]}
    expected = any(
        group["number"] == number
        and any(all(row.get(name) in accepted for name, accepted in wanted.items()) for row in group["rows"])
        for group in event["groups"]
    )
    assert matches({"groups": {"number": [number], "rows": wanted}}, event) is expected
