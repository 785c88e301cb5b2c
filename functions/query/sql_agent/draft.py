"""A meaning while it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from .meaning import (
    Col,
    Condition,
    Expression,
    Having,
    Number,
    Sort,
)
from .phrases import (
    Grouped,
    InUnit,
    Ordered,
    Shared,
)

ATTACHING = {"of", "for", "in", "from", "by", "among", "across", "at", "on", "to", "within", "have", "verb", "as",
              "with", "about", "be", "through", "over", "using", "via", "into", "during"}  # fmt: skip


FLOATING = (Grouped, Ordered, Shared, InUnit)


@dataclass
class Draft:
    """The meaning while it is put together."""

    listed: list[Expression] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    outputs: list[Expression] = field(default_factory=list)
    groups: list[Expression] = field(default_factory=list)
    keys: list[Col] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    order: list[Sort] = field(default_factory=list)
    limit: int | None = None
    distinct: bool = False
    share: bool = False
