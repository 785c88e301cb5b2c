"""How deeply a statement may be nested, decided on its tokens: the parser is recursive, and here and there it retries.

sqlglot tries `type (…`, `ARRAY[…` and a JOIN without a condition first as one thing and then as another, at
every level again: twenty levels of `date (` take it a minute. What people write needs none of that depth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot.parsers.postgres import PostgresParser
from sqlglot.tokenizer_core import Token, TokenType

from .refusal import Refused

MAX_DEPTH = 40
MAX_RETRIED = 5
"""Levels at which the parser retries; each doubles its work."""
MAX_CHAINED = 10
"""Square brackets in a row, as in a[1][2]."""

_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_UNCONDITIONAL = {TokenType.CROSS, TokenType.NATURAL}
_CONDITION = {TokenType.ON, TokenType.USING}


@dataclass(slots=True)
class _Level:
    """What happens between one pair of brackets."""

    retried: bool = False
    joins: int = 0
    """JOINs that still wait for their ON or USING."""
    unconditional: bool = False
    """CROSS or NATURAL was just read: the next JOIN waits for nothing."""


def check_nesting(tokens: Iterable[Token]) -> None:
    """Refuses what is nested deeper, or chained longer, than the parser can take in reasonable time."""
    levels = [_Level()]
    chained = 0
    before = None
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING:
            array = kind is TokenType.L_BRACKET
            chained += array and before is TokenType.R_BRACKET
            levels.append(_Level(retried=array or (kind is TokenType.L_PAREN and before in PostgresParser.TYPE_TOKENS)))
        elif kind in _CLOSING and len(levels) > 1:
            _check_joins(levels.pop())
        elif not (kind is TokenType.ON and before is TokenType.DISTINCT):
            _read_join(levels[-1], kind)
        if len(levels) > MAX_DEPTH or chained > MAX_CHAINED or sum(_retries(level) for level in levels) > MAX_RETRIED:
            raise Refused("size", "The statement is nested too deeply.")
        before = kind
    for level in levels:
        _check_joins(level)


def _read_join(level: _Level, kind: TokenType) -> None:
    if kind in _UNCONDITIONAL:
        level.unconditional = True
    elif kind is TokenType.JOIN:
        level.joins += not level.unconditional
        level.unconditional = False
    elif kind in _CONDITION and level.joins:
        level.joins -= 1


def _retries(level: _Level) -> int:
    return level.retried + level.joins


def _check_joins(level: _Level) -> None:
    # sqlglot takes it for a comma, which would multiply the tables and give a wrong answer.
    if level.joins:
        raise Refused("syntax", "A JOIN needs a condition: ON or USING.")
