"""Chunks by count and size, exactly as AWS counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from troupe import Envelope, Event
from troupe.runtime.publisher import _chunks


class Said(Event):
    text: str


@given(st.lists(st.integers(0, 300_000), max_size=30))
def test_chunks_keep_all_in_order_within_aws_limits(sizes: list[int]) -> None:
    template = Envelope.root(Said(text=""), "s")
    events = [Envelope("Said", "s", template.metadata, {"text": "x" * n, "i": i}) for i, n in enumerate(sizes)]
    chunks = list(_chunks(events))
    assert [e.data["i"] for c in chunks for e in c] == list(range(len(sizes)))
    for chunk in chunks:
        assert 1 <= len(chunk) <= 10
        assert len(chunk) == 1 or sum(len(e.data["text"]) for e in chunk) < 1_000_000
