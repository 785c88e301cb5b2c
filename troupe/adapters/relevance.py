"""Which of some texts a few words are about: Okapi BM25.

As in Robertson and Zaragoza, The Probabilistic Relevance Framework (2009). A text is a bag of words, each with its
weight; how a text is split into words is the caller's business.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

_K1, _B = 1.2, 0.75


def scores(texts: Sequence[Counter[str]], words: Iterable[str]) -> list[float]:
    """How well each text fits the words; 0 for one that has none of them."""
    lengths = [sum(text.values()) for text in texts]
    average = (sum(lengths) / len(lengths) if lengths else 0) or 1
    found = [0.0] * len(texts)
    for word in sorted(set(words)):  # the same order of adding up, whatever the hash seed
        having = [i for i, text in enumerate(texts) if word in text]
        if not having:
            continue
        rarity = math.log(1 + (len(texts) - len(having) + 0.5) / (len(having) + 0.5))
        for i in having:
            frequency = texts[i][word]
            found[i] += rarity * frequency * (_K1 + 1) / (frequency + _K1 * (1 - _B + _B * lengths[i] / average))
    return found
