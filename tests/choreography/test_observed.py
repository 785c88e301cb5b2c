"""What happened, held against what the signatures declare."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.choreography.shop import build_shop, edit, write
from troupe.choreography.graph import Graph, read_project
from troupe.choreography.observed import Arrow, Observation, describe, draw
from troupe.runtime.envelope import Envelope, Metadata

BEGAN = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def event(type_: str, source: str, id: str, after_ms: float, *causes: Envelope, **more: object) -> Envelope:
    """An event so long after the latest of its causes."""
    at = max((c.metadata.occurred_at for c in causes), default=BEGAN) + after_ms * MS
    metadata = Metadata(
        id=id,
        correlation_id=causes[0].metadata.correlation_id if causes else id,
        causes=tuple(c.as_cause for c in causes),
        depth=len(causes),
        occurred_at=at,
        schema_version=1,
        agent_version="",
        traceparent="",
        failure=bool(more.pop("failure", False)),
    )
    return Envelope(type_, f"troupe.{source}", metadata, more).sealed()


def order(n: int, stock_ms: float, payment_ms: float) -> list[Envelope]:
    placed = event("OrderPlaced", "cli", f"o{n}", 0)
    stock = event("StockReserved", "shop.stock", f"s{n}", stock_ms, placed)
    paid = event("PaymentCleared", "shop.payment", f"p{n}", payment_ms, placed)
    return [placed, stock, paid, event("OrderShipped", "shop.shipping", f"x{n}", 5, stock, paid)]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return read_project(build_shop(tmp_path_factory.mktemp("shop")))


def arrows(graph: Graph, events: list[Envelope], platform: bool = False) -> dict[tuple[str, str, str], Arrow]:
    seen = Observation("troupe")
    for one in events:
        seen.add(one)
    return {(a.source, a.type, a.target): a for a in seen.arrows(graph, platform=platform)}


def test_counts_and_medians_stand_on_the_arrows(graph: Graph) -> None:
    found = arrows(graph, [e for n, ms in enumerate((10, 20, 90)) for e in order(n, ms, 2 * ms)])
    seen = {way: (a.standing, a.count, a.median_ms) for way, a in found.items() if a.count}
    assert seen == {
        ("", "OrderPlaced", "shop.stock"): ("declared", 3, 20.0),
        ("", "OrderPlaced", "shop.payment"): ("declared", 3, 40.0),
        ("shop.stock", "StockReserved", "shop.shipping"): ("declared", 3, 25.0),
        ("shop.payment", "PaymentCleared", "shop.shipping"): ("declared", 3, 5.0),
        ("shop.shipping", "OrderShipped", ""): ("declared", 3, None),
    }
    assert {way for way, a in found.items() if a.standing == "unseen"} == {("shop.stock", "OrderCancelled", "")}


def test_nothing_seen_is_everything_unseen(graph: Graph) -> None:
    standings = {way: a.standing for way, a in arrows(graph, []).items() if a.standing != "silent"}
    assert set(standings.values()) == {"unseen"}
    assert len(standings) == 6


def test_what_nobody_declared_is_marked(graph: Graph) -> None:
    placed, stock, *_ = order(1, 1, 1)
    parcel = event("ParcelLost", "shop.stock", "l", 3, stock)
    from_outside = event("StockReserved", "cli", "f", 0)
    reaction = event("OrderShipped", "shop.payment", "r", 7, from_outside)
    undeclared = {
        w
        for w, a in arrows(graph, [placed, stock, parcel, from_outside, reaction]).items()
        if a.standing == "undeclared"
    }
    assert undeclared == {
        ("shop.stock", "StockReserved", "shop.stock"),
        ("shop.stock", "ParcelLost", ""),
        ("cli", "StockReserved", "shop.payment"),
        ("shop.payment", "OrderShipped", ""),
    }


def test_a_failure_counts_for_whoever_reacted_with_it(graph: Graph) -> None:
    events = [e for n in range(3) for e in order(n, 1, 1)]
    placed = event("OrderPlaced", "cli", "bad", 0)
    failed = event("AgentFailed", "shop.payment", "f", 9, placed, failure=True, agent="shop.payment")
    spoken = event("AgentFailed", "platform.watchdog", "w", 9, placed, failure=True, agent="shop.stock")
    found = arrows(graph, [*events, placed, failed, spoken])
    for agent in ("shop.payment", "shop.stock"):
        arrow = found["", "OrderPlaced", agent]
        assert (arrow.count, arrow.failures, arrow.failure_rate) == (4, 1, 0.25)
    assert not [way for way in found if "AgentFailed" in way], "the platform's own are left out"
    assert [way for way in arrows(graph, [placed, failed], platform=True) if "AgentFailed" in way]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_reading_does_not_matter(graph: Graph, seed: int) -> None:
    events = [e for n in range(4) for e in order(n, 3 * n, 5)]
    shuffled = random.Random(seed).sample(events, len(events))
    assert arrows(graph, shuffled) == arrows(graph, events)


def test_causes_before_the_window_are_asked_for_and_are_no_events_of_it(graph: Graph) -> None:
    placed, stock, paid, shipped = order(1, 10, 10)
    seen = Observation("troupe")
    for one in (paid, shipped):
        seen.add(one)
    assert {c.id for c in seen.away()} == {"o1", "s1"}
    seen.beside(placed)
    seen.beside(stock)
    assert (seen.count, seen.away()) == (2, [])
    found = {(a.source, a.type, a.target): a.count for a in seen.arrows(graph) if a.count}
    assert found == {
        ("", "OrderPlaced", "shop.payment"): 1,
        ("shop.stock", "StockReserved", "shop.shipping"): 1,
        ("shop.payment", "PaymentCleared", "shop.shipping"): 1,
        ("shop.shipping", "OrderShipped", ""): 1,
    }


def test_an_agent_that_never_says_anything_is_not_called_unseen(tmp_path: Path) -> None:
    build_shop(tmp_path)
    edit(tmp_path, "functions/shop/shipping/agent.py", "-> OrderShipped", "-> None")
    edit(tmp_path, "functions/shop/shipping/agent.py", "return OrderShipped()", "return None")
    write(tmp_path, "contracts/more.py", "")
    found = arrows(read_project(tmp_path), [])
    assert found["shop.stock", "StockReserved", "shop.shipping"].standing == "silent"


def test_draws_what_was_seen_and_marks_the_rest(graph: Graph) -> None:
    placed, stock, *_ = order(1, 10, 10)
    drawn = draw(list(arrows(graph, [placed, stock, event("ParcelLost", "shop.stock", "l", 3, stock)]).values()))
    lines = [line.strip() for line in drawn.splitlines()]
    assert lines[0] == "flowchart LR"
    assert 'n0(["outside"]):::outside' in lines
    assert any(re.fullmatch(r'n0 -- "OrderPlaced<br/>1 ×, 10 ms" --> n\d', line) for line in lines)
    assert any(re.fullmatch(r'n\d -\. "PaymentCleared<br/>never seen" \.-> n\d', line) for line in lines)
    assert any(re.fullmatch(r'n\d == "ParcelLost<br/>never declared<br/>1 ×" ==> n\d', line) for line in lines)
    numbered = [line for line in lines if re.match(r"n\d+ (--|==|-\.)", line)]
    for line in lines:
        if match := re.match(r"linkStyle (\d+) stroke:(#\w+)", line):
            assert ("never declared" if match[2] == "#b91c1c" else "never seen") in numbered[int(match[1])]


def test_nothing_from_events_becomes_part_of_the_picture(graph: Graph) -> None:
    hostile = '"] --> x; click n0 "javascript:alert(1)" <img>\n%%{init: {}}%%'
    drawn = draw(list(arrows(graph, [event(hostile, hostile, "h", 0)]).values()))
    shown = re.sub(r"#\d+;", "", drawn)
    assert not re.search(r"javascript:|<img|%%|; click", shown)
    assert len(drawn.splitlines()) == len(draw(list(arrows(graph, [event("X", "y", "h", 0)]).values())).splitlines())


def test_one_domain_is_what_goes_in_and_out_of_it(graph: Graph) -> None:
    (placed, *_) = order(1, 10, 10)
    seen = Observation("troupe")
    for one in (placed, event("LetterSent", "post.office", "l", 9, placed)):
        seen.add(one)
    ways = {(a.source, a.type, a.target) for a in seen.arrows(graph, domain="post")}
    assert ways == {("", "OrderPlaced", "post.office"), ("post.office", "LetterSent", "")}


def test_an_arrow_in_words() -> None:
    assert describe(Arrow("", "OrderPlaced", "shop.stock", "unseen")) == "OrderPlaced from outside to shop.stock"
    assert describe(Arrow("shop.stock", "X", "", "undeclared")) == "X from shop.stock"
