"""Reads a cloud assembly: what `app.py` synthesized, as AWS would get it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troupe.local.errors import LocalCloudError


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack of the assembly: its name in the account and its template."""

    name: str
    template: dict[str, Any]
    path: Path
    """The template's file, for messages."""


def read(folder: Path) -> tuple[Stack, ...]:
    """The stacks of an assembly, each after those it depends on. Raises LocalCloudError."""
    manifest = _json(folder / "manifest.json")
    artifacts = {
        id: artifact
        for id, artifact in manifest.get("artifacts", {}).items()
        if artifact.get("type") == "aws:cloudformation:stack"
    }
    if not artifacts:
        raise LocalCloudError(f"{folder} holds no stacks; does app.py build any?")
    stacks = []
    for id in _in_order(artifacts):
        properties = artifacts[id]["properties"]
        path = folder / properties["templateFile"]
        stacks.append(Stack(properties.get("stackName", id), _json(path), path))
    return tuple(stacks)


def _in_order(artifacts: dict[str, Any]) -> list[str]:
    ordered: list[str] = []

    def visit(id: str) -> None:
        # CDK has refused cycles before it wrote the manifest.
        if id in ordered or id not in artifacts:
            return
        for dependency in artifacts[id].get("dependencies", []):
            visit(dependency)
        ordered.append(id)

    for id in artifacts:
        visit(id)
    return ordered


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise LocalCloudError(f"{path} is missing: {path.parent} is not a complete cloud assembly.") from None
    except ValueError as error:
        raise LocalCloudError(f"{path} is not JSON: {error}.") from error
