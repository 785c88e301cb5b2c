"""The ways in which a handler may answer, read off its return type: which events come together, which instead."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from troupe.runtime.signature import Handler


@dataclass(frozen=True, slots=True)
class Answer:
    """These events, all of them; none: the handler stays silent."""

    events: tuple[str, ...] = ()
    many: bool = False
    """True for a list: any number of each. It counts as at least one, though it may be empty."""


SILENCE = Answer()


def answers(handler: Handler) -> tuple[Answer, ...]:
    """Every way, in the order of the return type; a handler that publishes nothing has one, which is silence."""
    if not handler.publishes:
        return (SILENCE,)
    said = typing.get_type_hints(handler.function)["return"]
    return tuple(dict.fromkeys(answer for part in _alternatives(said) for answer in _ways(part)))


def _ways(part: Any) -> Iterator[Answer]:
    origin, arguments = typing.get_origin(part), typing.get_args(part)
    if part is type(None):
        yield SILENCE
    elif origin is list or (origin is tuple and Ellipsis in arguments):
        names = tuple(t.type_name() for a in arguments if a is not Ellipsis for t in _alternatives(a))
        yield Answer(names, many=True)
        if len(names) > 1:
            yield from (Answer((name,), many=True) for name in names)
    elif origin is tuple:
        for chosen in product(*(_alternatives(a) for a in arguments)):
            yield Answer(tuple(t.type_name() for t in chosen))
    else:
        yield Answer((part.type_name(),))


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)
