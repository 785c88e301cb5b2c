"""A source's text, cut into sentences that are still the source's own characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*(?=\s)|\n\s*\n")
LONGEST = 1000
"""Characters of a passage that can be quoted."""
_SHORTEST = 3
"""Words without which it is a heading, a number or a crumb."""


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences that can be quoted, in their order: where each begins, and the text as it stands there."""
    start = 0
    for end in (*(match.end() for match in _END.finditer(text)), len(text)):
        sentence = text[start:end].strip()
        if quotable(sentence):
            yield text.index(sentence, start), sentence
        start = end


def quotable(sentence: str) -> bool:
    """Whether it can be shown as it is: no control characters, nothing that turns the text around it, not too long."""
    words = sentence.split()
    return len(words) >= _SHORTEST and len(sentence) <= LONGEST and "".join(words).isprintable()
