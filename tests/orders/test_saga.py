"""Every way in which an order can go, in several orders of arrival, held against the domain's own laws."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from contracts.orders import OrderPlaced
from functions.orders import laws
from tests.orders.conftest import ROOT
from troupe.choreography import demos
from troupe.event_store.registry import read_agents
from troupe.local.cloud import LocalCloud
from troupe.local.ledger import DECLINED
from troupe.local.simulation.laws import Aftermath

EXAMPLE = OrderPlaced.example
DECLINES: dict[str, Any] = {"card": {"token": DECLINED, "country": "DE"}}
TOO_MANY: dict[str, Any] = {"lines": [{"sku": "bulb", "quantity": 1}, {"sku": "lamp", "quantity": 6}]}
SUSPICIOUS: dict[str, Any] = {"card": {"token": "c", "country": "US"}, "price": "1001.00"}
UNREACHABLE: dict[str, Any] = {"ship_to": {**EXAMPLE["ship_to"], "country": "AQ"}}


class Shop:
    """Somebody who orders, and sees what came of it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud

    def order(self, **changes: Any) -> str:
        return self.cloud.publish(OrderPlaced.model_validate({**EXAMPLE, **changes}))

    def told(self, order: str) -> Counter[str]:
        """Once nothing moves any more and the laws hold: the types of the order's events."""
        self.cloud.run_until_idle()
        assert list(laws.violations(Aftermath.of(self.cloud))) == []
        return Counter(event.type for event in self.cloud.events(order))

    def kept(self) -> list[str]:
        return [str(amount) for amount in Aftermath.of(self.cloud).kept.values() if amount]

    def on_hand(self, sku: str) -> int | None:
        items = Aftermath.of(self.cloud).items("stock")
        return next((int(item["on_hand"]) for item in items if item["pk"] == f"article#{sku}"), None)

    @contextmanager
    def without(self, agent_id: str) -> Iterator[None]:
        """While this is open the agent is down: what comes to it waits."""
        mappings = self.cloud.world.mappings
        down = [source for source in mappings if source.function.agent_id == agent_id]
        assert down
        mappings[:] = [source for source in mappings if source not in down]
        try:
            yield
        finally:
            mappings += down


@pytest.fixture
def shop(booted: LocalCloud, request: pytest.FixtureRequest) -> Shop:
    """Each test sees another order of who works when; the simulation sees many."""
    booted.reset(zlib.crc32(request.node.name.encode()))
    return Shop(booted)


SHIPPED = {
    "OrderPlaced", "StockReserved", "PaymentCleared", "FraudCleared", "OrderShipped", "ProductsRecommended"
}  # fmt: skip
UNDONE = {"StockReserved", "StockReleased", "PaymentCleared", "PaymentRefunded"}
OFF = {"OrderPlaced", "ShipmentCalledOff", "OrderCancelled"}


@pytest.mark.parametrize(
    ("changes", "said", "kept", "lamps"),
    [
        ({}, SHIPPED, ["64.00"], 3),
        (DECLINES, OFF | {"StockReserved", "StockReleased", "PaymentDeclined", "FraudCleared"}, [], 5),
        (TOO_MANY, OFF | {"StockUnavailable", "PaymentCleared", "PaymentRefunded", "FraudCleared"}, [], None),
        (SUSPICIOUS, OFF | UNDONE | {"FraudSuspected"}, [], 5),
        (UNREACHABLE, OFF | UNDONE | {"FraudCleared"}, [], 5),
        ({**DECLINES, **TOO_MANY}, OFF | {"StockUnavailable", "PaymentDeclined", "FraudCleared"}, [], None),
    ],
    ids=["well", "declined", "out of stock", "suspicious", "unreachable", "neither paid nor there"],
)
def test_an_order_ends_as_it_must(
    shop: Shop, changes: dict[str, Any], said: set[str], kept: list[str], lamps: int | None
) -> None:
    told = shop.told(shop.order(**changes))
    assert told == Counter(said)
    assert (shop.kept(), shop.on_hand("lamp")) == (kept, lamps)
    assert not any(depth.dead for depth in shop.cloud.queues().values())
    letters = [letter.subject for letter in shop.cloud.outbox.letters]
    assert sum(EXAMPLE["order_id"] in subject for subject in letters) == 1
    assert len(letters) == (2 if "OrderShipped" in told else 1)


@pytest.mark.parametrize(
    ("late", "undone"),
    [("payment", {"PaymentCleared", "PaymentRefunded"}), ("inventory", {"StockReserved", "StockReleased"})],
)
def test_who_comes_late_undoes_what_was_called_off_in_the_meantime(shop: Shop, late: str, undone: set[str]) -> None:
    order = shop.order()
    with shop.without(f"orders.{late}"):
        shop.cloud.run_until_idle()
        before = {event.type for event in shop.cloud.events(order)}
        assert {"JoinExpired", "ShipmentCalledOff"} <= before and not before & (undone | {"OrderCancelled"})
    assert shop.told(order) == Counter(OFF | UNDONE | {"FraudCleared", "JoinExpired"})
    assert (shop.kept(), shop.on_hand("lamp")) == ([], 5)


def test_fraud_that_never_answers_holds_nothing_for_ever(shop: Shop) -> None:
    with shop.without("orders.fraud"):
        assert shop.told(shop.order()) == Counter(OFF | UNDONE | {"JoinExpired"})
    assert shop.told(shop.order()) == Counter(SHIPPED), "what it has to say later changes nothing"


def test_an_order_that_never_reached_shipping_is_called_off(shop: Shop) -> None:
    """Only three sides of its join come: there is no order to ship, and yet everybody else did their part."""
    real = shop.cloud.router._deliver

    def lossy(queue_arn: str, *rest: Any, **more: Any) -> Any:
        if queue_arn.endswith("-orders-shipping") and '"OrderPlaced"' in rest[1][:200]:
            return None
        return real(queue_arn, *rest, **more)

    patched: Any = shop.cloud.router
    patched._deliver = lossy
    try:
        assert shop.told(shop.order()) == Counter(OFF | UNDONE | {"FraudCleared", "JoinExpired"})
    finally:
        del patched._deliver


def test_an_event_that_comes_twice_changes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from troupe.local import queues

    send: Callable[..., Any] = queues.send

    def twice(queue: Any, body: str, *more: Any, **options: Any) -> Any:
        send(queue, body, *more, **options)
        return send(queue, body, *more, **options)

    monkeypatch.setattr(queues, "send", twice)
    assert shop.told(shop.order()) == Counter(SHIPPED)
    assert shop.told(shop.order(**SUSPICIOUS)) == Counter(OFF | UNDONE | {"FraudSuspected"})
    assert (shop.kept(), shop.on_hand("lamp")) == (["64.00"], 3)


def test_many_orders_for_the_last_lamps(shop: Shop) -> None:
    orders = [shop.order(order_id=f"o-{n}") for n in range(4)]
    shop.cloud.run_until_idle()
    told = [shop.told(order) for order in orders]
    assert sum("OrderShipped" in said for said in told) == 2
    assert sum("StockUnavailable" in said for said in told) == 2
    assert (shop.kept(), shop.on_hand("lamp")) == (["64.00"] * 2, 1)


def test_the_domain_deploys_alone(booted: LocalCloud) -> None:
    """It has its agents, the platform's, and its table; what acts on the outside is known to whoever replays."""
    agents = {function.agent_id for function in booted.world.functions.values()}
    assert {agent.split(".")[0] for agent in agents} == {"orders", "platform"}
    acting = {
        f"{part.id}/{handler.name}"
        for part in read_agents(booted.client("ssm"), booted.names)
        for handler in part.handlers
        if handler.acts
    }
    assert acting == {
        "orders.inventory/reserve", "orders.inventory/settle", "orders.payment/collect", "orders.payment/settle",
        "orders.notification/tell", "orders.notification/suggest",
    }  # fmt: skip


def test_the_demo_ends_as_it_says(booted: LocalCloud) -> None:
    booted.reset(4)
    shop = Shop(booted)
    scenes = demos.read(ROOT, "orders").scenes
    told = [shop.told(shop.order(**(scene.data or {}))) for scene in scenes]
    assert [said["OrderShipped"] for said in told] == [1, 0, 0, 0, 0]
    assert [said["StockReleased"] for said in told] == [0, 1, 1, 1, 0]
    assert [said["PaymentRefunded"] for said in told] == [0, 0, 1, 1, 1]
    assert [said["FraudSuspected"] for said in told] == [0, 0, 0, 1, 0]
