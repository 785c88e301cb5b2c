"""Sums of money in a text: `EUR 1,250.50`, `1.250,50 EUR`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_NUMBER = r"\d{1,15}(?:[.,']\d{1,15}){0,5}"
_SUM = re.compile(rf"\b(?:([A-Z]{{3}})\s?({_NUMBER})|({_NUMBER})\s?([A-Z]{{3}}))\b")


def sums(text: str) -> Iterator[tuple[re.Match[str], str, Decimal]]:
    """Each sum with its place, its currency and its amount."""
    for match in _SUM.finditer(text):
        yield match, match[1] or match[4], amount(match[2] or match[3])


def amount(text: str) -> Decimal:
    """A number as people write it. The last point or comma divides, unless three digits follow: then it groups."""
    head, mark, tail = text.replace("'", "").rpartition("." if text.rfind(".") > text.rfind(",") else ",")
    digits = re.sub(r"\D", "", head)
    if not mark:
        return Decimal(re.sub(r"\D", "", tail))
    groups = len(tail) == 3 and (mark in head or not re.search(r"[.,]", head))
    return Decimal(digits + tail) if groups else Decimal(f"{digits}.{tail}")
