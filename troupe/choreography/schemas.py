"""A contract as JSON Schema, with what pydantic holds data to and would leave out of it.

Whatever decides over data without having a keyword in JSON Schema gets one here, so that two schemas which read the
same accept the same: `x-rules` (validators written in Python, with a hash of their source), `x-also` (constraints such
as the need for a time zone), `x-infinite` (NaN and the infinities travel as text), `x-keys` (keys of a dict that are
no plain text) and the format `decimal`.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from troupe.choreography.discovery import DiscoveryError
from troupe.choreography.fields import declared

Schema = dict[str, Any]

_NUMBER = ("le", "ge", "lt", "gt", "multiple_of")
_LENGTH = ("min_length", "max_length")
_CLASS = ("cls", "schema", "post_init", "root_model", "generic_origin", "frozen", "slots", "fields", "config")
_FIELDS = ("fields", "model_name", "dataclass_name", "computed_fields", "extra_behavior", "collect_init_only", "cls")
_FIELD = ("schema", "name", "required", "frozen", "kw_only", "kw_only_init", "init", "init_only")
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "any": (),
    "none": (),
    "bool": (),
    "int": _NUMBER,
    "float": (*_NUMBER, "allow_inf_nan"),
    "decimal": (*_NUMBER, "allow_inf_nan"),
    "str": (*_LENGTH, "pattern"),
    "bytes": _LENGTH,
    "date": (),
    "time": ("microseconds_precision",),
    "datetime": ("microseconds_precision",),
    "timedelta": ("microseconds_precision",),
    "uuid": (),
    "url": ("max_length",),
    "literal": ("expected",),
    "enum": ("cls", "members", "sub_type"),
    "list": ("items_schema", *_LENGTH),
    "set": ("items_schema", *_LENGTH),
    "frozenset": ("items_schema", *_LENGTH),
    "tuple": ("items_schema", "variadic_item_index", *_LENGTH),
    "dict": ("keys_schema", "values_schema", *_LENGTH),
    "nullable": ("schema",),
    "default": ("schema", "default", "default_factory", "default_factory_takes_data", "validate_default"),
    "union": ("choices", "mode", "auto_collapse"),
    "tagged-union": ("choices", "discriminator", "from_attributes"),
    "definitions": ("schema", "definitions"),
    "definition-ref": ("schema_ref",),
    "lax-or-strict": ("lax_schema", "strict_schema"),
    "json-or-python": ("json_schema", "python_schema"),
    "function-before": ("function", "schema", "json_schema_input_schema"),
    "function-after": ("function", "schema"),
    "function-wrap": ("function", "schema", "json_schema_input_schema"),
    "function-plain": ("function", "json_schema_input_schema"),
    "model": _CLASS,
    "dataclass": _CLASS,
    "typed-dict": (*_FIELDS, "total", "config"),
    "model-fields": _FIELDS,
    "dataclass-args": _FIELDS,
    "model-field": (*_FIELD, "serialization_exclude"),
    "dataclass-field": (*_FIELD, "serialization_exclude"),
    "typed-dict-field": (*_FIELD, "serialization_exclude"),
}
"""Per type of pydantic's core schema the keys that JSON Schema shows, or that decide nothing about data."""

_ANYWHERE = {"type", "ref", "metadata", "serialization"}
_HARMLESS_CONFIG = {
    "title", "extra_fields_behavior", "frozen", "from_attributes", "str_min_length", "str_max_length",
    "ser_json_inf_nan", "ser_json_timedelta", "ser_json_bytes", "revalidate_instances",
}  # fmt: skip


class SchemaError(DiscoveryError):
    """A contract that has no JSON Schema; one sentence."""


def schemas(
    models: Iterable[type[BaseModel]], ref: str = "#/$defs/{model}"
) -> tuple[dict[type[BaseModel], Schema], dict[str, Schema]]:
    """The schema of each model, and the definitions that they share by name; with what is said to people.

    ref: how a definition is referred to. Raises SchemaError.
    """
    try:
        by_model, shared = models_json_schema(
            [(model, "validation") for model in models], ref_template=ref, schema_generator=_Complete
        )
    except PydanticInvalidForJsonSchema as error:
        raise SchemaError(f"A field of a contract cannot travel as JSON: {error}") from error
    return {model: schema for (model, _), schema in by_model.items()}, shared.get("$defs", {})  # type: ignore[misc]


def schema_of(model: type[BaseModel]) -> Schema:
    """The schema of one model, by itself, without what is only said to people. Raises SchemaError."""
    try:
        schema: Schema = bare(model.model_json_schema(schema_generator=_Complete))
    except PydanticInvalidForJsonSchema as error:
        raise SchemaError(f"{model.__name__} has a field that cannot travel as JSON: {error}") from error
    return schema


