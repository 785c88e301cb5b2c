"""A quantity changes once per key, all or nothing, and a reservation goes one way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from moto import mock_aws

from contracts.orders import Line
from troupe.runtime.aws import client

from . import stock as module
from .stock import Stock, StockBusy, StockError

OPENING = {"lamp": 3, "bulb": 10}
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-central-1"}


@pytest.fixture
def stock() -> Iterator[Stock]:
    with patch.dict("os.environ", ENVIRONMENT), mock_aws():
        client("dynamodb").create_table(
            TableName="stock",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield Stock("stock", OPENING)


def on_hand(sku: str) -> int:
    item = client("dynamodb").get_item(TableName="stock", Key={"pk": {"S": f"article#{sku}"}}).get("Item")
    return int(item["on_hand"]["N"]) if item else OPENING.get(sku, 0)


def lines(**quantities: int) -> list[Line]:
    return [Line(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]


def test_the_same_key_takes_once(stock: Stock) -> None:
    for _ in range(3):
        assert stock.reserve(lines(lamp=2, bulb=4), key="a") == []
    assert (on_hand("lamp"), on_hand("bulb")) == (1, 6)
    assert stock.reserve(lines(lamp=1), key="b") == []
    assert on_hand("lamp") == 0


def test_all_or_nothing(stock: Stock) -> None:
    assert stock.reserve(lines(bulb=1, lamp=4, sofa=1), key="a") == ["lamp", "sofa"]
    assert (on_hand("lamp"), on_hand("bulb")) == (3, 10)


def test_an_article_that_an_order_names_twice_is_counted_together(stock: Stock) -> None:
    twice = [Line(sku="lamp", quantity=2), Line(sku="lamp", quantity=2)]
    assert stock.reserve(twice, key="a") == ["lamp"]


def test_a_refusal_stays_one_whatever_comes_back_in_between(stock: Stock) -> None:
    assert stock.reserve(lines(lamp=3), key="a") == []
    assert stock.reserve(lines(lamp=1), key="b") == ["lamp"]
    stock.release("a")
    assert stock.reserve(lines(lamp=1), key="b") == ["lamp"], "it was said that there is none"
    assert on_hand("lamp") == 3


def test_who_was_first_decides_between_two_attempts_at_once(stock: Stock) -> None:
    """The second attempt succeeds between the first one's look at the shelf and its note that there is too little."""
    stock.reserve(lines(lamp=3), key="a")
    real, begun = stock._write, []

    def interrupted(steps: list[dict[str, object]]) -> list[int]:
        refused = real(steps)
        if not begun:
            begun.append(True)
            stock.release("a")
            assert stock.reserve(lines(lamp=1), key="b") == []
        return refused

    with patch.object(stock, "_write", interrupted):
        assert stock.reserve(lines(lamp=1), key="b") == []
    assert on_hand("lamp") == 2


def test_a_reservation_goes_one_way_and_once(stock: Stock) -> None:
    stock.reserve(lines(lamp=1), key="a")
    stock.reserve(lines(lamp=1), key="b")
    for _ in range(2):
        stock.release("a")
        stock.take("b")
    assert on_hand("lamp") == 2
    with pytest.raises(StockError, match="b cannot be released: it is taken"):
        stock.release("b")
    with pytest.raises(StockError, match="a cannot be taken: it is released"):
        stock.take("a")
    with pytest.raises(StockError, match="nobody cannot be taken: it is not there"):
        stock.take("nobody")
    assert on_hand("lamp") == 2


def test_nothing_is_lost_in_any_order_of_what_many_orders_do(stock: Stock) -> None:
    chance = random.Random(7)  # noqa: S311
    held: dict[str, int] = {}
    gone = 0
    for number in range(80):
        if held and chance.random() < 0.5:
            key = chance.choice(sorted(held))
            if chance.random() < 0.3:
                stock.take(key)
                gone += held.pop(key)
            else:
                stock.release(key)
                del held[key]
        else:
            quantity = chance.randint(1, 4)
            if not stock.reserve(lines(bulb=quantity), key=str(number)):
                held[str(number)] = quantity
        assert on_hand("bulb") + sum(held.values()) + gone == 10
        assert on_hand("bulb") >= 0


def test_others_in_the_way_are_waited_for_and_then_it_is_an_error(stock: Stock) -> None:
    dynamodb = client("dynamodb")
    conflict = dynamodb.exceptions.TransactionCanceledException(
        {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": "TransactionConflict"}]},
        "TransactWriteItems",
    )
    with patch.object(module.time, "sleep"), patch.object(module, "client") as fake:
        fake.return_value.exceptions = dynamodb.exceptions
        fake.return_value.transact_write_items.side_effect = [conflict, {}]
        assert stock.reserve(lines(lamp=1), key="a") == []
        fake.return_value.transact_write_items.side_effect = conflict
        with pytest.raises(StockBusy, match="5 times"):
            stock.reserve(lines(lamp=1), key="b")
