"""The graph says what the signatures say."""

from pathlib import Path

from tests.choreography.shop import edit
from troupe.choreography.graph import read_project


def test_reads_who_hears_and_publishes_what(shop: Path) -> None:
    graph = read_project(shop)
    assert list(graph.agents) == ["platform.recorder", "shop.payment", "shop.shipping", "shop.stock"]
    assert [h.agent for h in graph.hearers("OrderPlaced")] == ["shop.payment", "shop.stock"]
    assert [h.agent for h in graph.publishers("OrderCancelled")] == ["shop.stock"]
    assert graph.hearers("OrderShipped") == ()
    assert graph.agents["shop.payment"].needs == ("Bank",)
    assert graph.agents["platform.recorder"].hears_everything
    assert not graph.agents["shop.stock"].hears_everything


def test_knows_roots_terminals_and_joins(shop: Path) -> None:
    graph = read_project(shop)
    assert [e.name for e in graph.roots] == ["OrderPlaced"]
    assert [e.name for e in graph.terminals if e.domain == "shop"] == ["OrderCancelled", "OrderShipped"]
    (join,) = graph.joins
    assert (join.agent, join.sides) == ("shop.shipping", (("StockReserved",), ("PaymentCleared",)))


def test_places_are_relative_to_the_project(shop: Path) -> None:
    graph = read_project(shop)
    assert graph.events["OrderPlaced"].where == "contracts/shop.py:6"
    assert graph.agents["shop.stock"].handlers[0].where == "functions/shop/stock/agent.py:9"
    assert graph.agents["shop.stock"].handlers[0].narrowed


def test_follows_a_story_through_and_around_loops(shop: Path) -> None:
    edit(shop, "functions/shop/shipping/agent.py", "-> OrderShipped", "-> OrderShipped | OrderPlaced")
    edit(shop, "functions/shop/shipping/agent.py", "import OrderShipped,", "import OrderPlaced, OrderShipped,")
    graph = read_project(shop)
    everything = {"OrderPlaced", "StockReserved", "PaymentCleared", "OrderShipped", "OrderCancelled"}
    assert graph.reached_from("OrderPlaced") == everything
    assert graph.reached_from("OrderCancelled") == {"OrderCancelled"}