def bare(schema: Any) -> Any:
    """A schema without what is only said to people."""
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if k not in ("title", "description", "examples", "deprecated")}
    return over_parts(kept, bare)


def over_parts(schema: Schema, change: Callable[[Any], Any]) -> Schema:
    """The schema with each schema directly inside it changed."""
    changed: Schema = {}
    for key, value in schema.items():
        if key in ("properties", "patternProperties", "$defs"):
            changed[key] = {name: change(part) for name, part in value.items()}
        elif key in ("items", "additionalProperties", "propertyNames", "x-keys"):
            changed[key] = change(value)
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            changed[key] = [change(part) for part in value]
        else:
            changed[key] = value
    return changed


class _Complete(GenerateJsonSchema):
    """Adds what pydantic leaves out."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}

    def build_schema_type_to_method(self) -> dict[Any, Callable[[Any], Schema]]:
        methods = super().build_schema_type_to_method()
        return {kind: partial(self._completed, method) for kind, method in methods.items()}

    def _completed(self, method: Callable[[Any], Schema], core: dict[str, Any]) -> Schema:
        made = dict(method(core))
        shown = _SHOWN.get(core["type"])
        if shown is None:
            return made | {"x-also": {"type": core["type"]}}
        also = {k: _said(v) for k, v in core.items() if k not in (*shown, *_ANYWHERE) and _counts(v)}
        config = core.get("config") or {}
        also |= {k: _said(v) for k, v in config.items() if k not in _HARMLESS_CONFIG and _counts(v)}
        if also:
            made["x-also"] = dict(sorted((made.get("x-also", {}) | also).items()))
        if core["type"] in ("model", "dataclass"):
            _describe(made, core["cls"])
        rules = [core["function"]["function"]] if core["type"].startswith("function-") else _own_post_init(core)
        if rules:
            made["x-rules"] = [*map(_rule, rules), *made.get("x-rules", [])]
        return made

    def float_schema(self, schema: Any) -> Schema:
        made = super().float_schema(schema)
        allowed = schema.get("allow_inf_nan")
        if self._config.allow_inf_nan if allowed is None else allowed:
            made["x-infinite"] = True
        return made

    def decimal_schema(self, schema: Any) -> Schema:
        made = super().decimal_schema(schema)
        number, text = made["anyOf"]
        number.pop("x-infinite", None)
        # As text it is held to the same bounds, for which JSON Schema has no keywords.
        bounds = {k: v for k, v in number.items() if k != "type"}
        return {"anyOf": [number, {**text, "format": "decimal", **bounds}]}

    def dict_schema(self, schema: Any) -> Schema:
        made = super().dict_schema(schema)
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {"type": "string"}
        if "patternProperties" in made:
            made["additionalProperties"] = next(iter(made.pop("patternProperties").values())) or True
        made.pop("propertyNames", None)
        if bare(keys) not in ({}, {"type": "string"}):
            made["propertyNames" if keys.get("type") == "string" or "$ref" in keys else "x-keys"] = keys
        return made


def _describe(schema: Schema, cls: type) -> None:
    """Says of each field what stands below it in the source."""
    for home in reversed(cls.__mro__):
        for name, field in declared(home).items():
            if field.doc and name in schema.get("properties", {}):
                schema["properties"][name]["description"] = field.doc


def _counts(value: Any) -> bool:
    return value is not None and value is not False and value != [] and value != "smart"


def _said(value: Any) -> Any:
    if callable(value):
        return _rule(value)
    return value if isinstance(value, bool | int | float | str) else repr(value)


def _own_post_init(core: dict[str, Any]) -> list[Any]:
    """`model_post_init` where somebody wrote one, which may refuse data, too; pydantic's own sets up private fields."""
    found = getattr(core["cls"], str(core.get("post_init")), None) if core["type"] in ("model", "dataclass") else None
    around = getattr(found, "__closure__", None) or ()
    inside: list[Any] = [c.cell_contents for c in around if inspect.isfunction(c.cell_contents)]
    return [f for f in (inside or [found]) if f is not None and not f.__module__.startswith("pydantic.")]


def _rule(function: Any) -> str:
    """A validator by name, with a hash of its source: only one that is as it was surely decides as it did."""
    if isinstance(function, partial):
        given = ", ".join(f"{k}={v!r}" for k, v in sorted(function.keywords.items()))
        return f"{_rule(function.func)}({', '.join([*map(repr, function.args), given])})"
    function = getattr(function, "__func__", function)
    name = getattr(function, "__qualname__", type(function).__name__)
    if str(getattr(function, "__module__", "")).startswith("pydantic"):
        return str(name)
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return f"{name} (its source cannot be read)"
    with suppress(SyntaxError):  # a lambda in the middle of something: as it is written
        source = ast.unparse(ast.parse(source))
    return f"{name} {hashlib.sha256(source.encode()).hexdigest()[:8]}"
