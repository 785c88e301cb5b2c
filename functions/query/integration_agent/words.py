"""The words that a column's name is made of."""

from __future__ import annotations

import re

_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")


def words(name: str) -> list[str]:
    """`total_sales`, `totalSales` and `Total Sales` are all `["total", "sales"]`."""
    return [word.lower() for word in _BREAKS.split(name) if word]
