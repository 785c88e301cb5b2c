"""The page is complete in itself, and nothing that a project says becomes part of it as anything but text."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.choreography.shop import edit, write
from tests.choreography.test_mermaid import RETURNS
from troupe.choreography.graph import read_project
from troupe.choreography.mermaid import PictureError
from troupe.choreography.page import page

NASTY = """</p></article><script>alert(1)</script><img src=x onerror=alert(2)> "' onmouseover='alert(3)' ]]>&amp;"""


class Seen(HTMLParser):
    """Elements, attributes and text, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def hrefs(html: str) -> set[str]:
    return {value for name, value in Seen(html).attributes if name == "href"}


def test_shows_who_hears_and_says_what(shop: Path) -> None:
    seen = Seen(page(read_project(shop)))
    ids = {value for name, value in seen.attributes if name == "id"}
    assert {"agent-shop.stock", "agent-shop.shipping", "event-OrderPlaced", "event-OrderShipped"} <= ids
    ways = list(zip(*[[v for n, v in seen.attributes if n == name] for name in ("data-from", "data-to")], strict=True))
    assert ("event-OrderPlaced", "agent-shop.payment") in ways
    assert ("agent-shop.payment", "event-PaymentCleared") in ways
    assert ("event-PaymentCleared", "agent-shop.shipping") in ways
    for said in ("Somebody ordered.", "item: str", "functions/shop/shipping/agent.py:9", "within 60 s", "Bank"):
        assert said in seen.text, said


def test_every_link_leads_to_something_on_the_page(shop: Path) -> None:
    html = page(read_project(shop), platform=True)
    ids = {value for name, value in Seen(html).attributes if name == "id"}
    assert {href.removeprefix("#") for href in hrefs(html)} - ids == {"none"}


def test_a_compensation_is_an_arrow_of_its_own(shop: Path) -> None:
    released = (
        'class StockReleased(Event, undoes=StockReserved):\n    """Back on the shelf."""\n\n\nclass OrderCancelled'
    )
    edit(shop, "contracts/shop.py", "class OrderCancelled", released)
    write(shop, "functions/shop/returns/agent.py", RETURNS)
    html = page(read_project(shop))
    assert re.search(r'class="edge undoing" data-from="event-StockReleased" data-to="event-StockReserved"', html)
    assert Seen(html).text.count("Undone by") == 1


@pytest.mark.parametrize("file", ["contracts/shop.py", "functions/shop/stock/agent.py"])
def test_a_hostile_docstring_is_text(shop: Path, file: str) -> None:
    calm = Seen(page(read_project(shop)))
    edit(shop, file, '"""S', f'"""{NASTY}S')
    edit(shop, "contracts/shop.py", '{"item": "pen"}', f'{{"item": """{NASTY}"""}}')
    graph = read_project(shop)
    seen = Seen(page(graph, title=NASTY))
    assert seen.tags == calm.tags
    assert [name for name, _ in seen.attributes] == [name for name, _ in calm.attributes]
    assert NASTY in seen.text


def test_the_policy_allows_its_own_style_and_script_and_nothing_else(shop: Path) -> None:
    html = page(read_project(shop))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'") and "unsafe" not in policy[1]
    assert not {"style", "onclick", "src"} & {name for name, _ in Seen(html).attributes}
    assert all(href.startswith("#") for href in hrefs(html))


def test_one_domain_is_shown_alone_and_an_unknown_one_refused(shop: Path) -> None:
    graph = read_project(shop)
    assert page(graph).count("<details") == 1
    assert page(graph, platform=True).count("<details") == 2
    assert "hears everything" in page(graph, domain="platform")
    with pytest.raises(PictureError, match="There is no domain shoop"):
        page(graph, domain="shoop")


def test_forty_agents_are_drawn_well_under_a_second(shop: Path) -> None:
    for n in range(37):
        write(
            shop,
            f"contracts/c{n}.py",
            f'from troupe import Event\n\n\nclass Done{n}(Event):\n    """Done."""\n',
        )
        heard = f"Done{n - 1}" if n % 4 else "OrderPlaced"
        source = f"c{n - 1}" if n % 4 else "shop"
        write(
            shop,
            f"functions/shop/a{n}/agent.py",
            f'"""Works."""\nfrom contracts.{source} import {heard}\nfrom contracts.c{n} import Done{n}\n'
            f"from troupe import Agent\n\nagent = Agent()\n\n\n@agent.on\ndef act(event: {heard}) -> Done{n}: ...\n",
        )
    graph = read_project(shop)
    assert len(graph.agents) == 41
    began = time.process_time()
    page(graph)
    assert time.process_time() - began < 0.5
