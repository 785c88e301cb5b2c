"""Reads which agents a stage has and what they hear, from the parameters that their stacks wrote."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from troupe.runtime.envelope import first_fault
from troupe.runtime.parts import FOLDER, AgentPart
from troupe.runtime.settings import Names


class RegistryError(ValueError):
    """A parameter under the registry's path that is no agent's part; one sentence."""


def read_agents(ssm: Any, names: Names) -> list[AgentPart]:
    """The agents of a deployed stage, sorted by id; none where nothing is deployed. Raises RegistryError."""
    # Without a slash at its end: the path is also the resource that the caller's role names.
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=names.parameter(FOLDER))
    return sorted((_part(p["Name"], p["Value"]) for page in pages for p in page["Parameters"]), key=lambda a: a.id)


def _part(name: str, value: str) -> AgentPart:
    try:
        return AgentPart.model_validate_json(value)
    except ValidationError as error:
        raise RegistryError(
            f"The SSM parameter {name} does not describe an agent ({first_fault(error)}) Deploy that agent again."
        ) from None
