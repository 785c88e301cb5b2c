"""Draws a Vega-Lite specification as SVG on this machine, so that the page needs no script.

The drawing engine is native code that aborts the whole process on text it cannot parse (a control
character, half a surrogate pair), and it would fetch addresses. So it never sees text that came from
data: each piece is replaced by a plain word of the same width and put back, escaped, into the finished
picture, of which only the elements and attributes that a chart needs are taken over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .spec import VEGA_LITE, Spec

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ELEMENTS = {"svg", "g", "path", "rect", "line", "text"}
_ATTRIBUTES = {
    "width", "height", "viewBox", "class", "transform", "d", "x", "y", "x1", "x2", "y1", "y2",
    "fill", "stroke", "stroke-width", "stroke-miterlimit", "stroke-dasharray", "opacity", "fill-opacity",
    "stroke-opacity", "text-anchor", "font-family", "font-size", "font-weight",
}  # fmt: skip
_TEXT_FIELDS = ("label", "series", "text")


def draw(spec: Spec) -> str:
    """The chart as one `<svg>` element, safe to place in a page as it is."""
    import vl_convert  # 80 MB of engine; only a chart needs it

    words = _Words()
    picture: str = vl_convert.vegalite_to_svg(_masked(spec, words.mask), vl_version=VEGA_LITE, allowed_base_urls=[])
    return _safe(picture, words.text_of)


class _Words:
    """Plain words that stand for text while it is measured and drawn."""

    def __init__(self) -> None:
        self._word_of: dict[str, str] = {}
        self._text_of: dict[str, str] = {}

    def mask(self, text: str) -> str:
        """A word for this text alone: letters and digits, a little wider than the text in most fonts."""
        if text not in self._word_of:
            width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
            word = f"T{len(self._word_of)}".ljust(width + width // 8, "n")
            self._word_of[text] = word
            self._text_of[word] = text
        return self._word_of[text]

    def text_of(self, word: str) -> str:
        return self._text_of.get(word, word)


def _masked(spec: Spec, mask: Callable[[str], str]) -> Spec:
    """The specification with a word in place of each title and each piece of text in its data."""
    data = [
        {field: mask(cell) if field in _TEXT_FIELDS else cell for field, cell in value.items()}
        for value in spec["data"]["values"]
    ]
    rest = {key: _titles_masked(part, mask) for key, part in spec.items() if key != "data"}
    return {**rest, "data": {"values": data}}


def _titles_masked(part: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(part, list):
        return [_titles_masked(item, mask) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: mask(item) if key == "title" and isinstance(item, str) else _titles_masked(item, mask)
        for key, item in part.items()
    }


def _safe(picture: str, text_of: Callable[[str], str]) -> str:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(picture)  # noqa: S314 (our own drawing; nothing from outside is in it)
    _keep_what_a_chart_needs(root, text_of)
    return ElementTree.tostring(root, encoding="unicode", method="html")


def _keep_what_a_chart_needs(element: Element, text_of: Callable[[str], str]) -> None:
    element.tag = element.tag.rpartition("}")[2]
    element.attrib = {
        name: value for name, value in element.attrib.items() if name in _ATTRIBUTES and "url(" not in value
    }
    element.text = text_of(element.text) if element.text else None
    element.tail = None
    for child in list(element):
        if child.tag.rpartition("}")[2] in _ELEMENTS and child.get("display") != "none":
            _keep_what_a_chart_needs(child, text_of)
        else:
            element.remove(child)
