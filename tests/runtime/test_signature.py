"""The signature is the wiring: what it says, and what is an error at import."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from troupe import Agent, Context, Envelope, Event, Need, Tick
from troupe.runtime.signature import SignatureError, read_signature

if TYPE_CHECKING:
    from decimal import Decimal as Hidden


class Asked(Event):
    pass


class Told(Event):
    pass


class Answered(Event):
    pass


class Printer(Need):
    slow = True


def either(event: Asked | Told, printer: Printer, context: Context) -> Answered | None: ...


def both(one: Asked, two: Told) -> tuple[Answered, Told]: ...


def many(event: Asked) -> list[Answered | Told]: ...


def raw(event: Envelope) -> None: ...


def ticking(tick: Tick) -> list[Answered]: ...


def test_an_event_parameter_is_a_subscription_and_the_rest_are_needs_and_context() -> None:
    handler = read_signature(either)
    assert handler.subscriptions == (Asked, Told)
    assert not handler.is_join
    assert handler.needs == {"printer": Printer}
    assert handler.context_parameter == "context"
    assert handler.publishes == (Answered,)


def test_two_event_parameters_are_a_join() -> None:
    handler = read_signature(both)
    assert handler.is_join
    assert handler.publishes == (Answered, Told)


def test_lists_plain_handlers_and_ticks() -> None:
    assert read_signature(many).publishes == (Answered, Told)
    assert read_signature(raw).envelope_parameter == "event"
    assert read_signature(ticking, every="5 minutes").every == "5 minutes"


def no_return(event: Asked): ...  # type: ignore[no-untyped-def]


def no_type(event) -> None: ...  # type: ignore[no-untyped-def]


def a_number(event: Asked, count: int) -> None: ...


def hidden(event: Hidden) -> None: ...


def deaf() -> Answered: ...


def wrong_result(event: Asked) -> str: ...


def variadic(*events: Asked) -> None: ...


def raw_that_speaks(event: Envelope) -> Answered: ...


def same_twice(one: Asked, two: Asked) -> None: ...


async def later(event: Asked) -> None: ...


@pytest.mark.parametrize(
    ("function", "terms", "says"),
    [
        (no_return, {}, "has no return type"),
        (no_type, {}, "the parameter event has no type"),
        (a_number, {}, "the parameter count is int"),
        (hidden, {}, "not under TYPE_CHECKING"),
        (deaf, {}, "hears nothing"),
        (wrong_result, {}, "returns str"),
        (variadic, {}, "variadic"),
        (raw_that_speaks, {}, "takes the raw Envelope"),
        (same_twice, {}, "names an event type twice"),
        (later, {}, "is async"),
        (ticking, {}, "exactly one Tick"),
        (many, {"every": "1 minute"}, "exactly one Tick"),
        (many, {"within_s": 5}, "are for joins"),
        (both, {"join_on": "order"}, "which Asked does not have"),
        (either, {"at_most": 0}, "at_most is a number from 1 up"),
        (ticking, {"every": "1 minute", "at_most": 3}, "whose answers may lead back to it"),
    ],
)
def test_what_cannot_be_wired_is_an_error_with_file_and_line(
    function: Callable[..., Any], terms: dict[str, Any], says: str
) -> None:
    with pytest.raises(SignatureError, match=says) as error:
        read_signature(function, **terms)
    assert f"test_signature.py:{function.__code__.co_firstlineno}" in str(error.value)


def test_a_second_handler_for_a_type_is_an_error_that_names_both() -> None:
    agent = Agent(id="test.one")
    agent.on(either)
    with pytest.raises(SignatureError, match=r"already has a handler for the event Asked.*test_signature"):
        agent.on(many)


def test_an_agent_outside_functions_must_be_named() -> None:
    with pytest.raises(SignatureError, match=r"not functions\.<domain>"):
        Agent()


def test_a_slow_need_means_one_event_at_a_time_and_the_timeout_follows() -> None:
    slow, fast = Agent(id="test.slow", timeout_s=30), Agent(id="test.fast", timeout_s=30)
    slow.on(either)
    fast.on(many)
    assert (slow.batch_size, slow.function_timeout_s) == (1, 40)
    assert (fast.batch_size, fast.function_timeout_s) == (10, 310)
    with pytest.raises(SignatureError, match="Lambda allows 900"):
        _ = Agent(id="test.long", timeout_s=100).function_timeout_s
