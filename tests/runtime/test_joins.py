"""Joins: acts once all sides have arrived for the same correlation, in whatever order, once."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from tests.runtime.stage import stage
from troupe import Agent, Envelope, Event
from troupe.runtime.aws import client


class Reserved(Event):
    order: str = "o1"


class Paid(Event):
    order: str = "o1"


class Shipped(Event, terminal=True):
    attempt: int


attempts = itertools.count()
shipping = Agent(id="orders.shipping")


@shipping.on(join_on="order", within_s=2000)
def ship(stock: Reserved, payment: Paid) -> Shipped:
    return Shipped(attempt=next(attempts))


def of(event: Event, id: str, correlation: str = "c1") -> Envelope:
    return Envelope.root(event, "troupe.test", id=id, correlation_id=correlation)


SIDES = [of(Reserved(), "r"), of(Paid(), "p")]


@pytest.mark.parametrize("order", list(itertools.permutations(SIDES)))
def test_acts_once_all_have_arrived_in_whatever_order(order: tuple[Envelope, Envelope]) -> None:
    with stage(shipping) as here:
        assert here.deliver(shipping, order[0]) == []
        assert here.types() == []
        assert here.deliver(shipping, order[1]) == []
        assert here.types() == ["Shipped"]
        causes = json.loads(here.published[0]["Detail"])["metadata"]["causes"]
        assert {c["id"] for c in causes} == {"r", "p"}


def test_both_in_one_batch_act_once() -> None:
    with stage(shipping) as here:
        here.deliver(shipping, *SIDES)
        assert here.types() == ["Shipped"]


def test_redelivery_of_either_side_publishes_the_same_event_again() -> None:
    with stage(shipping) as here:
        for event in (*SIDES, SIDES[0], SIDES[1]):
            here.deliver(shipping, event)
        assert len({entry["Detail"] for entry in here.published}) == 1


def test_another_correlation_or_another_order_waits_for_itself() -> None:
    with stage(shipping) as here:
        here.deliver(shipping, SIDES[0], of(Paid(), "p2", "c2"), of(Paid(order="o2"), "p3"))
        assert here.types() == []


def test_a_second_event_for_a_taken_side_is_surplus() -> None:
    with stage(shipping) as here:
        here.deliver(shipping, SIDES[0], of(Reserved(), "r2"), SIDES[1], of(Paid(), "p2"))
        assert here.types() == ["Shipped"]
        causes = json.loads(here.published[0]["Detail"])["metadata"]["causes"]
        assert {c["id"] for c in causes} == {"r", "p"}
        items = client("dynamodb").scan(TableName="troupe-test-decisions")["Items"]
        assert [sorted(i["surplus"]["SS"]) for i in items if "surplus" in i] == [["p2", "r2"]]


def test_waiting_ends_in_a_join_expired_and_what_comes_later_is_surplus() -> None:
    with stage(shipping) as here:
        here.deliver(shipping, SIDES[0])
        (first,) = here.sent
        assert json.loads(first)["left"] == 2000
        # 2,000 s are more than SQS can delay: the reminder is passed on until what is left fits.
        here.deliver(shipping, first)
        here.deliver(shipping, here.sent[-1])
        last = here.sent[-1]
        assert json.loads(last)["left"] == 200
        assert here.types() == []
        here.deliver(shipping, last)
        assert here.types() == ["JoinExpired"]
        assert json.loads(here.published[0]["Detail"])["data"]["missing"] == ["payment"]
        here.deliver(shipping, last)
        assert here.published[0]["Detail"] == here.published[1]["Detail"]
        here.deliver(shipping, SIDES[1])
        assert here.types() == ["JoinExpired", "JoinExpired"]


def test_a_reminder_for_a_complete_join_says_nothing() -> None:
    with stage(shipping) as here:
        here.deliver(shipping, *SIDES)
        reminder = json.loads(here.sent[0]) | {"left": 100}
        here.deliver(shipping, json.dumps(reminder))
        assert here.types() == ["Shipped"]


def test_a_crash_after_the_completing_write_loses_nothing() -> None:
    with stage(shipping) as here:
        here.deliver(shipping, SIDES[0])

        def crash(call: str, params: dict[str, Any]) -> None:
            if call == "dynamodb.BatchGetItem":
                raise ConnectionError("the process died here")

        here.before = crash
        assert here.deliver(shipping, SIDES[1]) == ["m0"]
        here.before = None
        # Either side's redelivery finishes it; here it is the first one's.
        here.deliver(shipping, SIDES[0], attempt=2)
        assert here.types() == ["Shipped"]
