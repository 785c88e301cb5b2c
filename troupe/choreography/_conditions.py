"""What one field of a pattern accepts: tests on single values, made to agree with AWS's own matcher.

A value is tested in the readings that AWS's matcher gives it. A string is tested as JSON text, with its quotes, so that
`1`, `"1"` and `true` never meet; where the field names an IP address, also as an address. A number is tested as a
number if the field tests numbers at all and the number is exact as a double, else as JSON text.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, Self, TypeGuard

from troupe.choreography import _addresses
from troupe.choreography._addresses import AddressRange

_EXACT_AS_DOUBLE = 2**53


def json_text(value: object) -> str:
    """The scalar as AWS's matcher sees it. Strings keep their characters unescaped between the quotes."""
    if isinstance(value, str):
        return f'"{value}"'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"An event holds JSON values only, but this one holds a {type(value).__name__}.")


def is_number(value: object) -> TypeGuard[float]:
    """Whether this is a number in JSON's sense: booleans are not, nor is NaN."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def comparable(value: float) -> float | None:
    """The number as a double, or None if it is not the shortest decimal form of any double.

    AWS's matcher compares such numbers only as text, and refuses them in the numeric operators.
    """
    if isinstance(value, int) and abs(value) > _EXACT_AS_DOUBLE:
        try:
            double = float(value)
        except OverflowError:
            return None
        return double if Decimal(repr(double)) == value else None
    return float(value) if math.isfinite(value) else None


class Test(Protocol):
    """One entry of a field's array, in the three readings of a value."""

    def text(self, text: str) -> bool: ...

    def number(self, number: float) -> bool: ...

    def address(self, digits: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A test on JSON text only."""

    holds: Callable[[str], bool]

    def text(self, text: str) -> bool:
        return self.holds(text)

    def number(self, number: float) -> bool:
        return False

    def address(self, digits: str) -> bool:
        # The digits are text like any other here: the number 10000001 equals the address 16.0.0.1.
        return self.holds(digits)


@dataclass(frozen=True, slots=True)
class Number:
    """A test on numbers only."""

    holds: Callable[[float], bool]

    def text(self, text: str) -> bool:
        return False

    def number(self, number: float) -> bool:
        return self.holds(number)

    def address(self, digits: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Address:
    """A test on IP addresses. Numbers tested as text take part, as they do in AWS's matcher."""

    range: AddressRange

    def text(self, text: str) -> bool:
        return self.range.holds_number(text)

    def number(self, number: float) -> bool:
        return False

    def address(self, digits: str) -> bool:
        return self.range.holds(digits)


@dataclass(frozen=True, slots=True)
class Not:
    """Any value, of whatever type, that fails all of the tests."""

    tests: tuple[Test, ...]

    def text(self, text: str) -> bool:
        return not any(test.text(text) for test in self.tests)

    def number(self, number: float) -> bool:
        return not any(test.number(number) for test in self.tests)

    def address(self, digits: str) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Condition:
    """All that the array of one field accepts: a value that passes any test, or the field's presence or absence."""

    tests: tuple[Test, ...]
    present: bool
    absent: bool
    tests_numbers: bool
    tests_addresses: bool
    refusal: str
    """Why AWS's matcher refuses what AWS's compiler has let pass; empty when it does not."""

    @classmethod
    def of(cls, tests: tuple[Test, ...], *, present: bool, absent: bool, refusal: str = "") -> Self:
        """The condition of these tests, and of `exists: true` or `exists: false` where the array has them."""
        parts = [part for test in tests for part in (test.tests if isinstance(test, Not) else (test,))]
        return cls(
            tests,
            present,
            absent,
            tests_numbers=any(isinstance(part, Number) for part in parts),
            tests_addresses=any(isinstance(part, Address) for part in parts),
            refusal=refusal,
        )

    def accepts(self, value: object) -> bool:
        """Whether the value, a scalar of the event, passes."""
        if self.present:
            return True
        if self.tests_addresses and isinstance(value, str):
            digits = _addresses.digits(value)
            if digits is not None and any(test.address(digits) for test in self.tests):
                return True
        if self.tests_numbers and isinstance(value, int | float) and not isinstance(value, bool):
            number = comparable(value)
            if number is not None:
                return any(test.number(number) for test in self.tests)
        text = json_text(value)
        return any(test.text(text) for test in self.tests)


def exactly(text: str) -> Text:
    whole = f'"{text}"'
    return Text(lambda found: found == whole)


def prefix(text: str) -> Text:
    opening = f'"{text}'
    return Text(lambda found: found.startswith(opening))


def suffix(text: str) -> Text:
    closing = f'{text}"'
    return Text(lambda found: found.endswith(closing))


def equals_ignore_case(text: str) -> Text:
    whole = re.compile(_either_case(f'"{text}"'))
    return Text(lambda found: whole.fullmatch(found) is not None)


def prefix_ignore_case(text: str) -> Text:
    opening = re.compile(_either_case(f'"{text}'))
    return Text(lambda found: opening.match(found) is not None)


def suffix_ignore_case(text: str) -> Text:
    closing = re.compile(_either_case(f'{text}"') + r"\Z")
    return Text(lambda found: closing.search(found) is not None)


def _either_case(text: str) -> str:
    """A regular expression for the text in any mixture of cases, judged character by character.

    A character counts as its own lower-case and upper-case forms, which may be longer (`ß` is `SS` too), and as nothing
    else. Characters beyond the Basic Multilingual Plane are lost in AWS's matcher: it looks for two question marks.
    """
    return "".join(_cases(character) for character in text)


def _cases(character: str) -> str:
    if ord(character) > 0xFFFF:
        return r"\?\?"
    lower, upper = character.lower(), character.upper()
    return re.escape(lower) if lower == upper else f"(?:{re.escape(lower)}|{re.escape(upper)})"


def wildcard(text: str) -> Text:
    """A test for a text in which `*` stands for any characters, `\\*` for an asterisk and `\\\\` for a backslash.

    Raises ValueError with the reason if two wildcards follow each other or a backslash escapes anything else.
    """
    pieces = _pieces(f'"{text}"')
    first, *middle, last = pieces if len(pieces) > 1 else (pieces[0], "")
    if len(pieces) == 1:
        return Text(lambda found: found == first)

    def holds(found: str) -> bool:
        start, end = len(first), len(found) - len(last)
        if start > end or not found.startswith(first) or not found.endswith(last):
            return False
        for piece in middle:
            start = found.find(piece, start, end)
            if start < 0:
                return False
            start += len(piece)
        return True

    return Text(holds)


def _pieces(text: str) -> list[str]:
    """The literal texts between the wildcards."""
    pieces = [""]
    characters = iter(range(len(text)))
    for position in characters:
        character, following = text[position], text[position + 1 : position + 2]
        if character == "\\":
            if following not in ("*", "\\"):
                raise ValueError("a backslash may only stand before * or another backslash")
            pieces[-1] += following
            next(characters)
        elif character == "*":
            if following == "*":
                raise ValueError("two wildcards must not follow each other")
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces
