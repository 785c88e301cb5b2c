"""Schemas in the words of a sentence."""

from __future__ import annotations

import json
from typing import Any

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "like {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} entries",
    "maxProperties": "at most {} entries",
}


def said(schema: Any) -> str:
    """What a schema accepts, in a few words."""
    if not isinstance(schema, dict):
        return "anything"
    if "const" in schema and "enum" not in schema:
        return value(schema["const"])
    if "enum" in schema:
        constants = [value(v) for v in schema["enum"]]
        return constants[0] if len(constants) == 1 else f"one of {', '.join(constants)}"
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        return " or ".join(dict.fromkeys(map(said, alternatives)))
    if "$ref" in schema:
        return f"a {schema['$ref'].rpartition('/')[2]}"
    name = _TYPES.get(schema.get("type", ""), "anything")
    if "format" in schema:
        name = f"a {schema['format']} as text"
    bounds = [text.format(value(schema[key])) for key, text in _BOUNDS.items() if key in schema]
    if schema.get("x-infinite"):
        bounds.append("infinite or not a number, too")
    return f"{name} ({', '.join(bounds)})" if bounds else name


def value(constant: Any) -> str:
    """A constant as JSON has it, shortened."""
    text = json.dumps(constant, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 60 else f"{text[:57]}…"
