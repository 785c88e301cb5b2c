"""The project's own attacks and legitimate statements, read from the .sql files beside this one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER = re.compile(r"-- (?P<kind>[a-z, ]+?)(?:: (?P<rules>[a-z -]+))?")


@dataclass(frozen=True, slots=True)
class Case:
    """One statement; `rules` are those that may refuse it, none for a legitimate one."""

    kind: str
    rules: frozenset[str]
    sql: str


def attacks() -> list[Case]:
    return list(_cases("attacks.sql"))


def accepts() -> list[Case]:
    return list(_cases("accepts.sql"))


def _cases(name: str) -> Iterator[Case]:
    kind, rules = "", frozenset[str]()
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").split("\n")[2:]:
        header = _HEADER.fullmatch(line)
        if header:
            kind, rules = header["kind"], frozenset((header["rules"] or "").split())
        elif line:
            yield Case(kind, rules, line.replace("⏎", "\n").replace("⇥", "\t"))
