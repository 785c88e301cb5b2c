"""Whether everything that is published under one schema is accepted by whoever reads by another.

Publishers add no fields that their contract does not have; readers ignore those that theirs does not have. Works on
what troupe/choreography/schemas.py writes. What it does not know it calls unjudged, unless both sides say it alike.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from troupe.choreography._wording import said, value
from troupe.choreography.schemas import Schema

Path = tuple[str, ...]
"""The way to a place in the data: fields by name, `[]` into a list, `{}` into a dict."""

_KNOWN = {
    "$ref", "$defs", "type", "const", "enum", "anyOf", "oneOf", "discriminator", "properties", "required",
    "additionalProperties", "propertyNames", "minProperties", "maxProperties", "items", "prefixItems", "minItems",
    "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "x-infinite", "default", "x-retired",
}  # fmt: skip
_LIMITS = ("tz_constraint", "decimal_places", "max_digits", "allowed_schemes")
"""Members of `x-also` that only ever refuse: leaving them out accepts more."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What one side may publish and the other would refuse, or what nobody can tell."""

    path: Path
    published: str
    """What may come, in words."""
    read: str
    """What is accepted, in words."""
    certain: bool = True
    """False: there may be no such data; the schemas do not tell."""


def refusals(published: Schema, read: Schema) -> list[Refusal]:
    """What may be published under the one schema and is refused by readers with the other; none: all is accepted."""
    return list(_Comparison(published.get("$defs", {}), read.get("$defs", {})).of(published, read, ()))


