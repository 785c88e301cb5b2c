"""Released contracts: what others rely on, kept as one JSON Schema per type and version in contracts/released/.

A contract is released once somebody writes its file by `troupe check --release`; from then on `troupe check` holds the
contract against it. Git is what keeps a file from being changed unseen.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from troupe.choreography.discovery import PLATFORM_EVENTS, DiscoveryError, contracts
from troupe.choreography.schemas import Schema, bare, schema_of
from troupe.runtime.context import Tick
from troupe.runtime.contract import Terms
from troupe.runtime.signature import EventType

FOLDER = "contracts/released"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TERMS = ("root", "terminal", "failure", "within_s", "undoes")
_HEAD = ("$schema", "x-version", "x-terms")


@dataclass(frozen=True)
class Release:
    """A version of a contract as it was last released."""

    type: str
    version: int
    terms: dict[str, Any]
    """Of the contract's terms those that it stated."""
    example: dict[str, Any]
    schema: Schema
    """All that this version ever let through: fields that are gone since are marked `x-retired`."""
    file: str
    """Relative to the project."""


Standing = Literal["new", "new version", "changed"]


@dataclass(frozen=True)
class Draft:
    """A release that has not been written yet."""

    type: str
    newest: int
    """The newest version that was released; 0: none was."""
    standing: Standing
    path: Path
    text: str


def known(root: Path) -> dict[str, EventType]:
    """What may be on the bus of the project under `root`, by name: its contracts, and what the platform says."""
    return {t.type_name(): t for t in (*contracts(root), *PLATFORM_EVENTS) if t is not Tick}


def releases(root: Path) -> dict[str, dict[int, Release]]:
    """Every release by type and version. Raises DiscoveryError."""
    found: dict[str, dict[int, Release]] = {}
    for path in sorted((root / FOLDER).rglob("*.json")):
        release = _read(path, root)
        found.setdefault(release.type, {})[release.version] = release
    return found


def drafts(root: Path) -> list[Draft]:
    """What releasing every contract as it is today would write; nothing for those that are as they were released."""
    before = releases(root)
    made = []
    for name, contract in sorted(known(root).items()):
        versions = before.get(name, {})
        earlier = versions.get(contract.terms.version)
        path = root / (earlier.file if earlier else _file(contract))
        text = _text(contract, earlier)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            standing: Standing = "changed" if earlier else "new version" if versions else "new"
            made.append(Draft(name, max(versions, default=0), standing, path, text))
    return made


def write(draft: Draft) -> None:
    """Puts the file in place as a whole."""
    draft.path.parent.mkdir(parents=True, exist_ok=True)
    half = draft.path.with_suffix(".draft")
    half.write_text(draft.text, encoding="utf-8")
    os.replace(half, draft.path)


def home(contract: EventType) -> str:
    """The folder of a contract's releases, relative to the project: that of its domain."""
    module = contract.__module__.split(".")
    return f"{FOLDER}/{'platform' if module[0] == 'troupe' else '/'.join(module[1:])}"


def _file(contract: EventType) -> str:
    return f"{home(contract)}/{contract.type_name()}.v{contract.terms.version}.json"


def _text(contract: EventType, earlier: Release | None) -> str:
    schema = schema_of(contract)
    if earlier:
        schema = _with_retired(schema, earlier.schema)
    head = {
        "$schema": _DIALECT,
        "title": contract.type_name(),
        "x-version": contract.terms.version,
        "x-terms": stated(contract.terms),
        "examples": [contract.example],
    }
    return json.dumps(head | schema, indent=2, ensure_ascii=False) + "\n"


def stated(terms: Terms) -> dict[str, Any]:
    """Those of the terms that a contract states, beside its version."""
    said = {name: getattr(terms, name) for name in _TERMS}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in said.items() if v}


def _with_retired(today: Schema, before: Schema) -> Schema:
    """Today's schema, keeping the fields that it does not have any more.

    Whoever adds a field under an old name is so held against what is still stored under it.
    """
    today = _keeping_fields(today, before)
    defs, old = dict(today.get("$defs", {})), before.get("$defs", {})
    for name in [n for n in defs if n in old]:
        defs[name] = _keeping_fields(defs[name], old[name])
    while missing := [n for n in old if n not in defs and f'"#/$defs/{n}"' in json.dumps([today, defs])]:
        defs |= {name: old[name] for name in missing}
    return {"$defs": dict(sorted(defs.items())), **{k: v for k, v in today.items() if k != "$defs"}} if defs else today


def _keeping_fields(today: Schema, before: Schema) -> Schema:
    gone = before.get("properties", {}).keys() - today.get("properties", {}).keys()
    retired = {name: part | {"x-retired": True} for name, part in before.get("properties", {}).items() if name in gone}
    return {**today, "properties": today.get("properties", {}) | retired} if retired else today


def _read(path: Path, root: Path) -> Release:
    file = path.relative_to(root).as_posix()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Release(
            type=str(content["title"]),
            version=int(content["x-version"]),
            terms=dict(content["x-terms"]),
            example=dict(content["examples"][0]),
            schema=bare({k: v for k, v in content.items() if k not in _HEAD}),
            file=file,
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DiscoveryError(
            f"{file} is no released contract ({type(error).__name__}: {error}); restore it with git, or delete it and "
            "release again."
        ) from error
