"""Reads a handler's signature: what it hears, what it may publish, what it needs."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from troupe.runtime.context import Context, Tick
from troupe.runtime.contract import Event
from troupe.runtime.envelope import Envelope
from troupe.runtime.needs import Need
from troupe.runtime.person import DESK, is_said_by_a_person
from troupe.runtime.serving import Request, Response

EventType = type[Event]


class SignatureError(TypeError):
    """A handler whose signature cannot be wired; says where and why."""


@dataclass(frozen=True, slots=True)
class Handler:
    """One `@agent.on` function, as its signature describes it."""

    name: str
    function: Callable[..., Any]
    hears: dict[str, tuple[EventType, ...]]
    """Per event parameter its alternatives; two or more parameters are a join; empty: hears every event."""
    publishes: tuple[EventType, ...]
    needs: dict[str, type[Need]]
    context_parameter: str | None
    envelope_parameter: str | None
    """Set for a plain handler (such as the recorder): hears every event raw, decides nothing, publishes nothing."""
    request_parameter: str | None
    """Set under `@agent.serve`: takes HTTP requests, answers each with a Response, hears and returns no events."""
    where: dict[str, Any] | None
    """EventBridge content filter on the event's data."""
    every: str | None
    """Schedule, such as `5 minutes`, of a handler that takes a Tick."""
    join_on: str | None
    """Field whose value, beside the correlation, says which events belong together in a join."""
    within_s: int | None
    """Seconds a join waits before it expires into JoinExpired; None: as long as decisions are kept."""
    at_most: int | None
    """Times it may act along one causal path before it is halted; None: as often as the stage allows (max_repeats)."""
    file: str
    line: int

    @property
    def subscriptions(self) -> tuple[EventType, ...]:
        """Every event type that reaches this handler."""
        return tuple(t for alternatives in self.hears.values() for t in alternatives)

    @property
    def is_join(self) -> bool:
        return len(self.hears) > 1


def read_signature(
    function: Callable[..., Any],
    *,
    where: dict[str, Any] | None = None,
    every: str | None = None,
    join_on: str | None = None,
    within_s: int | None = None,
    at_most: int | None = None,
    serves: bool = False,
) -> Handler:
    """Turns a function into a Handler; raises SignatureError with file and line. serves: it is under `@agent.serve`."""
    file, line = inspect.getsourcefile(function) or "?", function.__code__.co_firstlineno
    at = f"{file}:{line}: {function.__name__}"
    if inspect.iscoroutinefunction(function):
        raise SignatureError(f"{at} is async; a handler is a plain function, because Lambda runs one turn at a time.")
    try:
        hints = typing.get_type_hints(function)
    except NameError as error:
        raise SignatureError(
            f"{at}: {error}. Import the types of a signature at module level, not under TYPE_CHECKING: "
            "the signature is the wiring."
        ) from error
    hears: dict[str, tuple[EventType, ...]] = {}
    needs: dict[str, type[Need]] = {}
    context_parameter = envelope_parameter = request_parameter = None
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise SignatureError(f"{at}: the parameter {name} is variadic or positional-only; name each one.")
        if name not in hints:
            raise SignatureError(f"{at}: the parameter {name} has no type; the signature is the wiring.")
        alternatives = _alternatives(hints[name])
        if all(_is(t, Event) for t in alternatives):
            hears[name] = alternatives
        elif alternatives == (Envelope,):
            envelope_parameter = name
        elif serves and alternatives == (Request,):
            request_parameter = name
        elif alternatives == (Context,):
            context_parameter = name
        elif len(alternatives) == 1 and _is(alternatives[0], Need):
            needs[name] = alternatives[0]
        else:
            raise SignatureError(
                f"{at}: the parameter {name} is {_name(hints[name])}; "
                "a parameter is an event (or A | B), a need, or the Context."
            )
    if "return" not in hints:
        raise SignatureError(f"{at} has no return type; write what it publishes, or -> None if it stays silent.")
    other = hears or context_parameter or envelope_parameter
    if serves and (not request_parameter or other or hints["return"] is not Response):
        raise SignatureError(f"{at} serves: it takes one Request and what it needs, and returns a Response.")
    handler = Handler(
        name=function.__name__,
        function=function,
        hears=hears,
        publishes=() if serves else _published(hints["return"], at),
        needs=needs,
        context_parameter=context_parameter,
        envelope_parameter=envelope_parameter,
        request_parameter=request_parameter,
        where=where,
        every=every,
        join_on=join_on,
        within_s=within_s,
        at_most=at_most,
        file=file,
        line=line,
    )
    if not serves:
        _check(handler, at)
    return handler


def _check(handler: Handler, at: str) -> None:
    heard = handler.subscriptions
    if len(set(heard)) < len(heard):
        raise SignatureError(f"{at} names an event type twice; each side of a join hears its own types.")
    for contract in handler.publishes:
        if is_said_by_a_person(contract):
            raise SignatureError(
                f"{at} may return {contract.__name__}, which is said by a person: only {DESK} publishes it. Return "
                "another event, or take root=True or the Person off it."
            )
    if handler.envelope_parameter:
        if heard or handler.publishes:
            raise SignatureError(f"{at} takes the raw Envelope: it hears every event, decides nothing, returns None.")
    elif not heard:
        raise SignatureError(f"{at} hears nothing; give it a parameter with an event type.")
    if (handler.every is not None) != (heard == (Tick,)):
        raise SignatureError(f"{at}: a handler takes exactly one Tick if, and only if, it says every=….")
    if (handler.join_on or handler.within_s) and not handler.is_join:
        raise SignatureError(f"{at}: join_on and within_s are for joins, that is for two or more event parameters.")
    if handler.at_most is not None and (handler.at_most < 1 or not heard or handler.every):
        raise SignatureError(f"{at}: at_most is a number from 1 up, for a handler whose answers may lead back to it.")
    for contract in heard if handler.join_on else ():
        if handler.join_on not in contract.model_fields:
            raise SignatureError(f"{at} joins on {handler.join_on}, which {contract.__name__} does not have.")


def _published(annotation: Any, at: str) -> tuple[EventType, ...]:
    found: list[EventType] = []
    for part in _alternatives(annotation):
        if part is type(None):
            continue
        origin, arguments = typing.get_origin(part), typing.get_args(part)
        members = (
            [t for a in arguments if a is not Ellipsis for t in _alternatives(a)] if origin in (list, tuple) else [part]
        )
        for member in members:
            if not _is(member, Event):
                raise SignatureError(
                    f"{at} returns {_name(member)}; it may return events: X, X | Y, X | None, tuple[X, Y], list[X]."
                )
            if member not in found:
                found.append(member)
    return tuple(found)


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def _is(candidate: Any, base: type) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, base) and candidate is not base


def _name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
