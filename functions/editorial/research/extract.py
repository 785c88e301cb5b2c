"""The stand-in for a researcher: ranks the sentences of the sources by what the topic is about. It writes nothing."""

from __future__ import annotations

import re
from collections import Counter

from contracts.editorial import ArticleCommissioned, Brief, Note, Reference, ResearchCompleted, TopicNotCovered
from troupe.adapters.relevance import scores

from .sentences import sentences

MOST = 40
"""Notes that are taken."""
_COMMON = """
a about all an and any are as at be been by can did do does for from had has have how i if in into is it its more most
not of on or our so than that the their them then there these they this to up was we were what when where which who why
will with would you your
"""
_STOP = frozenset(_COMMON.split())
"""Words that are in sentences about anything."""


def extract(event: ArticleCommissioned) -> ResearchCompleted | TopicNotCovered:
    """The sentences that have words of the topic, the best first; of equally good ones the earlier."""
    notes = [
        Note(text=text, source=i, at=at)
        for i, source in enumerate(event.sources)
        for at, text in sentences(source.text)
    ]
    fit = scores([Counter(_words(note.text)) for note in notes], _words(event.topic))
    ranked = sorted((i for i in range(len(notes)) if fit[i] > 0), key=lambda i: (-fit[i], i))
    if not ranked:
        return TopicNotCovered(brief=brief_of(event), reason="No sentence of the sources has a word of the topic.")
    return ResearchCompleted(brief=brief_of(event), notes=[notes[i] for i in ranked[:MOST]])


def brief_of(event: ArticleCommissioned) -> Brief:
    """The commission without the sources' texts: from here on the notes stand for them."""
    sources = [Reference(title=source.title, url=source.url) for source in event.sources]
    return Brief(topic=event.topic, words=event.words, sources=sources)


def _words(text: str) -> list[str]:
    """The words that say something, in small letters, without a plural's s."""
    found = re.findall(r"\w+", text.casefold())
    return [word.removesuffix("s") if len(word) > 3 else word for word in found if word not in _STOP]
