"""A contract as a tool that a model can call: its JSON schema is what the model has to fill in."""

from __future__ import annotations

import json
from collections.abc import Container
from typing import Any

from troupe.runtime.contract import Event
from troupe.runtime.model_use import ModelUse
from troupe.runtime.person import Person, fields_of

_LONGEST_NAME = 64
"""Characters of a tool's name (Amazon Bedrock, API reference of ToolSpecification)."""


def tool(contract: type[Event], given: Container[str]) -> dict[str, Any]:
    """The tool specification of a contract, without the fields that are given. Raises ValueError for a long name."""
    name = contract.type_name()
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"{name} cannot be offered to a model: a tool's name has at most {_LONGEST_NAME} characters.")
    schema = contract.model_json_schema()
    left_out = {field for field in contract.model_fields if field in given}
    # A model fills in neither what it used nor who a person is.
    left_out |= {*fields_of(contract, ModelUse), *fields_of(contract, Person)}
    asked: dict[str, Any] = {
        "type": "object",
        "properties": {k: v for k, v in schema.get("properties", {}).items() if k not in left_out},
        "required": [k for k in schema.get("required", []) if k not in left_out],
        "additionalProperties": False,
    }
    if definitions := _reached(asked, schema.get("$defs", {})):
        asked["$defs"] = definitions
    return {"toolSpec": {"name": name, "description": _said(contract), "inputSchema": {"json": asked}}}


def _said(contract: type[Event]) -> str:
    return " ".join((contract.__doc__ or contract.type_name()).split())


def _reached(schema: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that the schema refers to, and those that they refer to."""
    found: dict[str, Any] = {}
    waiting = [json.dumps(schema)]
    while waiting:
        text = waiting.pop()
        for name, definition in definitions.items():
            if name not in found and f'"#/$defs/{name}"' in text:
                found[name] = definition
                waiting.append(json.dumps(definition))
    return found
