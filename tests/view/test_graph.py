"""The choreography's page in a real browser: read, searched, opened by keyboard, printed, in the dark."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.choreography.shop import build_shop
from tests.choreography.test_page import NASTY
from troupe.choreography.graph import read_project
from troupe.choreography.page import page

from .browser import Browser, Page

CHECKOUT = Path(__file__).resolve().parents[2]
FITS = """[...document.querySelectorAll('.node')].filter(node => {
  const shape = node.querySelector('rect, polygon').getBBox();
  return [...node.querySelectorAll('text')].some(text => {
    const b = text.getBBox();
    return b.x < shape.x + 4 || b.x + b.width > shape.x + shape.width - 4;
  });
}).map(node => node.textContent)"""
LIT = "[...document.querySelectorAll('.node:not(.dim) .name')].map(t => t.textContent).sort()"


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Whatever a test does on it: no script of others ran, nothing was fetched, the policy had nothing to forbid."""
    root = build_shop(tmp_path)
    contract = root / "contracts/shop.py"
    contract.write_text(contract.read_text().replace('"""Somebody ordered.', f'"""{NASTY} Somebody ordered.'))
    opened = browser.open(page(read_project(root), platform=True))
    yield opened
    assert (opened.console, opened.dialogs, opened.requests) == ([], [], [opened.url])


def key(page: Page, name: str) -> None:
    text = {"Enter": "\\r"}.get(name, name if len(name) == 1 else "")
    page.send("Input.dispatchKeyEvent", type="keyDown", key=name, text=text, windowsVirtualKeyCode=KEYS.get(name, 0))
    page.send("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=KEYS.get(name, 0))


KEYS = {"Enter": 13, "Escape": 27, "Tab": 9}


def test_searching_shows_what_is_found_with_its_neighbours(opened: Page) -> None:
    key(opened, "/")
    opened.send("Input.insertText", text="paym")
    assert opened.becomes("document.getElementById('found').textContent === '2 found'")
    # payment and PaymentCleared, what payment hears, and the join that hears PaymentCleared.
    assert opened.run(LIT) == ["OrderPlaced", "PaymentCleared", "all of", "payment", "shipping"]
    opened.run("document.getElementById('search').select()")
    opened.send("Input.insertText", text="zebra")
    assert opened.becomes("document.getElementById('found').textContent === 'nothing found'")
    assert opened.run(LIT) == []
    key(opened, "Escape")
    assert opened.becomes("document.querySelectorAll('.dim').length === 0")


def test_a_click_or_enter_tells_about_it_and_escape_leaves(opened: Page) -> None:
    shown = "[...document.querySelectorAll('article')].filter(a => a.checkVisibility()).map(a => a.id).join()"
    assert opened.run(shown) == ""
    opened.run("document.querySelector('.node[href=\"#event-OrderPlaced\"]').focus()")
    key(opened, "Enter")
    assert opened.becomes(f"{shown} === 'event-OrderPlaced'")
    assert opened.becomes("document.activeElement.id === 'event-OrderPlaced'")
    assert NASTY.split(">")[-2] in opened.run("document.querySelector('article:target .doc').textContent")
    assert opened.run(LIT) == ["OrderPlaced", "payment", "stock"]
    opened.run("document.querySelector('article:target a[href=\"#agent-shop.stock\"]').click()")
    assert opened.becomes(f"{shown} === 'agent-shop.stock'")
    key(opened, "Escape")
    assert opened.becomes(f"{shown} === ''")
    assert opened.becomes("document.activeElement.getAttribute('href') === '#agent-shop.stock'")


def test_it_can_be_reached_read_aloud_and_printed(opened: Page) -> None:
    told = opened.accessible()
    assert {("link", "OrderPlaced"), ("searchbox", "Find")} <= set(told)
    opened.run("document.querySelectorAll('details').forEach(d => d.open = false)")
    opened.send("Emulation.setEmulatedMedia", media="print")
    assert opened.run("[...document.querySelectorAll('article')].every(a => a.checkVisibility())")
    pdf = base64.b64decode(opened.send("Page.printToPDF")["data"])
    assert pdf.startswith(b"%PDF")
    assert opened.run("[...document.querySelectorAll('details')].every(d => d.open)"), "what was folded is printed, too"


def test_it_can_be_read_in_the_dark(opened: Page) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = opened.run(colour)
    opened.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert opened.run(colour) != light


def test_every_name_of_the_shipped_domains_fits_into_its_shape(browser: Browser) -> None:
    assert browser.open(page(read_project(CHECKOUT), platform=True)).run(FITS) == []
