"""Whatever the data says, the page only shows it."""

from typing import Any

import pytest

from .browser import Browser
from .conftest import ViewOf

ATTACK = "console.log('attacked');alert('attacked')"
HOSTILE = [
    f"<script>{ATTACK}</script>",
    f"</script><script>{ATTACK}</script>",
    f"</title></style></svg></table><script>{ATTACK}</script>",
    f"<svg onload={ATTACK}>",
    f"<img src=x onerror={ATTACK}>",
    f'" onload="{ATTACK}" onmouseover="{ATTACK}" autofocus onfocus="{ATTACK}" x="',
    f"' onload='{ATTACK}' x='",
    f"javascript:{ATTACK}",
    '<iframe src="http://frame.invalid/"></iframe><link rel=stylesheet href="http://style.invalid/">',
    '<meta http-equiv=refresh content="0;url=http://away.invalid/"><base href="http://base.invalid/">',
    "<style>body{display:none;background:url(http://style.invalid/)}</style>",
    '<a href="http://link.invalid/" ping="http://ping.invalid/">click</a><form action="http://form.invalid/"><input>',
    "<!-- --!> <![CDATA[ ]]> <?xml version='1.0'?> <!DOCTYPE x>",
    "&lt;script&gt; &#60;script&#62; &amp;amp; &nbsp",
    "{{ 7 * 7 }} {% for x in [1] %} ${7*7} <%= 7*7 %>",
    "\u202efdp.exe\u202c \u2066isolated\u2069 \u200frtl\u200e عربي",
    "NUL \x00 BEL \x07 ESC \x1b[31m DEL \x7f C1 \x9b LS \u2028 half \ud83d",
    "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 Z\u0337\u030d\u0351 日本語 \U0010ffff",
    '=HYPERLINK("http://sheet.invalid/")',
    "x" * 100_000,
    "<b>" * 30_000,
    "",
    " ",
]
ELEMENTS = {
    "html", "head", "meta", "link", "title", "style", "body", "header", "main", "section", "div", "span",
    "h1", "p", "q", "a", "strong", "small", "figure", "figcaption", "svg", "g", "path", "rect", "line", "text",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "dl", "dt", "dd", "pre", "code",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "dir", "class", "id", "role", "aria-label",
    "aria-labelledby", "tabindex", "scope", "title", "colspan", "download",
    "width", "height", "viewbox", "transform", "d", "x", "y", "x1", "x2", "y1", "y2", "fill", "stroke", "stroke-width",
    "stroke-miterlimit", "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity", "text-anchor", "font-family",
    "font-size", "font-weight",
}  # fmt: skip


def shapes(evil: str) -> dict[str, tuple[list[dict[str, Any]], list[list[Any]]]]:
    """Results of each shape in which every name, label, unit and text is hostile."""
    text = {"name": evil, "type": "text", "label": evil, "role": "dimension"}
    amount = {"name": evil, "type": "number", "label": evil, "unit": evil, "role": "measure"}
    month = {"name": evil, "type": "date", "label": evil, "role": "time", "grain": "month"}
    return {
        "bar": ([text, amount], [[evil, 1.23456], ["plain", -2], [None, 3]]),
        "line": ([month, text, amount], [["2026-07-01", evil, 1], ["2026-08-01", evil, 2], ["2026-07-01", "plain", 2]]),
        "scatter": ([text, amount, amount], [[evil, 1, 2], ["plain", 3, 4]]),
        "figure": ([text, amount], [[evil, 1.23456]]),
        "table": ([text, text], [[evil, evil], [evil, [evil]], [{"k": evil}, evil]]),
    }


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_is_shown_and_does_nothing(browser: Browser, view_of: ViewOf, number: int) -> None:
    evil = HOSTILE[number]
    said = {"question": evil, "sql": evil, "reading": evil, "tables": [evil], "truncated": True}
    for kind, (columns, rows) in shapes(evil).items():
        view = view_of({}, [], columns=columns, rows=rows, **said)
        page = browser.open(view.html, kind)
        assert view.chart == kind
        assert (page.requests, page.console, page.dialogs) == ([page.url], [], [])
        assert page.run("location.href") == page.url
        assert set(page.run("[...document.querySelectorAll('*')].map(e => e.localName)")) <= ELEMENTS
        names = page.run("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())")
        assert {name.lower() for name in names} <= ATTRIBUTES
        links = page.run("[...document.querySelectorAll('[href]')].map(e => e.getAttribute('href').slice(0, 10))")
        assert set(links) <= {"data:,", "data:text/", "data:appli"}
        if 0 < len(evil) < 200 and kind == "table":
            assert page.run("document.querySelector('tbody td').textContent") == shown(evil)


def shown(text: str) -> str:
    """The text with one sign for each character that a page cannot show."""
    unshowable = "\x00\x07\x1b\x7f\x9b\u2028\ud83d\u202e\u202c\u2066\u2069"
    return "".join("\ufffd" if char in unshowable else char for char in text)
