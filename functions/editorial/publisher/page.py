"""The article as one page. Everything in it came from others, so everything is escaped, and no script may run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from contracts.editorial import STAND_IN, ArticlePublished, Note
from troupe.adapters import beside

if TYPE_CHECKING:
    from jinja2 import Template


def page(article: ArticlePublished, notes: list[Note]) -> str:
    """The page of an article: each sentence with its sources, quotations between quotation marks."""
    style = beside.text(__file__, "page.css")
    return _template().render(
        title=article.title,
        by_rules=article.written_by == STAND_IN,
        written_by=article.written_by,
        sentences=[_sentence(s.text, [notes[n] for n in s.notes if 0 <= n < len(notes)]) for s in article.statements],
        sources=article.sources,
        remarks=[remark.says for remark in article.remarks],
        drafts=article.drafts,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _sentence(text: str, notes: list[Note]) -> dict[str, Any]:
    return {
        "text": text,
        "quoted": any(note.text == text for note in notes),
        "sources": sorted({note.source + 1 for note in notes}),
    }


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_showable, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(beside.text(__file__, "page.html.j2"))


def _showable(value: object) -> object:
    """Text without what no page can show, or what turns the text around it: a mark stands in its place."""
    if type(value) is not str:
        return value
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in value)
