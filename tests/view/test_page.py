"""The page as a browser shows it."""

import re
from typing import Any

import pytest

from functions.query.ui_agent.csv_file import csv_file

from .browser import Browser, Page
from .conftest import ViewOf, result_of

BARS: tuple[dict[str, str], list[list[Any]]] = (
    {"region": "text", "total_sales": "number EUR"},
    [["North", 1234.5], ["South", 800], [None, -20.25]],
)
SHAPES: dict[str, tuple[dict[str, str], list[list[Any]]]] = {
    "bar": BARS,
    "line": ({"month": "date", "sales": "number"}, [["2026-07-01", 5], ["2026-08-01", 7], ["2026-09-01", None]]),
    "scatter": ({"price": "number", "quantity": "integer"}, [[1.5, 3], [2.5, 1], [9, 2]]),
    "figure": ({"stores": "integer"}, [[12345]]),
    "table": ({f"column_{i}": "text" for i in range(8)}, [["a"] * 8, ["b"] * 8]),
}
MARKS = {"bar": ".mark-rect.role-mark path", "line": ".mark-line path", "scatter": ".mark-symbol.role-mark path"}


def is_quiet(page: Page) -> bool:
    """Loaded its own file and nothing else, without a word."""
    return page.requests == [page.url] and page.console == [] and page.dialogs == []


@pytest.mark.parametrize("kind", SHAPES)
def test_each_shape_shows_its_chart_without_script_network_or_complaint(
    browser: Browser, view_of: ViewOf, kind: str
) -> None:
    view = view_of(*SHAPES[kind])
    page = browser.open(view.html)
    assert view.chart == kind
    assert is_quiet(page)
    visible = "[...document.querySelectorAll({!r})].filter(e => e.getBoundingClientRect().width > 0).length"
    assert page.run(visible.format("svg")) == (1 if kind in MARKS else 0)
    if kind in MARKS:
        assert page.run(visible.format(MARKS[kind])) == {"bar": 3, "line": 1, "scatter": 3}[kind]
    assert page.run(visible.format(".figure strong")) == (1 if kind == "figure" else 0)
    assert page.run(visible.format("table")) == 1
    assert page.run("document.title") == "Sum of sales"


def test_the_table_says_what_it_holds_to_a_screen_reader(browser: Browser, view_of: ViewOf) -> None:
    seen = browser.open(view_of(*BARS).html).accessible()
    assert ("table", "Sum of sales 3 rows") in seen
    assert [name for role, name in seen if role == "columnheader"] == ["Region", "Total sales (EUR)"]
    assert [name for role, name in seen if role == "rowheader"] == ["North", "South", "no value"]
    assert [name for role, name in seen if role in ("cell", "gridcell")] == ["1,234.50", "800.00", "−20.25"]


def test_the_chart_is_one_picture_with_a_description(browser: Browser, view_of: ViewOf) -> None:
    pictures = [name for role, name in browser.open(view_of(*BARS).html).accessible() if role in ("image", "img")]
    words = "Bar chart of Total sales (EUR) by Region. Highest: 1,234.50 (North); lowest: −20.25 (no value)."
    assert words in pictures


def test_sql_and_reading_can_be_unfolded(browser: Browser, view_of: ViewOf) -> None:
    page = browser.open(view_of(*BARS, sql="SELECT '<b>'\nFROM orders").html)
    assert not page.run("document.querySelector('pre').checkVisibility({contentVisibilityAuto: true})")
    page.run("document.querySelector('summary').click()")
    assert page.becomes("document.querySelector('pre').checkVisibility({contentVisibilityAuto: true})")
    assert page.run("document.querySelector('pre').innerText") == "SELECT '<b>'\nFROM orders"


def test_the_csv_file_is_downloaded_whole(browser: Browser, view_of: ViewOf) -> None:
    rows: list[list[Any]] = [
        ['Köln; "Mitte"\nSüd', 1],
        ["=1+1", None],
        ["x" * 100_000, -2.5],
        *([f"r{i}", i] for i in range(997)),
    ]
    page = browser.open(view_of(BARS[0], rows).html)
    folder = browser.folder / "downloads"
    browser.send(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder), "eventsEnabled": True}
    )
    page.send("Runtime.evaluate", expression="document.querySelector('a[download]').click()", userGesture=True)
    assert browser.wait_for("Browser.downloadWillBegin")["suggestedFilename"] == "sum-of-sales.csv"
    browser.wait_for("Browser.downloadProgress", state="completed")
    assert (folder / "sum-of-sales.csv").read_bytes() == csv_file(result_of(BARS[0], rows))
    assert is_quiet(page) or page.requests[1:] == [page.run("document.querySelector('a[download]').href")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["bar", "figure", "table"])
def test_text_can_be_read_in_light_and_in_dark(browser: Browser, view_of: ViewOf, scheme: str, kind: str) -> None:
    page = browser.open(view_of(*SHAPES[kind], truncated=True).html)
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.run("document.querySelector('details').open = true")
    (paper,) = {luminance(page.run("getComputedStyle(document.body).backgroundColor"))}
    assert (paper > 0.5) is (scheme == "light")
    inks = page.run(
        "[...document.querySelectorAll('h1, p, th, td, caption, small, a, dt, dd, figcaption, summary, span, strong')]"
        ".map(e => getComputedStyle(e).color)"
        ".concat([...document.querySelectorAll('svg text')].map(e => getComputedStyle(e).fill))"
    )
    assert len(inks) > 8
    for ink in set(inks):
        dark, light = sorted((luminance(ink), paper))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, ink  # WCAG 2.2, 1.4.3


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("kind", SHAPES)
def test_a_phone_need_not_scroll_sideways(browser: Browser, view_of: ViewOf, kind: str) -> None:
    page = browser.open(view_of(*SHAPES[kind], reading="w" * 150, question="w" * 300, sql="w" * 300).html)
    page.send("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=2, mobile=True)
    page.run("document.querySelector('details').open = true")
    assert page.run("document.documentElement.scrollWidth") <= 360


def test_paper_shows_the_whole_table_and_no_links(browser: Browser, view_of: ViewOf) -> None:
    page = browser.open(view_of({"region": "text", "note": "text"}, [[f"r{i}", "x"] for i in range(100)]).html)
    assert page.run("document.querySelector('.scroll').clientHeight < document.querySelector('table').offsetHeight")
    page.send("Emulation.setEmulatedMedia", media="print")
    assert page.run("document.querySelector('.scroll').clientHeight >= document.querySelector('table').offsetHeight")
    assert not page.run("document.querySelector('.downloads').checkVisibility()")


def test_a_large_result_is_a_page_of_bearable_size(browser: Browser, view_of: ViewOf) -> None:
    columns = {"ordered_on": "date", "store": "text", "product": "text", "sales": "number EUR", "orders": "integer"}
    rows = [[f"2026-07-{i % 30 + 1:02}", f"Store {i % 17}", f"Product {i}", i * 1.37, i] for i in range(1000)]
    view = view_of(columns, rows, truncated=True)
    page = browser.open(view.html)
    assert is_quiet(page)
    assert len(view.html) < 400_000
    assert page.run("document.querySelectorAll('tbody tr').length") == 500
    assert "there are more" in page.run("document.querySelector('.note').innerText")
