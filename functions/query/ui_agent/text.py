"""Text from questions and data, made harmless to show: whatever it is, it stays text on its own line."""

from __future__ import annotations

import re

_BIDI_OVERRIDES = "\u061c\u202a-\u202e\u2066-\u2069"
_UNSHOWABLE = re.compile(
    rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI_OVERRIDES}\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

UNSHOWN = "\ufffd"
"""Stands where a character was that cannot be shown, so that its absence is visible."""


def clean(text: str) -> str:
    """Replaces what no page can show: control characters, lone surrogates, and marks that reorder the text around them.

    Line breaks and tabs stay. Escaping for HTML is not done here but where the page is put together.
    """
    return _UNSHOWABLE.sub(UNSHOWN, text.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis in place of the rest."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """Clean text with every run of white space as one space, shortened to `limit` characters."""
    return shortened(" ".join(clean(text[: limit * 4]).split()), limit)


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
