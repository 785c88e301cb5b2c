"""A past to look at: events as the history tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from troupe.adapters.history import Happening
from troupe.runtime.envelope import Envelope, Metadata

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def happened() -> Callable[..., Happening]:
    """Makes an event that was recorded `ago` seconds before noon; `after`, in seconds, follows its first cause."""
    ids = count(1)

    def make(
        type_: str,
        data: dict[str, Any] | None = None,
        *causes: Happening,
        ago: float = 60,
        after: float | None = None,
        source: str = "shop.till",
        correlation_id: str = "",
        divergent: bool = False,
        **terms: Any,
    ) -> Happening:
        id = f"e{next(ids)}"
        at = NOW - timedelta(seconds=ago)
        if after is not None:
            at = causes[0].event.metadata.occurred_at + timedelta(seconds=after)
        metadata = Metadata(
            id=id,
            correlation_id=correlation_id or (causes[0].event.metadata.correlation_id if causes else f"c-{id}"),
            causes=tuple(c.event.as_cause for c in causes),
            depth=len(causes),
            occurred_at=at,
            schema_version=1,
            agent_version="",
            traceparent="",
            **terms,
        )
        return Happening(Envelope(type_, f"troupe.{source}", metadata, data or {}).sealed(), at, divergent)

    return make
