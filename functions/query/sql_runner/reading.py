"""Text → the syntax tree of exactly one query, or a refusal."""

from __future__ import annotations

import logging

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import ErrorLevel
from sqlglot.tokenizer_core import Token, TokenType

from .literals import grouped, plain
from .nesting import check_nesting
from .refusal import Refused

# sqlglot prints statements that it does not know as warnings; what came in belongs in no log.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_UNREADABLE = "The statement is not PostgreSQL that can be read."
_DIALECT = Postgres()


def read(sql: str, max_characters: int) -> exp.Query:
    """Parses one SELECT (or set operation of SELECTs). Raises Refused."""
    if len(sql) > max_characters:
        raise Refused("size", f"The statement has {len(sql):,} characters; the limit is {max_characters:,}.")
    if not sql.strip():
        raise Refused("select-only", "The statement is empty.")
    if any((ord(c) < 32 and c not in "\t\n\r\f") or 0xD800 <= ord(c) <= 0xDFFF or ord(c) == 127 for c in sql):
        raise Refused("characters", "The statement contains control characters.")
    tokens = _tokens(sql)
    check_nesting(tokens)
    tokens = _readable(tokens, sql)
    trees = _parse(tokens, sql)
    if len(trees) != 1:
        raise Refused("one-statement", "Only one statement may be run at a time.")
    return _query(trees[0])


def _tokens(sql: str) -> list[Token]:
    try:
        return list(_DIALECT.tokenize(sql))
    except Exception as error:
        raise Refused("syntax", _UNREADABLE) from error


def _readable(tokens: list[Token], sql: str) -> list[Token]:
    """Refuses what sqlglot and PostgreSQL read differently, and writes every kind of literal in the plain way."""
    readable: list[Token] = []
    for token in tokens:
        if token.token_type is TokenType.PARAMETER:
            raise Refused("characters", "Parameters are refused: write the value itself.")
        before = readable[-1] if readable and readable[-1].end + 1 == token.start else None  # nothing in between
        if before and before.text.upper() == "U" and token.token_type is TokenType.AMP:
            raise Refused("characters", "Unicode escapes in names (U&) are refused: write the characters themselves.")
        if before and before.token_type is TokenType.NUMBER and token.token_type is TokenType.VAR:
            readable[-1] = grouped(before, token.text)
        else:
            readable.append(plain(token, sql[token.start : token.end + 1]))
    return readable


def _parse(tokens: list[Token], sql: str) -> list[exp.Expr]:
    try:
        parsed = _DIALECT.parser(error_level=ErrorLevel.RAISE).parse(tokens, sql)
    except RecursionError:
        raise
    except Exception as error:
        # Nonsense trips the parser in ways that it does not report as its own; a guard fails closed.
        raise Refused("syntax", _UNREADABLE) from error
    while parsed and parsed[-1] is None:  # a trailing semicolon
        parsed.pop()
    if any(tree is None for tree in parsed):
        raise Refused("one-statement", "Only one statement may be run at a time.")
    return [tree for tree in parsed if tree is not None]


def _query(tree: exp.Expr) -> exp.Query:
    while isinstance(tree, exp.Subquery) and not any(value for key, value in tree.args.items() if key != "this"):
        tree = tree.this  # brackets around the whole
    core: exp.Expr = tree
    while isinstance(core, exp.Subquery) and not core.args.get("alias"):
        core = core.this
    if not isinstance(core, (exp.Select, exp.SetOperation)):
        raise Refused("select-only", "Only SELECT statements may be run.")
    assert isinstance(tree, exp.Query)  # noqa: S101 - for the type checker: all three are queries
    return tree
