"""The picture shows the story: where it begins, who acts, what passes, where it ends."""

from pathlib import Path

import pytest

from tests.choreography.shop import edit, write
from troupe.choreography.graph import read_project
from troupe.choreography.mermaid import PictureError, draw


def test_draws_the_shop(shop: Path) -> None:
    lines = [line.strip() for line in draw(read_project(shop)).splitlines()]
    assert lines[0] == "flowchart LR"
    drawn = {line for line in lines if not line.startswith(("classDef", "subgraph", "end"))}
    assert drawn == {
        "flowchart LR",
        'a_shop_payment["payment<br/><i>needs Bank</i>"]:::agent',
        'a_shop_shipping["shipping"]:::agent',
        'j_shop_shipping_ship{{"ship: all of"}}:::join',
        "j_shop_shipping_ship --> a_shop_shipping",
        'a_shop_stock["stock"]:::agent',
        'e_OrderCancelled(["OrderCancelled"]):::terminal',
        'e_OrderPlaced(["OrderPlaced"]):::root',
        'e_OrderShipped(["OrderShipped"]):::terminal',
        "a_shop_stock --> e_OrderCancelled",
        "e_OrderPlaced --> a_shop_payment",
        "e_OrderPlaced -.-> a_shop_stock",
        "a_shop_shipping --> e_OrderShipped",
        "a_shop_payment -- PaymentCleared --> j_shop_shipping_ship",
        "a_shop_stock -- StockReserved --> j_shop_shipping_ship",
    }
    assert 'subgraph d_shop["shop"]' in lines


def test_an_event_that_nobody_hears_is_seen(shop: Path) -> None:
    edit(shop, "functions/shop/stock/agent.py", "where=", "where=None or ")
    edit(shop, "contracts/shop.py", "class OrderCancelled(Event, terminal=True)", "class OrderCancelled(Event)")
    assert 'e_OrderCancelled["OrderCancelled"]:::event' in draw(read_project(shop))


def test_the_platform_appears_only_when_asked_for(shop: Path) -> None:
    graph = read_project(shop)
    assert "recorder" not in draw(graph)
    assert 'a_platform_recorder["recorder<br/><i>hears everything</i>"]:::agent' in draw(graph, platform=True)


RETURNS = '''"""Puts things back."""

from contracts.shop import OrderCancelled, StockReleased, StockReserved
from troupe import Agent

agent = Agent()


@agent.on
def release(event: StockReserved) -> StockReleased: ...


@agent.on
def cancel(event: StockReleased) -> OrderCancelled: ...
'''


def test_a_compensation_says_what_it_undoes_and_its_arrow_is_marked(shop: Path) -> None:
    released = (
        'class StockReleased(Event, undoes=StockReserved):\n    """Back on the shelf."""\n\n\nclass OrderCancelled'
    )
    edit(shop, "contracts/shop.py", "class OrderCancelled", released)
    edit(
        shop, "contracts/shop.py", "OrderCancelled(Event,", "OrderCancelled(Event, undoes=(OrderPlaced, StockReserved),"
    )
    write(shop, "functions/shop/returns/agent.py", RETURNS)
    lines = [line.strip() for line in draw(read_project(shop)).splitlines()]
    arrows = [line for line in lines if "-->" in line or ".->" in line]
    marked = [arrows[int(line.split()[1])] for line in lines if line.startswith("linkStyle")]
    assert marked == ["a_shop_returns -- StockReleased<br/>undoes StockReserved --> a_shop_returns"]
    assert 'e_OrderCancelled(["OrderCancelled<br/>undoes OrderPlaced, StockReserved"]):::terminal' in lines


def test_one_domain_keeps_to_itself_and_shows_what_it_hears_from_others(shop: Path) -> None:
    write(
        shop,
        "functions/after/letter/agent.py",
        '''"""Writes to whoever ordered."""

from contracts.shop import OrderPlaced, OrderShipped
from troupe import Agent

agent = Agent()


@agent.on
def thank(event: OrderShipped) -> None: ...
''',
    )
    graph = read_project(shop)
    drawn = [line.strip() for line in draw(graph, domain="after").splitlines() if "classDef" not in line]
    assert drawn == [
        "flowchart LR",
        'subgraph d_after["after"]',
        'a_after_letter["letter"]:::agent',
        "end",
        'e_OrderShipped(["OrderShipped"]):::terminal',
        "e_OrderShipped --> a_after_letter",
    ]
    assert "letter" not in draw(graph, domain="shop")
    assert "recorder" in draw(graph, domain="platform")
    with pytest.raises(PictureError, match="There is no domain shoop; there are after, platform, shop"):
        draw(graph, domain="shoop")


def test_the_picture_is_the_same_every_time(shop: Path) -> None:
    assert draw(read_project(shop)) == draw(read_project(shop))
