"""Reads the array of one field of a pattern: plain values and operators, refused where AWS's compiler refuses them."""

import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from troupe.choreography import _addresses
from troupe.choreography._conditions import (
    Address,
    Condition,
    Not,
    Number,
    Test,
    Text,
    comparable,
    equals_ignore_case,
    exactly,
    is_number,
    json_text,
    prefix,
    prefix_ignore_case,
    suffix,
    suffix_ignore_case,
    wildcard,
)

T = TypeVar("T")

_TEXT_OPERATORS: dict[object, Callable[[str], Text]] = {
    "exactly": exactly,
    "prefix": prefix,
    "suffix": suffix,
    "equals-ignore-case": equals_ignore_case,
    "wildcard": wildcard,
}
_IGNORING_CASE: dict[object, Callable[[str], Text]] = {"prefix": prefix_ignore_case, "suffix": suffix_ignore_case}
_NEGATED = ("prefix", "suffix", "equals-ignore-case", "wildcard")

_LARGEST = sys.float_info.max
_SHOWN = 60


class InvalidPattern(ValueError):
    """EventBridge would refuse this pattern. The message names the place in the pattern and what is allowed there."""


def show(value: object) -> str:
    """A value of the pattern as JSON for a message, cut to a readable length."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = f"a Python {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def read_condition(accepted: list[object], where: str, *, older: bool) -> Condition:
    """The condition of one field's array. `where` is its place in the pattern. Raises InvalidPattern.

    The older form of AWS's compiler knows `anything-but` with neither wildcards nor lists of prefixes or suffixes.
    """
    if not accepted:
        raise InvalidPattern(f"{where}: an empty array is not allowed; name at least one accepted value.")
    texts: set[str] = set()
    numbers: set[float] = set()
    tests: list[Test] = []
    present = absent = False
    refusal = ""
    for position, entry in enumerate(accepted):
        here = f"{where}[{position}]"
        if isinstance(entry, dict):
            operator, operand = _only_item(entry, here)
            if operator == "exists":
                exists = _boolean(operand, f"{here}.exists")
                present, absent = present or exists, absent or not exists
                continue
            test = _operator(operator, operand, here, older=older)
            if test is not None:
                tests.append(test)
            elif position == 0:
                refusal = f"{here}: an empty list is not allowed; name at least one value."
        elif isinstance(entry, str) and (address := _addresses.single(entry)) is not None:
            tests.append(Address(address))
        elif entry is None or isinstance(entry, str | bool):
            texts.add(json_text(entry))
        elif is_number(entry):
            texts.add(json_text(entry))
            if (number := comparable(entry)) is not None:
                numbers.add(number)
        else:
            raise InvalidPattern(f"{here}: must be a string, number, true, false, null or operator, not {show(entry)}.")
    if numbers:
        tests.insert(0, Number(frozenset(numbers).__contains__))
    if texts:
        tests.insert(0, Text(frozenset(texts).__contains__))
    return Condition.of(tuple(tests), present=present, absent=absent, refusal=refusal)


def _operator(name: object, operand: object, where: str, *, older: bool) -> Test | None:
    """The test of one operator; None if it is one that AWS's compiler lets pass and that accepts nothing."""
    here = f"{where}.{name}"
    if name == "numeric":
        return Number(_numeric(operand, here))
    if name == "anything-but":
        return _anything_but(operand, here, older=older)
    if name == "cidr":
        return Address(_made(_addresses.block, _string(operand, here), here))
    if name in _IGNORING_CASE and isinstance(operand, dict):
        inner, text = _only_item(operand, here)
        if inner != "equals-ignore-case":
            raise InvalidPattern(f"{here}: takes a string or equals-ignore-case, not {show(inner)}.")
        return _IGNORING_CASE[name](_string(text, f"{here}.{inner}"))
    if name in _TEXT_OPERATORS:
        return _made(_TEXT_OPERATORS[name], _string(operand, here), here)
    raise InvalidPattern(f"{where}: EventBridge has no operator {show(name)}.")


def _anything_but(operand: object, where: str, *, older: bool) -> Not | None:
    inner: object = None
    if isinstance(operand, dict):
        inner, operand = _only_item(operand, where)
        if inner not in _NEGATED or (older and inner == "wildcard"):
            raise InvalidPattern(f"{where}: takes values or one of {', '.join(_NEGATED)}, not {show(inner)}.")
        where = f"{where}.{inner}"
        if older and inner in _IGNORING_CASE:
            operand = _string(operand, where)
    refused = operand if isinstance(operand, list) else [operand]
    if inner is not None:
        texts = [_string(text, where) for text in refused]
        if "" in texts and inner in _IGNORING_CASE:
            raise InvalidPattern(f"{where}: an empty text is not allowed, since every text begins and ends with it.")
        return Not(tuple(_made(_TEXT_OPERATORS[inner], text, where) for text in texts)) if texts else None
    if refused and all(isinstance(value, str) for value in refused):
        return Not((Text(frozenset(map(json_text, refused)).__contains__),))
    if refused and all(map(is_number, refused)):
        return Not((Number(frozenset(_exact(value, where) for value in refused).__contains__),))
    raise InvalidPattern(f"{where}: takes one or more strings, or one or more numbers, not {show(operand)}.")


def _numeric(operand: object, where: str) -> Callable[[float], bool]:
    low: object = -_LARGEST
    high: object = _LARGEST
    above = below = ""
    match operand:
        case ["=", value]:
            return frozenset([_exact(value, where)]).__contains__
        case [("<" | "<=") as below, high]:
            pass
        case [(">" | ">=") as above, low]:
            pass
        case [(">" | ">=") as above, low, ("<" | "<=") as below, high]:
            pass
        case _:
            raise InvalidPattern(
                f'{where}: takes ["=", number], one bound such as ["<", number], or a range such as '
                f'[">=", number, "<", number], not {show(operand)}.'
            )
    bottom, top = _exact(low, where), _exact(high, where)
    if bottom >= top:
        raise InvalidPattern(f"{where}: the lower bound must be less than the upper bound, unlike {show(operand)}.")
    return lambda found: (bottom < found < top) or (found == bottom and above != ">") or (found == top and below != "<")


def _only_item(found: dict[Any, object], where: str) -> tuple[object, object]:
    """The name and operand of an operator, which stands alone in its object."""
    if len(found) != 1:
        raise InvalidPattern(f"{where}: an operator is an object with exactly one name, not {show(found)}.")
    return next(iter(found.items()))


def _string(found: object, where: str) -> str:
    if not isinstance(found, str):
        raise InvalidPattern(f"{where}: must be a string, not {show(found)}.")
    return found


def _boolean(found: object, where: str) -> bool:
    if not isinstance(found, bool):
        raise InvalidPattern(f"{where}: must be true or false, not {show(found)}.")
    return found


def _exact(found: object, where: str) -> float:
    number = comparable(found) if is_number(found) else None
    if number is None:
        raise InvalidPattern(f"{where}: must be a number that is exact as a double, not {show(found)}.")
    return number


def _made(make: Callable[[str], T], text: str, where: str) -> T:
    try:
        return make(text)
    except ValueError as error:
        raise InvalidPattern(f"{where}: {error}, unlike {show(text)}.") from None
