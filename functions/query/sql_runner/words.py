"""The last gate: reads the text that would run, not the tree, and lets only known words through.

The tree says what sqlglot understood. Whatever that was, a text in which every name is quoted and
every bare word stands on a list cannot call a function, start a clause or name a type beyond it.
"""

from __future__ import annotations

import re

from .refusal import Refused
from .vocabulary import BEFORE_BRACKET, FUNCTIONS, KEYWORDS, OPERATORS, TYPES, UNITS

_TOKEN = re.compile(
    r"""
      (?P<space>[ \n]+)
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")+")
    | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![A-Za-z_0-9]))
    | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
    | (?P<mark>[(),.\[\]])
    | (?P<operator>[-+*/<>=~!@\#%^&|?:]+)
    """,
    re.VERBOSE,
)
_BARE = KEYWORDS | UNITS | TYPES


def check_words(text: str, column_lists: int) -> None:
    """Refuses `text` (regenerated, with every name quoted) when it holds anything that is on no list.

    `column_lists` is the number of names followed by a bracket that the tree accounts for, such as
    `AS "t"("a", "b")`; any other would be a function called by a quoted name.
    """
    tokens = list(_split(text))
    named_brackets = 0
    for (kind, value), following in zip(tokens, [*tokens[1:], ("", "")], strict=True):
        opens = following == ("mark", "(")
        if kind == "word":
            _check_word(value.lower(), opens)
        elif kind == "operator" and value not in OPERATORS:
            raise Refused("operators", f"The operator {value} is not one that questions may use.")
        elif kind == "name" and opens:
            named_brackets += 1
    if named_brackets > column_lists:
        raise Refused("functions", "A function may not be called by a quoted name.")


def _split(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Refused("characters", f"The character {text[at]!r} has no place in a question's SQL.")
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append((kind, match.group()))
        at = match.end()
    return tokens


def _check_word(word: str, opens: bool) -> None:
    if opens and word not in BEFORE_BRACKET and word not in FUNCTIONS:
        raise Refused("functions", f"The function {word} is not one that questions may call.")
    if not opens and word not in _BARE:
        raise Refused("words", f"The word {word.upper()} is not one that questions may use.")
