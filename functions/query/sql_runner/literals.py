"""The many spellings of a text or number in PostgreSQL → the plain one, which every reader reads alike."""

from __future__ import annotations

import re

from sqlglot.tokenizer_core import Token, TokenType

from .refusal import Refused

_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPED = re.compile(
    r"''|\\(?:x(?P<hex>[0-9A-Fa-f]{1,2})|(?P<octal>[0-7]{1,3})|u(?P<short>[0-9A-Fa-f]{4})|U(?P<long>[0-9A-Fa-f]{8})"
    r"|(?P<one>.))",
    re.DOTALL,
)
_UNICODE = re.compile(r"''|\\(?:(?P<same>\\)|\+(?P<long>[0-9A-Fa-f]{6})|(?P<short>[0-9A-Fa-f]{4}))|(?P<wrong>\\)")


def plain(token: Token, source: str) -> Token:
    """`token` as an ordinary string or number where it is a special one. `source` is how it was written."""
    kind = token.token_type
    if kind is TokenType.BYTE_STRING:
        return _as(token, TokenType.STRING, _ESCAPED.sub(_backslash, source[2:-1]))
    if kind is TokenType.UNICODE_STRING:
        return _as(token, TokenType.STRING, _UNICODE.sub(_code_point, source[3:-1]))
    if kind in (TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.NATIONAL_STRING):
        return _as(token, TokenType.STRING, token.text)
    if kind is TokenType.HEX_STRING and source[:2].lower() == "0x":
        return _as(token, TokenType.NUMBER, str(int(source, 16)))
    if kind in (TokenType.HEX_STRING, TokenType.BIT_STRING):
        raise Refused("characters", "Bit strings are refused: write a number.")
    return token


def grouped(number: Token, digits: str) -> Token:
    """1_000 as PostgreSQL reads it; sqlglot sees the number 1 and the name _000."""
    if not re.fullmatch(r"(?:_\d+)+", digits) or not number.text.isdecimal():
        raise Refused("syntax", f"{number.text}{digits} is neither a number nor a name.")
    return _as(number, TokenType.NUMBER, number.text + digits.replace("_", ""))


def _as(token: Token, kind: TokenType, text: str) -> Token:
    if any(ord(c) < 32 and c not in "\t\n\r\f\b" for c in text):
        raise Refused("characters", "The statement contains control characters.")
    return Token(kind, text, token.line, token.col, token.start, token.end, token.comments)


def _backslash(match: re.Match[str]) -> str:
    if match.group() == "''":
        return "'"
    one = match.group("one")
    if one is not None:
        return _LETTERS.get(one, one)
    code = int(match.group("octal"), 8) if match.group("octal") else int(_hexadecimal(match), 16)
    if code > 127 and not (match.group("short") or match.group("long")):
        raise Refused("characters", "Bytes written as escapes are refused: write the characters themselves.")
    return _character(code)


def _code_point(match: re.Match[str]) -> str:
    if match.group() == "''":
        return "'"
    if match.group("wrong"):
        raise Refused("characters", "A Unicode escape in a string is incomplete.")
    return "\\" if match.group("same") else _character(int(_hexadecimal(match), 16))


def _hexadecimal(match: re.Match[str]) -> str:
    return next(value for name, value in match.groupdict().items() if name in ("hex", "short", "long") and value)


def _character(code: int) -> str:
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise Refused("characters", "An escape in a string names no character.")
    return chr(code)
