"""PostgreSQL's text forms of rows and arrays, read back (PostgreSQL documentation, sections 8.15.6 and 8.16.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_FIELD = re.compile(r'(?:"(?:[^"\\]|\\.|"")*"|[^",()\\]|\\.)*', re.DOTALL)
_DOUBLED = re.compile(r'\\(.)|"(")', re.DOTALL)
_ELEMENT = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^",{}]+)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def row(text: str, width: int) -> list[str | None]:
    """The cells of a row such as `(1,"a b",)`, each as its own text; an empty one without quotes is NULL.

    Raises ValueError when there are not `width` of them.
    """
    fields: list[str | None] = []
    at = 1  # behind the bracket
    while width:
        match = _FIELD.match(text, at)
        raw = match.group() if match else ""
        fields.append(_unquoted(raw) if raw else None)
        at += len(raw)
        if text[at : at + 1] != ",":
            break
        at += 1
    if len(fields) != width or text[at : at + 1] != ")" or at + 1 != len(text):
        raise ValueError(f"The row does not have {width} cells.")
    return fields


def _unquoted(raw: str) -> str:
    if not raw.startswith('"'):
        return raw
    return _DOUBLED.sub(lambda match: match[1] or match[2], raw[1:-1])


def array(text: str, convert: Callable[[str], Any]) -> list[Any]:
    """An array such as `{1,NULL,"a b"}` or `{{1},{2}}`, each element read by `convert`. Raises ValueError."""
    start = text.find("{")  # before it bounds may stand, such as [0:1]=
    if start < 0 or (start and not text.startswith("[")):
        raise ValueError("It is no array.")
    found, at = _array(text, start, convert)
    if at != len(text):
        raise ValueError("Something follows the array.")
    return found


def _array(text: str, at: int, convert: Callable[[str], Any]) -> tuple[list[Any], int]:
    items: list[Any] = []
    at += 1
    while text[at : at + 1] != "}":
        if text[at : at + 1] == "{":
            item, at = _array(text, at, convert)
            items.append(item)
        else:
            match = _ELEMENT.match(text, at)
            if match is None:
                raise ValueError("An array ends too early.")
            at = match.end()
            quoted = match.group("quoted")
            if quoted is not None:
                items.append(convert(_ESCAPE.sub(r"\1", quoted)))
            else:
                items.append(None if match.group("plain") == "NULL" else convert(match.group("plain")))
        if text[at : at + 1] == ",":
            at += 1
    return items, at + 1
