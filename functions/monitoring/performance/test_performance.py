"""Slower than before, too late, and dead letters that grow."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from troupe.adapters.history import Happening, reactions

from .letters import growing
from .pace import NOW, late, percentile, slow

Make = Callable[..., Happening]
LATELY = NOW.total_seconds()


def reacted(happened: Make, count: int, ago: float, *waits: float) -> list[Happening]:
    """Orders and the reactions to them, whose waits come in turn."""
    found = []
    for n in range(count):
        placed = happened("OrderPlaced", ago=ago + n, source="cli")
        found += [placed, happened("Packed", {}, placed, after=waits[n % len(waits)], source="shop.stock")]
    return found


@pytest.mark.parametrize(
    ("before", "now_", "count", "is_slow"),
    [
        ((0.1,), (0.1,), 40, False),
        ((0.1,), (0.9,), 40, False),  # nine times as slow, and nobody notices
        ((0.1,), (1.2,), 40, True),
        ((0.1,), (1.2,), 19, False),  # too few to say
        ((5.0,), (9.0,), 40, False),  # slow as ever
        ((5.0,), (10.5,), 40, True),
        ((0.1,), (*[0.1] * 9, 30.0), 40, True),  # one in ten
        ((0.1,), (*[0.1] * 39, 30.0), 40, False),  # one in forty
    ],
)
def test_slow_is_what_is_slower_than_before(
    happened: Make, now: datetime, before: tuple[float, ...], now_: tuple[float, ...], count: int, is_slow: bool
) -> None:
    past = [*reacted(happened, count, LATELY + 60, *before), *reacted(happened, count, 300, *now_)]
    seen = slow(past, reactions(past), lambda source: source.removeprefix("troupe."), now - NOW)
    assert [(s.kind, s.subject) for s in seen] == ([("slow-reaction", "shop.stock on OrderPlaced")] if is_slow else [])


def test_the_percentile_is_the_nearest_rank() -> None:
    assert [percentile(range(1, 101), share) for share in (0.95, 0.5, 1.0, 0.001)] == [95, 50, 100, 1]
    assert percentile([7.0]) == 7.0


def ended(happened: Make, took: float, within_s: float | None = 100, namespace: str = "") -> list[Happening]:
    root = happened("OrderPlaced", ago=400, within_s=within_s)
    return [root, happened("OrderShipped", {}, root, after=took, terminal=True, namespace=namespace)]


def test_stories_that_end_close_to_their_limit_again_and_again_are_late(happened: Make, now: datetime) -> None:
    close = [e for took in (80, 99, 300) for e in ended(happened, took)]
    fast = [e for _ in range(9) for e in [*ended(happened, 79), *ended(happened, 300, within_s=None)]]
    replayed = [e for _ in range(9) for e in ended(happened, 90, namespace="replay-1")]
    (seen,) = late([*close, *fast, *replayed], [], now - NOW)
    assert (seen.kind, seen.subject, seen.severity, seen.count) == ("late-stories", "OrderPlaced", "warning", 3)
    assert late([*close[:4], *fast, *replayed], [], now - NOW) == []
    assert late(close, [], now - timedelta(seconds=99)) == [], "they are over since"


def test_one_stalled_story_is_enough(happened: Make, now: datetime) -> None:
    stalled = happened("ChoreographyStalled", {"root_type": "OrderPlaced"}, failure=True)
    (seen,) = late([], [stalled], now - NOW)
    assert (seen.severity, seen.summary) == (
        "critical",
        "Of the stories that begin with OrderPlaced, 1 stalled and 0 ended late.",
    )


@pytest.mark.parametrize(
    ("agos", "grows"), [((10, 310, 610), True), ((10, 20, 30, 310), False), ((310, 610, 899), False)]
)
def test_dead_letters_grow_when_there_are_new_ones_again_and_again(
    happened: Make, now: datetime, agos: tuple[float, ...], grows: bool
) -> None:
    failures = [happened("AgentFailed", {"agent": "a.b"}, ago=ago, failure=True) for ago in agos]
    seen = growing([*failures, happened("Declined", failure=True)], now)
    assert [(s.kind, s.subject, s.count) for s in seen] == ([("growing-dead-letters", "a.b", 3)] if grows else [])
