"""What is worth a word of an event's data: what is short, and has not been said of this story before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_MOMENT = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?(?:Z|\+00:00)")
_MOST = 4
_LONGEST = 120
"""Characters of one value."""


@dataclass(slots=True)
class Salient:
    """Remembers what was said of one story."""

    _said: set[tuple[str, str]] = field(default_factory=set)

    def of(self, data: Any) -> str:
        """A few fields as `order id: o-1; total: 19.90`; empty when there is nothing new."""
        if not isinstance(data, dict):
            return ""
        fresh = [
            (name, text) for name, value in data.items() if (text := _text(value)) and (name, text) not in self._said
        ]
        self._said |= set(fresh)
        return "; ".join(f"{name.replace('_', ' ')}: {text}" for name, text in fresh[:_MOST])


def _text(value: Any) -> str:
    """A value in short; empty when it is not worth telling, such as nothing at all or a page of HTML."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (int, float)):
        return f"{value:,}"
    if isinstance(value, str):
        text = _MOMENT.sub(r"\1 \2 UTC", " ".join(value.split()).rstrip("."))
        return text if len(text) <= _LONGEST else "" if text.startswith("<") else f"{text[: _LONGEST - 1]}…"
    words = list(_words(value))
    text = ", ".join(words)
    if len(text) <= _LONGEST:
        return text
    return f"{len(value)} of them" if isinstance(value, list) else _begun(words)


def _begun(words: list[str]) -> str:
    """As many of them as fit, the first in any case."""
    fitting = [n for n in range(1, len(words)) if len(", ".join(words[:n])) <= _LONGEST]
    return f"{', '.join(words[: max(fitting, default=1)])}, …"


def _words(value: Any) -> Iterator[str]:
    """The short values inside: of each object in a list its own, in one breath."""
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(part, (dict, list)):
            if inner := " ".join(_words(part)):
                yield inner
        elif text := _text(part):
            yield text
