"""Each break that is reported is one: here is the data. What is compatible is let through."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import (
    AwareDatetime,
    Discriminator,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from troupe import Event, Value
from troupe.choreography.compatibility import Refusal, refusals
from troupe.choreography.schemas import SchemaError, schema_of


class Line(Value):
    item: str
    count: int = 1


class CountedLine(Value):
    item: str
    count: int


class Circle(Value):
    kind: Literal["circle"]
    size: int


class Square(Value):
    kind: Literal["square"]
    size: int


class Square2(Value):
    kind: Literal["square"] = "square"
    size: int = 1


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Node(Value):
    name: str
    next: Optional[Node] = None  # noqa: UP045 - a string in `|` is no type


class StrictNode(Value):
    name: str
    next: StrictNode | None


def contract(**fields: Any) -> type[Event]:
    """An event with these fields; a type alone is required, a pair has a default."""
    return create_model(
        "Happened", __base__=Event, **{k: v if isinstance(v, tuple) else (v, ...) for k, v in fields.items()}
    )


def found(old: type[Event], new: type[Event]) -> list[Refusal]:
    return refusals(schema_of(old), schema_of(new))


BREAKS = [
    # what was published by → what reads it; the place; data that is refused
    ({}, {"a": int}, "a", {}),
    ({"a": (int, 1)}, {"a": int}, "a", {}),
    ({"a": int}, {"a": str}, "a", {"a": 1}),
    ({"a": str}, {"a": int}, "a", {"a": "x"}),
    ({"a": float}, {"a": int}, "a", {"a": 1.5}),
    ({"a": int | None}, {"a": int}, "a", {"a": None}),
    ({"a": int | str}, {"a": int}, "a", {"a": "x"}),
    ({"a": Any}, {"a": int}, "a", {"a": "x"}),
    ({"a": int}, {"a": Annotated[int, Field(ge=1)]}, "a", {"a": 0}),
    ({"a": Annotated[int, Field(ge=1)]}, {"a": Annotated[int, Field(gt=1)]}, "a", {"a": 1}),
    ({"a": Annotated[int, Field(le=9)]}, {"a": Annotated[int, Field(lt=9)]}, "a", {"a": 9}),
    ({"a": int}, {"a": Annotated[int, Field(multiple_of=2)]}, "a", {"a": 3}),
    ({"a": float}, {"a": Annotated[float, Field(allow_inf_nan=False)]}, "a", {"a": "NaN"}),
    ({"a": float}, {"a": Decimal}, "a", {"a": "Infinity"}),
    ({"a": Decimal}, {"a": Annotated[Decimal, Field(ge=0)]}, "a", {"a": "-1"}),
    ({"a": str}, {"a": Annotated[Decimal, Field(ge=0)]}, "a", {"a": "x"}),
    ({"a": Decimal}, {"a": Annotated[Decimal, Field(decimal_places=2)]}, "a", {"a": "0.001"}),
    ({"a": str}, {"a": Annotated[str, Field(min_length=1)]}, "a", {"a": ""}),
    ({"a": str}, {"a": Annotated[str, Field(max_length=3)]}, "a", {"a": "abcd"}),
    ({"a": str}, {"a": Annotated[str, Field(pattern="^a")]}, "a", {"a": "b"}),
    ({"a": str}, {"a": date}, "a", {"a": "x"}),
    ({"a": datetime}, {"a": AwareDatetime}, "a", {"a": "2026-11-23T10:00:00"}),
    ({"a": Literal["x", "y"]}, {"a": Literal["x"]}, "a", {"a": "y"}),
    ({"a": str}, {"a": Literal["x"]}, "a", {"a": "y"}),
    ({"a": str}, {"a": Color}, "a", {"a": "green"}),
    ({"a": Literal["x", 1]}, {"a": str}, "a", {"a": 1}),
    ({"a": Literal["abc"]}, {"a": Annotated[str, Field(max_length=2)]}, "a", {"a": "abc"}),
    ({"a": Literal["abc"]}, {"a": Annotated[str, Field(pattern="^b")]}, "a", {"a": "abc"}),
    ({"a": Literal[3]}, {"a": Annotated[int, Field(multiple_of=2)]}, "a", {"a": 3}),
    ({"a": list[int]}, {"a": list[str]}, "a.[]", {"a": [1]}),
    ({"a": list[int]}, {"a": Annotated[list[int], Field(min_length=1)]}, "a", {"a": []}),
    (
        {"a": Annotated[list[int], Field(min_length=2)]}, {"a": Annotated[set[int], Field(min_length=2)]}, "a",
        {"a": [1, 1]},
    ),
    ({"a": list[int]}, {"a": tuple[int, int]}, "a", {"a": [1]}),
    ({"a": tuple[int, str]}, {"a": tuple[int, int]}, "a.[1]", {"a": [1, "x"]}),
    ({"a": tuple[int, str]}, {"a": list[int]}, "a.[1]", {"a": [1, "x"]}),
    ({"a": dict[str, int]}, {"a": dict[str, bool]}, "a.{}", {"a": {"x": 7}}),
    ({"a": dict[str, int]}, {"a": dict[Annotated[str, Field(max_length=1)], int]}, "a.{key}", {"a": {"xy": 7}}),
    ({"a": dict[str, int]}, {"a": Annotated[dict[str, int], Field(max_length=1)]}, "a", {"a": {"x": 7, "y": 7}}),
    ({"a": dict[str, str]}, {"a": Line}, "a.item", {"a": {}}),
    ({"a": dict[str, str]}, {"a": Line}, "a.count", {"a": {"item": "x", "count": "many"}}),
    ({"a": Line}, {"a": dict[str, str]}, "a.count", {"a": {"item": "x", "count": 1}}),
    ({"a": Line}, {"a": CountedLine}, "a.count", {"a": {"item": "x"}}),
    ({"a": list[Line]}, {"a": list[CountedLine]}, "a.[].count", {"a": [{"item": "x"}]}),
    ({"a": Circle | Square}, {"a": Circle}, "a.kind", {"a": {"kind": "square", "size": 1}}),
    ({"a": Node}, {"a": StrictNode}, "a.next", {"a": {"name": "x"}}),
    ({"a": Node}, {"a": Line}, "a.item", {"a": {"name": "x"}}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "data"), BREAKS)
def test_a_break_is_found_where_it_is_and_there_is_data_that_breaks(
    old: dict[str, Any], new: dict[str, Any], path: str, data: dict[str, Any]
) -> None:
    before, after = contract(**old), contract(**new)
    before.read(data)
    with pytest.raises(ValidationError):
        after.read(data)
    assert (path, True) in [(".".join(r.path), r.certain) for r in found(before, after)]


COMPATIBLE = [
    ({"a": int}, {"a": int, "b": (str, "")}),
    ({"a": int, "b": (str, "")}, {"a": int}),
    ({"a": int}, {"a": float}),
    ({"a": int}, {"a": int | None}),
    ({"a": int}, {"a": str | int}),
    ({"a": int}, {"a": Any}),
    ({"a": int}, {"a": Decimal}),
    ({"a": Annotated[int, Field(gt=0)]}, {"a": Annotated[int, Field(ge=1)]}),
    ({"a": Annotated[int, Field(ge=1)]}, {"a": Annotated[int, Field(gt=0)]}),
    ({"a": Annotated[int, Field(ge=1, le=3)]}, {"a": Annotated[float, Field(ge=0, lt=4)]}),
    ({"a": Annotated[int, Field(multiple_of=4)]}, {"a": Annotated[int, Field(multiple_of=2)]}),
    ({"a": Annotated[Decimal, Field(ge=0, decimal_places=2)]}, {"a": Decimal}),
    ({"a": Annotated[str, Field(min_length=1, pattern="^a")]}, {"a": str}),
    ({"a": date}, {"a": str}),
    ({"a": AwareDatetime}, {"a": datetime}),
    ({"a": Literal["x"]}, {"a": Literal["x", "y"]}),
    ({"a": Literal["x", None]}, {"a": str | None}),
    ({"a": Literal["ab"]}, {"a": Annotated[str, Field(pattern="^a", max_length=2)]}),
    ({"a": Literal[4]}, {"a": Annotated[int, Field(multiple_of=2)]}),
    ({"a": Color}, {"a": Literal["blue", "red", "green"]}),
    ({"a": bool}, {"a": Literal[True, False]}),
    ({"a": set[int]}, {"a": list[int]}),
    ({"a": list[int]}, {"a": set[int]}),
    ({"a": tuple[int, int]}, {"a": Annotated[list[int], Field(max_length=2)]}),
    ({"a": Line}, {"a": dict[str, str | int]}),
    ({"a": CountedLine}, {"a": Line}),
    ({"a": dict[str, int]}, {"a": dict[str, Any]}),
    ({"a": Circle}, {"a": Annotated[Circle | Square, Discriminator("kind")]}),
    ({"a": Annotated[Circle | Square, Discriminator("kind")]}, {"a": Circle | Square}),
    ({"a": Node}, {"a": Node}),
    ({"a": StrictNode}, {"a": Node}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), COMPATIBLE)
def test_what_both_sides_can_read_is_let_through(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(contract(**old), contract(**new)) == []


UNJUDGED = [
    ({"a": Annotated[str, Field(pattern="^ab")]}, {"a": Annotated[str, Field(pattern="^a")]}),
    ({"a": date}, {"a": datetime}),
    ({"a": Literal["2026-11-23"]}, {"a": date}),
    ({"a": list[int | str]}, {"a": list[int] | list[str]}),
    ({"a": str}, {"a": Annotated[str, StringConstraints(strip_whitespace=True)]}),
    ({"a": dict[str, int]}, {"a": dict[int, int]}),
    ({"a": Circle | Square2}, {"a": Annotated[Circle | Square2, Discriminator("kind")]}),
]


@pytest.mark.parametrize(("old", "new"), UNJUDGED)
def test_what_the_schemas_do_not_tell_is_not_judged(old: dict[str, Any], new: dict[str, Any]) -> None:
    (refusal,) = found(contract(**old), contract(**new))
    assert refusal.path[0] == "a" and not refusal.certain


def checked(least: int) -> type[Event]:
    class Happened(Event):
        a: int

        @field_validator("a")
        @classmethod
        def large(cls, a: int) -> int:
            if a < least:
                raise ValueError("too small")
            return a

    return Happened


def test_a_validator_in_python_is_known_by_its_source() -> None:
    plain = contract(a=int)
    assert found(checked(1), checked(2)) == []  # the same source: what it closes over is not seen
    assert [(r.path, r.certain) for r in found(plain, checked(1))] == [(("a",), False)]
    assert [(r.path, r.certain) for r in found(checked(1), plain)] == [(("a",), False)]


def test_a_validator_of_the_whole_event_is_known_too() -> None:
    class Happened(Event):
        a: int

        @model_validator(mode="after")
        def even(self) -> Happened:
            return self

    class Other(Event):
        a: int

        def model_post_init(self, context: Any) -> None:
            raise ValueError(f"{context} is not for us")

    plain = contract(a=int)
    for other in (Happened, Other):
        assert [(r.path, r.certain) for r in found(plain, other)] == [((), False)]
        assert found(other, other) == []


def test_what_a_class_says_of_all_its_fields_counts() -> None:
    class Happened(Event):
        model_config = {"str_strip_whitespace": True, "str_max_length": 5}
        a: str

    told = {(r.path, r.certain) for r in found(contract(a=str), Happened)}
    assert told == {((), False), (("a",), True)}


def test_the_words_say_what_came_and_what_is_read() -> None:
    (refusal,) = found(contract(a=int | None), contract(a=Annotated[int, Field(ge=1)] | None))
    assert (refusal.published, refusal.read) == ("a whole number", "a whole number (at least 1)")
    (refusal,) = found(contract(a=Literal["x", "y"]), contract(a=Literal["x"]))
    assert (refusal.published, refusal.read) == ('"y"', '"x"')
    (refusal,) = found(contract(), contract(a=int))
    assert (refusal.published, refusal.read) == ("not there", "required")


def test_a_contract_that_json_cannot_carry_is_refused() -> None:
    with pytest.raises(SchemaError, match="Happened has a field that cannot travel as JSON"):
        schema_of(contract(a=type))
