"""Made-up types for contracts: how a field may be declared, what it may hold at its edges, and how it may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, product
from typing import Annotated, Any, Literal, Union
from uuid import UUID

from hypothesis import strategies as st
from pydantic import AwareDatetime, Discriminator, Field, create_model

from troupe import Value

PLAIN: dict[Any, list[Any]] = {
    bool: [True, False],
    None: [None],
    Any: [None, "a", 1, [1], {"p": 1}],
    date: ["2026-11-23"],
    datetime: ["2026-11-23T10:00:00", "2026-11-23T10:00:00Z"],
    AwareDatetime: ["2026-11-23T10:00:00Z"],
    UUID: ["5f0c2a9b-e1d4-4b8a-9a54-0d4c4f2b7a11"],
}
"""Types without variations, and what they may hold."""

NUMBERS: dict[Any, list[Any]] = {
    int: [-(2**60), -3, -2, -1, 0, 1, 2, 3, 4, 5, 2**60],
    float: [-1e300, -3.0, -2.5, -1, 0, 0.5, 1, 2, 2.5, 3, 4, 1e300, "NaN", "Infinity"],
    Decimal: ["-2", "-1.55", "-1", "0", "0.5", "1", "1.25", "2", "3", "4", "1e20"],
}
TEXTS = ["", "a", "b", "ab", "1", "bcd", "abcdefgh", "NaN", "2026-11-23T10:00:00"]
CONSTANTS = ["a", "b", "abc", 1, 2, True, None]


@dataclass(frozen=True)
class Kind:
    """A type: what it is (`of`), what is inside it (`parts`), and how it is narrowed (`limits`)."""

    of: Any
    parts: tuple[Any, ...] = ()
    limits: tuple[tuple[str, Any], ...] = ()

    def type(self) -> Any:
        """As a contract would declare it."""
        bare = self._bare()
        return Annotated[bare, Field(**dict(self.limits))] if self.limits else bare

    def _bare(self) -> Any:
        if self.of == "literal":
            return Literal[self.parts]
        if self.of == "model":
            fields = {name: (kind.type(), ... if required else None) for name, kind, required in self.parts}
            return create_model("Made", __base__=Value, **fields)
        inside = tuple(part.type() for part in self.parts)
        if self.of == "union":
            return Union[inside]  # noqa: UP007 - `|` takes no two None
        if self.of == "tagged":
            return Annotated[inside[0] | inside[1], Discriminator("kind")]
        return self.of[inside] if inside else self.of

    def samples(self) -> list[Any]:
        """Data at the edges of what it may hold; some of it may be beyond."""
        if self.of in NUMBERS:
            limits = [v for v in dict(self.limits).values() if isinstance(v, int)]
            near = [self.of(edge + step) for edge in limits for step in (0, 1, -1)]
            return [*NUMBERS[self.of], *near]
        if self.of is str:
            return TEXTS
        if self.of == "literal":
            return list(self.parts)
        if self.of == "model":
            full = _together({name: kind.samples() for name, kind, _ in self.parts})
            return [*full, {name: v for name, v in full[0].items() if self._requires(name)}] if full else [{}]
        if self.of in ("union", "tagged"):
            return [*self.parts[0].samples()[:12], *self.parts[1].samples()[:12]]
        inside = [part.samples() for part in self.parts]
        if self.of is tuple:
            return [list(pair) for pair in islice(product(*inside), 12)]
        if self.of is dict:
            values = inside[1]
            return [
                {},
                *({k: v} for k, v in zip(["p", "ab", "1"] * 9, values * 3, strict=False)),
                {"p": values[0], "q": values[-1]},
            ]
        if self.of in (list, set):
            return [[], *([v] for v in inside[0]), [inside[0][0], inside[0][-1]], inside[0][:3], [inside[0][-1]] * 2]
        return PLAIN[self.of]

    def _requires(self, name: str) -> bool:
        return any(required for other, _, required in self.parts if other == name)


def _together(samples: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Objects in which each sample of each field occurs, the other fields standing at any of theirs."""
    longest = max(map(len, samples.values()), default=0)
    turns: list[dict[str, Any]] = []
    for shift in range(3):
        for i in range(longest):
            turns.append({name: v[(i + shift * n) % len(v)] for n, (name, v) in enumerate(samples.items())})
    return turns


