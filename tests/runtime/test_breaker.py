"""A need that keeps failing is left alone for a while; its letters wait and are not lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Self

import pytest
import time_machine

from tests.runtime.stage import Stage, stage
from troupe import Agent, Event, Need
from troupe.runtime.breaker import FIRST_S, LONGEST_S, THRESHOLD, Breaker
from troupe.runtime.context import Retry
from troupe.runtime.settings import RuntimeSettings


class Asked(Event, root=True):
    """Somebody asks."""

    text: str = ""


class Answered(Event):
    """Somebody answers."""


class Down(Exception):
    """The other side does not answer."""


class Oracle(Need):
    """What the handler needs; the tests take it down."""

    down = opens = True
    asked = 0

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        if not cls.opens:
            raise ConnectionError("no way through")
        return cls()

    @classmethod
    def is_outage(cls, error: Exception) -> bool:
        return isinstance(error, Down)

    def ask(self, text: str) -> None:
        type(self).asked += 1
        if text == "nonsense":
            raise ValueError("nobody can answer that")
        if self.down:
            raise Down("it does not answer")


agent = Agent(id="test.asker", batch_size=1)


@agent.on
def answer(event: Asked, oracle: Oracle) -> Answered:
    oracle.ask(event.text)
    return Answered()


@pytest.fixture
def here() -> Iterator[Stage]:
    Oracle.down = Oracle.opens = True
    Oracle.asked = 0
    with stage(agent) as opened:
        yield opened


def put_off(stage: Stage) -> list[int]:
    """The delays that letters are given from now on."""
    delays: list[int] = []

    def see(call: str, params: dict[str, Any]) -> Any:
        if call == "sqs.ChangeMessageVisibility":
            delays.append(json.loads(params["body"])["VisibilityTimeout"])
        return None

    stage.before = see
    return delays


def test_after_some_failures_in_a_row_the_need_is_left_alone(here: Stage) -> None:
    with time_machine.travel("2030-01-01T00:00:00Z", tick=False) as clock:
        for _ in range(THRESHOLD):
            assert here.deliver(agent, Asked()) == ["m0"]
        assert Oracle.asked == THRESHOLD
        delays = put_off(here)
        assert here.deliver(agent, Asked()) == ["m0"], "it comes again"
        assert Oracle.asked == THRESHOLD, "nobody was asked"
        assert len(delays) == 1 and FIRST_S <= delays[0] <= 2 * FIRST_S
        Oracle.down = False
        clock.shift(FIRST_S + 1)
        assert here.deliver(agent, Asked()) == [] and here.types() == ["Answered"]
        Oracle.down = True
        assert here.deliver(agent, Asked()) == ["m0"]
        assert Oracle.asked == THRESHOLD + 2
        here.deliver(agent, Asked())
        assert Oracle.asked == THRESHOLD + 3, "it counts anew"


def test_the_trial_that_fails_doubles_the_wait(here: Stage) -> None:
    with time_machine.travel("2030-01-01T00:00:00Z", tick=False) as clock:
        breaker = Breaker("Oracle")
        waits = []
        for _ in range(THRESHOLD + 8):
            breaker.check()
            breaker.failed()
            wait = 0
            while True:
                try:
                    breaker.check()
                    break
                except Retry:
                    wait += 1
                    clock.shift(1)
            waits.append(wait)
    assert waits[: THRESHOLD - 1] == [0] * (THRESHOLD - 1)
    assert waits[THRESHOLD - 1 : THRESHOLD + 2] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert waits[-1] == LONGEST_S


def test_an_opening_that_fails_counts(here: Stage) -> None:
    Oracle.opens = False
    with time_machine.travel("2030-01-01T00:00:00Z", tick=False):
        for _ in range(THRESHOLD):
            here.deliver(agent, Asked())
        Oracle.opens, Oracle.down = True, False
        assert here.deliver(agent, Asked()) == ["m0"] and Oracle.asked == 0


def test_an_error_of_the_handlers_own_does_not_count(here: Stage) -> None:
    for _ in range(THRESHOLD + 2):
        here.deliver(agent, Asked(text="nonsense"))
    assert Oracle.asked == THRESHOLD + 2
