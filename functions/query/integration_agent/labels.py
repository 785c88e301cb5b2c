"""Headings: what a person reads above a column."""

from __future__ import annotations

from collections import Counter

from .words import words

_SPELLED_OUT = {
    "avg": "average", "mean": "average", "qty": "quantity", "cnt": "count", "amt": "amount", "num": "number of",
    "nr": "number", "no": "number", "min": "minimum", "max": "maximum", "pct": "percent", "yoy": "year over year",
    "id": "ID", "url": "URL", "sku": "SKU", "vat": "VAT", "uuid": "UUID", "ip": "IP", "iban": "IBAN",
    "eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF",
}  # fmt: skip

UNNAMED = "Value"
"""The heading of an expression that the query did not name."""


def heading(name: str) -> str:
    """`total_sales` is `Total sales`, `avg_price` is `Average price`, `customerID` is `Customer ID`."""
    if name == "?column?":  # PostgreSQL's own name for an expression without one
        return UNNAMED
    text = " ".join(_SPELLED_OUT.get(word, word) for word in words(name))
    return text[:1].upper() + text[1:] if text else UNNAMED


def distinct(headings: list[str]) -> list[str]:
    """Numbers headings that occur more than once, so that each column can be told apart: `Name`, `Name (2)`."""
    seen: Counter[str] = Counter()
    told_apart = []
    for text in headings:
        seen[text] += 1
        told_apart.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return told_apart
