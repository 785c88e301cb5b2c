"""What stops a reading that has no one meaning."""

from __future__ import annotations


class Unclear(Exception):
    """The question cannot be read in exactly one way; `start` and `end` are the words that are in the way."""

    def __init__(self, reason: str, start: int = 0, end: int = 0, ambiguous: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end
        self.ambiguous = ambiguous