@dataclass
class _Comparison:
    published: dict[str, Schema]
    read: dict[str, Schema]
    """The definitions of either side."""
    under_way: set[tuple[str, str]] = field(default_factory=set)

    def of(self, x: Any, y: Any, at: Path) -> Iterator[Refusal]:
        """What may come by x and is refused by y, at this place in the data."""
        refs = (_ref(x), _ref(y))
        if all(refs) and refs in self.under_way:
            return  # a type within itself: it is being looked at further up
        self.under_way.add(refs)
        yield from self._resolved(x, y, at)
        self.under_way.discard(refs)

    def _resolved(self, x: Any, y: Any, at: Path) -> Iterator[Refusal]:
        may, accepted = _resolved(x, self.published), _resolved(y, self.read)
        if not _holds(accepted):
            return
        yield from self._unknown(may, accepted, at)
        yield from self._untagged(may, accepted, at)
        parts, choices = _union(may), _union(accepted)
        if parts is None and choices is None:
            yield from self._plain(may, accepted, at)
            return
        for part in [x] if parts is None else parts:
            yield from self._one_of(part, [y] if choices is None else choices, at)

    def _one_of(self, x: Any, choices: list[Any], at: Path) -> Iterator[Refusal]:
        """One alternative of what may come, against all that are accepted."""
        may, accepted = _resolved(x, self.published), [_resolved(choice, self.read) for choice in choices]
        if "enum" in may:
            yield from _constants(may, accepted, at)
            return
        tried = [list(self.of(x, choice, at)) for choice in choices]
        if not all(tried):
            return
        alike = [found for found, choice in zip(tried, accepted, strict=True) if _kinds(may) & _kinds(choice)]
        if len(alike) == 1:
            yield from alike[0]
        else:
            # Of several that might have taken it, two together may still take all of it.
            yield Refusal(at, said(may), said({"anyOf": choices}), certain=not alike)

    def _plain(self, x: Schema, z: Schema, at: Path) -> Iterator[Refusal]:
        """Both without alternatives."""
        if "enum" in x:
            yield from _constants(x, [z], at)
            return
        if "enum" in z:
            named = [True, False] if x.get("type") == "boolean" else None
            if named is None or not all(_admits(v, z) for v in named):
                yield Refusal(at, said(x), said(z))
            return
        if x.get("type") != z.get("type") and not (x.get("type") == "integer" and z.get("type") == "number"):
            yield Refusal(at, said(x), said(z))
            return
        if z["type"] == "array":
            yield from self._lists(x, z, at)
        elif z["type"] == "object":
            yield from self._objects(x, z, at)
        elif (fits := _within(x, z)) is not True:
            yield Refusal(at, said(x), said(z), certain=fits is False)

    def _lists(self, x: Schema, z: Schema, at: Path) -> Iterator[Refusal]:
        most = x.get("maxItems", math.inf)
        few = z.get("uniqueItems") and not x.get("uniqueItems") and z.get("minItems", 0) > 1
        if few or not _inside(x, z, "minItems", "maxItems"):
            yield Refusal(at, said(x), said(z))
        first_x, first_z = x.get("prefixItems", []), z.get("prefixItems", [])
        for position in range(int(min(most, max(len(first_x), len(first_z))))):
            here = _at(first_x, position, x), _at(first_z, position, z)
            yield from self.of(*here, (*at, f"[{position}]"))
        if most > max(len(first_x), len(first_z)):
            yield from self.of(x.get("items", {}), z.get("items", {}), (*at, "[]"))

    def _objects(self, x: Schema, z: Schema, at: Path) -> Iterator[Refusal]:
        fields_x, fields_z = x.get("properties", {}), z.get("properties", {})
        # Publishers leave out what their contract does not have; only a dict, or what says so, has more.
        more_x = x.get("additionalProperties", "properties" not in x)
        more_z = z["additionalProperties"] if isinstance(z.get("additionalProperties"), dict) else {}
        for name in sorted(set(z.get("required", ())) - set(x.get("required", ()))):
            there = "optional" if name in fields_x else "perhaps there" if more_x is not False else "not there"
            yield Refusal((*at, name), there, "required")
        for name, part in fields_x.items():
            yield from self.of(part, fields_z.get(name, more_z), (*at, name))
            yield from self._name(name, z, at)
        if more_x is not False:
            for name in fields_z.keys() - fields_x.keys():
                yield from self.of(more_x, fields_z[name], (*at, name))
            yield from self.of(more_x, more_z, (*at, "{}"))
            yield from self.of(x.get("propertyNames", {"type": "string"}), z.get("propertyNames", {}), (*at, "{key}"))
        if ("minProperties" in z or "maxProperties" in z) and not _inside(x, z, "minProperties", "maxProperties"):
            yield Refusal(at, said(x), said(z), certain=more_x is not False)

    def _name(self, name: str, z: Schema, at: Path) -> Iterator[Refusal]:
        if "propertyNames" in z:
            yield from self.of({"const": name}, z["propertyNames"], (*at, "{key}"))

    def _untagged(self, x: Schema, y: Schema, at: Path) -> Iterator[Refusal]:
        """Readers that tell alternatives apart by a field, which what comes need not have."""
        if "oneOf" not in y:
            return
        tag = (y.get("discriminator") or {}).get("propertyName")
        parts = [_resolved(part, self.published) for part in _union(x) or [x]]
        tagged = all(tag in part.get("required", ()) for part in parts if part.get("type") == "object")
        if not tagged and (tag is None or (x.get("discriminator") or {}).get("propertyName") != tag):
            yield Refusal(at, said(x), f"told apart by {tag or 'a function'}", certain=False)

    def _unknown(self, x: Schema, y: Schema, at: Path) -> Iterator[Refusal]:
        """Keywords that are not understood: no matter while both sides say the same."""
        same_kind = (_union(x) is None) == (_union(y) is None)
        # A union's parts are looked at by themselves, so only what is said of the whole counts here.
        sides = [side for side in (x, y) if same_kind or _union(side) is not None]
        for key in sorted({key for side in sides for key in side} - _KNOWN):
            if key == "x-also":
                yield from _limits(x.get(key, {}), y.get(key, {}), at)
            elif _text(x.get(key)) != _text(y.get(key)) or "$ref" in _text(x.get(key)):
                mine, theirs = (f"{key} {value(side[key])}" if key in side else f"no {key}" for side in (x, y))
                yield Refusal(at, mine, theirs, certain=False)


def _limits(x: dict[str, Any], y: dict[str, Any], at: Path) -> Iterator[Refusal]:
    for name in sorted(x.keys() | y.keys()):
        if x.get(name) == y.get(name) or (name in _LIMITS and name not in y):
            continue
        mine, theirs = (f"{name} {value(side[name])}" if name in side else f"any {name}" for side in (x, y))
        yield Refusal(at, mine, theirs, certain=name in _LIMITS and name not in x)


def _constants(x: Schema, accepted: list[Schema], at: Path) -> Iterator[Refusal]:
    for constant in x["enum"]:
        fits = [_admits(constant, choice) for choice in accepted]
        if True not in fits:
            yield Refusal(at, value(constant), said({"anyOf": accepted}), certain=None not in fits)