def _limits(draw: Any, low: str, high: str, edges: Sequence[int]) -> tuple[tuple[str, Any], ...]:
    least, span = draw(st.none() | st.sampled_from(edges)), draw(st.none() | st.integers(0, 2))
    limits = () if least is None else ((low, least),)
    return limits if span is None else (*limits, (high, (least or 0) + span + 1))


@st.composite
def scalars(draw: st.DrawFn, of: Any = None) -> Kind:
    """A type with nothing inside."""
    of = of or draw(st.sampled_from([*NUMBERS, str, "literal", *PLAIN]))
    if of in NUMBERS:
        bounds = st.sampled_from([("ge", "le"), ("gt", "lt")])
        more = {int: [("multiple_of", 2)], float: [("allow_inf_nan", False)], Decimal: [("decimal_places", 1)]}[of]
        return Kind(of, (), (*_limits(draw, *draw(bounds), range(-2, 3)), *draw(st.sampled_from([[], [], more]))))
    if of is str:
        pattern = draw(st.sampled_from([(), (), (("pattern", "^a"),)]))
        return Kind(of, (), (*_limits(draw, "min_length", "max_length", range(3)), *pattern))
    if of == "literal":
        return Kind(of, tuple(draw(st.lists(st.sampled_from(CONSTANTS), min_size=1, max_size=3))))
    return Kind(of)


@st.composite
def models(draw: st.DrawFn, inside: st.SearchStrategy[Kind]) -> Kind:
    """An object with up to three fields."""
    names = draw(st.lists(st.sampled_from("pqr"), unique=True, max_size=3))
    return Kind("model", tuple((name, draw(inside), draw(st.booleans())) for name in names))


@st.composite
def containers(draw: st.DrawFn, inside: st.SearchStrategy[Kind]) -> Kind:
    """A type with others inside."""
    of = draw(st.sampled_from([list, set, dict, tuple, "union", "tagged", "model"]))
    if of == "model":
        return draw(models(inside))
    if of == "tagged":
        parts = [draw(models(inside)) for _ in range(2)]
        tags = [("kind", Kind("literal", (tag,)), True) for tag in draw(st.permutations("abc"))]
        return Kind(of, tuple(replace(m, parts=(tag, *m.parts)) for m, tag in zip(parts, tags, strict=False)))
    if of is dict:
        keys = draw(st.sampled_from([Kind(str), Kind(str, (), (("max_length", 1),)), Kind(int)]))
        return Kind(of, (keys, draw(inside)), _limits(draw, "min_length", "max_length", range(2)))
    if of in (tuple, "union"):
        return Kind(of, (draw(inside), draw(inside)))
    parts = (draw(inside),) if of is list else (draw(scalars(int)),)
    return Kind(of, parts, _limits(draw, "min_length", "max_length", range(3)))


KINDS = st.recursive(scalars(), containers, max_leaves=3)


@st.composite
def changed(draw: st.DrawFn, kind: Kind) -> Kind:
    """The same type after somebody worked on it: mostly as it was."""
    what = draw(st.sampled_from(["keep"] * 2 + ["inside"] * 5 + ["limits"] * 3 + ["optional", "replace"]))
    if what == "keep":
        return kind
    if what == "replace":
        return draw(scalars())
    if what == "optional":
        return Kind("union", (kind, Kind(None)))
    if what == "limits" and (kind.of in NUMBERS or kind.of in (str, "literal")):
        return draw(scalars(kind.of))
    if kind.of == "model":
        kept = [
            (name, draw(changed(part)), required ^ (draw(st.integers(0, 9)) == 0))
            for name, part, required in kind.parts
        ]
        kept = [field for field in kept if draw(st.integers(0, 9))]
        if draw(st.booleans()) and "s" not in {name for name, *_ in kept}:
            kept.append(("s", draw(scalars()), draw(st.booleans())))
        return replace(kind, parts=tuple(kept))
    if kind.of in (list, dict, tuple, "union"):
        return replace(kind, parts=tuple(draw(changed(part)) for part in kind.parts))
    return kind
