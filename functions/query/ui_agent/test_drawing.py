from html.parser import HTMLParser
from typing import Any

import pytest

from .conftest import ChartOf
from .drawing import draw
from .spec import spec_of

HOSTILE = [
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "javascript:alert(1)",
    "]]><!--",
    "&lt;b&gt; &#60;",
    "\x00\x01\x1b\ud800\uffff",
    "\u202egnp.exe",
    "a😀" * 40,
    "👩‍👩‍👧‍👦" * 20,
    "x" * 100_000,
    "T0",
    "T1nnnnnn",
    "\n\n",
    "",
]
ELEMENTS = {"svg", "g", "path", "rect", "line", "text"}


class Seen(HTMLParser):
    def __init__(self, picture: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(picture)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("evil", HOSTILE)
def test_text_from_data_stays_text_in_the_picture(chart_of: ChartOf, evil: str) -> None:
    columns = {evil or "n": "dimension", f"{evil}2": "measure"}
    seen = Seen(draw(spec_of(chart_of(columns, [[evil, 1], ["plain", -2]]))))
    assert seen.elements <= ELEMENTS
    assert not [
        name for name in seen.attributes if name.startswith("on") or name in ("href", "xlink:href", "style", "src")
    ]
    assert "plain" in seen.texts


def test_each_name_is_written_as_it_is(chart_of: ChartOf) -> None:
    names = ["Übersee & Söhne", "a<b", "T0", "T1", "日本", "😀"]
    rows = [[name, len(names) - i] for i, name in enumerate(names)]
    seen = Seen(draw(spec_of(chart_of({"place": "dimension", "n": "measure"}, rows))))
    assert [text for text in seen.texts if text in names] == names


def test_the_drawing_engine_never_sees_text_from_data(chart_of: ChartOf, monkeypatch: pytest.MonkeyPatch) -> None:
    import vl_convert

    told = []

    def record(spec: Any, **options: Any) -> str:
        told.append((repr(spec), options))
        return "<svg xmlns='http://www.w3.org/2000/svg'/>"

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", record)
    draw(spec_of(chart_of({"Evil": "dimension", "Evil2": "measure"}, [["evil\x01", 1], ["b", 2]])))
    ((spec, options),) = told
    assert "evil" not in spec.lower()
    assert options["allowed_base_urls"] == []


def test_the_same_specification_is_drawn_the_same(chart_of: ChartOf) -> None:
    spec = spec_of(chart_of({"place": "dimension", "n": "measure"}, [["a", 1], ["b", 2]]))
    assert draw(spec) == draw(spec)
