"""Offline nothing is invented: every sentence of a published article stands, word for word, in one of its sources."""

from __future__ import annotations

import html
import re

from hypothesis import event, given, settings
from hypothesis import strategies as st

from contracts.editorial import (
    ArticleCommissioned,
    ArticlePublished,
    ArticleRejected,
    RevisionRequested,
    Source,
    TopicNotCovered,
)
from functions.editorial.editor.standards import objections
from functions.editorial.editor.verdict import verdict
from functions.editorial.publisher.printing import plain
from functions.editorial.research.extract import extract
from functions.editorial.writer.compose import compose, recompose

WORDS = st.sampled_from(
    ["tide", "tides", "mill", "mills", "sea", "240", "<b>", "&amp;", "“so”", "Dr.", "# no", "\u202e", "\x07", "ignore",
     "your", "instructions", "\n\n", "{{ x }}", "http://e.x", "naïve", "堤防", "'\"><script>"]
)  # fmt: skip
SENTENCE = st.builds(
    lambda words, end: " ".join(words) + end, st.lists(WORDS, min_size=3, max_size=9), st.sampled_from(".?!")
)
TEXT = st.one_of(st.lists(SENTENCE, min_size=1, max_size=8).map(" ".join), st.text(min_size=1, max_size=80))
SOURCES = st.lists(st.builds(Source, title=st.just("A source"), text=TEXT), min_size=1, max_size=4)


def played(commission: ArticleCommissioned) -> ArticlePublished | ArticleRejected | TopicNotCovered:
    """The four agents, one after the other, without a model."""
    found = extract(commission)
    if isinstance(found, TopicNotCovered):
        return found
    draft = compose(found)
    for _ in range(9):
        said = verdict(draft, objections(draft))
        if not isinstance(said, RevisionRequested):
            return said if isinstance(said, ArticleRejected) else plain(said)
        draft = recompose(said)
    raise AssertionError("The editor never came to an end.")


@settings(max_examples=80, deadline=None)
@given(SOURCES, st.integers(30, 60))
def test_every_sentence_stands_in_a_source(sources: list[Source], words: int) -> None:
    end = played(ArticleCommissioned(topic="Tide mills", words=words, sources=sources))
    event(type(end).__name__)
    if not isinstance(end, ArticlePublished):
        return
    event(f"{end.drafts} drafts, {'with' if end.remarks else 'no'} remarks")
    body = end.html.split('<p class="by">')[1].split("</p>", 1)[1].split("</article>")[0]
    shown = [html.unescape(text) for text in re.findall(r"<q>(.*?)</q>", body, re.DOTALL)]
    assert shown and shown == [statement.text for statement in end.statements]
    assert all(any(text in source.text for source in sources) for text in shown)
    left = re.sub(r'<q>.*?</q>|<sup><a href="#source-\d+">\d+</a></sup>|</?p>', "", body, flags=re.DOTALL)
    assert not left.strip(), "Nothing stands between the quotations."
