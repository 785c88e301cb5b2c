"""From a run that failed to the fewest faults that make it fail: delta debugging over the faults that struck."""

from __future__ import annotations

from collections.abc import Callable

from troupe.local.simulation.play import Outcome

_MOST_PLAYS = 60


def shrunk(first: Outcome, play: Callable[[frozenset[str]], Outcome], most: int = _MOST_PLAYS) -> Outcome:
    """The failing run with as many faults left out as can be; `play` gets the keys of the faults to leave out.

    Only runs that fail in the same way count, so that one failure does not turn into another. `most`: runs at most,
    because each may take a second.
    """
    wanted = _way(first.violations[0])
    best, without, plays = first, frozenset[str](), 0
    size = max(len(best.faults) // 2, 1)
    while plays < most:
        keys = [fault.key for fault in best.faults]
        smaller = False
        for start in range(0, len(keys), size):
            if plays >= most:
                break
            plays += 1
            tried = without | set(keys[start : start + size])
            outcome = play(tried)
            if wanted in map(_way, outcome.violations) and len(outcome.faults) < len(best.faults):
                best, without, smaller = outcome, tried, True
                break
        if not smaller:
            if size == 1:
                break
            size = max(size // 2, 1)
    return best


def _way(violation: str) -> str:
    """The sentence without what it is about: ids, names and counts change from run to run."""
    number, _, said = violation.partition(":")
    return f"{number}: {' '.join(word for word in said.split() if word.isalpha() and word.islower())}"
