"""Where the fields of a contract are declared, and what their authors say of them: read from the source."""

from __future__ import annotations

import ast
import sys
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from troupe.choreography.discovery import location
from troupe.runtime.signature import EventType


@dataclass(frozen=True, slots=True)
class Declared:
    """A field as its class's body has it."""

    line: int
    doc: str
    """The text that stands below it; empty when there is none."""


def declared(cls: type) -> dict[str, Declared]:
    """The fields that a class's own body declares, by name; none when its source is not a file."""
    path = Path(getattr(sys.modules.get(cls.__module__), "__file__", None) or "?")
    return _bodies(path.read_text(encoding="utf-8")).get(cls.__name__, {}) if path.is_file() else {}


def place(contract: EventType, path: Iterable[str], root: Path) -> str:
    """`file:line` of the field that a path through the data leads to; of the last class on the way if it is not there.

    path: fields by name; steps into lists and dicts in brackets.
    """
    found = location(contract, root)
    classes: list[type] = [contract]
    for step in path:
        if step[0] in "[{":
            continue
        owner = next((c for cls in classes for c in cls.__mro__ if step in vars(c).get("__annotations__", {})), None)
        line = declared(owner)[step].line if owner and step in declared(owner) else 0
        if owner is None or not line:
            return location(classes[0], root) if len(classes) == 1 else found
        found = f"{location(owner, root).rpartition(':')[0]}:{line}"
        classes = list(dict.fromkeys(_classes(typing.get_type_hints(owner)[step])))
    return found


def _classes(annotation: Any) -> Iterator[type]:
    """The classes with fields of their own in an annotation such as `list[Line] | None`."""
    if isinstance(annotation, type) and vars(annotation).get("__annotations__"):
        yield annotation
    for inside in typing.get_args(annotation):
        yield from _classes(inside)


@lru_cache(maxsize=64)
def _bodies(source: str) -> dict[str, dict[str, Declared]]:
    """Per class at the top of a module its fields."""
    return {node.name: dict(_fields(node.body)) for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def _fields(body: list[ast.stmt]) -> Iterator[tuple[str, Declared]]:
    for statement, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            said = below.value if isinstance(below, ast.Expr) else None
            text = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
            yield statement.target.id, Declared(statement.lineno, " ".join(text.split()))