def _ref(schema: Any) -> str:
    return str(schema.get("$ref", "")) if isinstance(schema, dict) else ""


def _resolved(schema: Any, definitions: dict[str, Schema]) -> Schema:
    """What a schema says, followed to its definition; a single constant, or null, is an enum of one."""
    found: Schema = schema if isinstance(schema, dict) else {}  # `true` accepts anything
    while "$ref" in found:
        beside = {k: v for k, v in found.items() if k != "$ref"}
        found = definitions[found["$ref"].removeprefix("#/$defs/")] | beside
    if "const" in found:
        return {**found, "enum": [found["const"]]}
    if found.get("type") == "null":
        return {**found, "enum": [None]}
    return found


def _union(schema: Schema) -> list[Any] | None:
    return schema.get("anyOf") or schema.get("oneOf")


def _holds(schema: Schema) -> bool:
    """False when it accepts anything."""
    return bool(schema.keys() - {"default", "x-retired", "$defs"})


def _kinds(schema: Schema) -> set[str]:
    if "enum" in schema:
        return {_kind(v) for v in schema["enum"]}
    kind = schema.get("type")
    return {"integer", "number"} if kind == "number" else {kind} if kind else set()


def _kind(constant: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return names.get(type(constant), "object")


def _at(prefix: list[Any], position: int, schema: Schema) -> Any:
    return prefix[position] if position < len(prefix) else schema.get("items", {})


def _admits(constant: Any, schema: Schema) -> bool | None:
    """Whether a schema without alternatives accepts a constant; None when that cannot be told."""
    if "enum" in schema:
        fits: bool | None = any(type(v) is type(constant) and v == constant for v in schema["enum"])
    elif "type" not in schema:
        fits = None if _holds(schema) else True
    elif schema["type"] not in (_kind(constant), "number" if _kind(constant) == "integer" else ""):
        fits = False
    elif isinstance(constant, str):
        fits = _inside({"minLength": len(constant), "maxLength": len(constant)}, schema, "minLength", "maxLength")
        if fits and "format" in schema:
            fits = None
        elif fits and "pattern" in schema:
            fits = re.search(schema["pattern"], constant) is not None
    elif isinstance(constant, bool):
        fits = True
    else:
        step = constant % schema["multipleOf"] == 0 if "multipleOf" in schema else True
        fits = step and _above({"minimum": constant}, schema) and _above({"minimum": -constant}, _negated(schema))
    return None if fits and schema.keys() - _KNOWN else fits


def _within(x: Schema, z: Schema) -> bool | None:
    """Whether numbers or texts of one kind are accepted by another of that kind; None when that cannot be told."""
    if x.get("x-infinite") and not z.get("x-infinite"):
        return False
    if not _inside(x, z, "minLength", "maxLength") or not _above(x, z) or not _above(_negated(x), _negated(z)):
        return False
    for key in ("pattern", "format"):
        if key in z and x.get(key) != z[key]:
            return None if key in x else False
    if "multipleOf" in z:
        step = x.get("multipleOf", 1 if x.get("type") == "integer" else None)
        return step is not None and step % z["multipleOf"] == 0
    return True


def _inside(x: Schema, z: Schema, low: str, high: str) -> bool:
    return bool(x.get(low, 0) >= z.get(low, 0) and x.get(high, math.inf) <= z.get(high, math.inf))


def _above(x: Schema, z: Schema) -> bool:
    """Whether the lower bound of x keeps that of z."""
    return _lowest(x) >= _lowest(z)


def _lowest(schema: Schema) -> tuple[float, bool]:
    """The lower bound, and whether it is itself left out."""
    bound = (schema.get("minimum", -math.inf), False)
    beyond = (schema["exclusiveMinimum"], True) if "exclusiveMinimum" in schema else bound
    if schema.get("type") == "integer" and beyond[1]:
        beyond = (math.floor(beyond[0]) + 1, False)
    return max(bound, beyond)


def _negated(schema: Schema) -> Schema:
    turned = {"maximum": "minimum", "exclusiveMaximum": "exclusiveMinimum"}
    return {"type": schema.get("type"), **{turned[k]: -v for k, v in schema.items() if k in turned}}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
