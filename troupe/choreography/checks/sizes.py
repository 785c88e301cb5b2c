"""How long and how wide a story can become, against what the stage allows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from troupe.choreography.checks.circling import unbounded_cycles
from troupe.choreography.circles import circles
from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import EventNode, Graph, HandlerNode
from troupe.choreography.stories import Stories
from troupe.runtime.settings import Limits

DEEP = Rule("too-deep", "warning", "The stage halts such a story before it can end.")
MANY = Rule("too-many-events", "warning", "The stage halts such a story before it can end.")
BEYOND = Rule(
    "bound-beyond-limit", "warning", "The stage's limit halts it first, so the bound that is written here is not true."
)

_MOST_STATES = 20_000


@dataclass(frozen=True, slots=True)
class Size:
    """The worst case of the stories that begin with one root."""

    root: EventNode
    depth: int
    """Events along the longest causal path after the root; its metadata's `depth`."""
    events: float
    """Events of the largest story, the root included; infinite where a handler returns a list."""


class _TooLarge(Exception):
    """More states than are worth looking at."""


def sizes(graph: Graph) -> list[Size]:
    """One per root that begins stories; none while a circle has no bound, or where there are too many to look at.

    A handler counts as often as it says at_most; a join that a person's answer completes counts once.
    """
    if any(True for _ in unbounded_cycles(graph)):
        return []
    stories, found = Stories(graph), []
    measure = _Measure(stories)
    for root in stories.beginnings:
        joins = [h for h in stories.told([root.name], {}, undecided=True).chosen if h.is_join]
        try:
            events = measure.events(root.name) + sum(measure.answered(join, ()) for join in joins)
            found.append(Size(root, measure.depth(root.name), events))
        except _TooLarge:
            continue
    return found


def stage_limits(graph: Graph, limits: Limits) -> Iterator[Finding]:
    """Stories that are larger than the stage allows, and bounds that it does not let anybody reach."""
    for size in sizes(graph):
        if size.depth > limits.max_depth:
            yield Finding(
                DEEP,
                f"A story that begins with {size.root.name} can be {size.depth} events deep; the stage allows "
                f"{limits.max_depth} (max_depth).",
                size.root.where,
                "Lower an at_most on its way, or raise max_depth in cdk.json.",
            )
        if limits.max_events < size.events < math.inf:
            yield Finding(
                MANY,
                f"A story that begins with {size.root.name} can have {size.events:,.0f} events; the stage allows "
                f"{limits.max_events:,} (max_events).",
                size.root.where,
                "Let fewer agents hear the same event, or raise max_events in cdk.json.",
            )
    for handler in graph.handlers:
        if handler.at_most is not None and handler.at_most > limits.max_repeats:
            yield Finding(
                BEYOND,
                f"{handler.full_name} says at_most={handler.at_most}; the stage allows {limits.max_repeats} "
                "(max_repeats).",
                handler.where,
                "Lower at_most, or raise max_repeats in cdk.json.",
            )


_Left = tuple[tuple[HandlerNode, int], ...]
"""Of each handler of a circle that has acted, how often it may act again."""


@dataclass(slots=True)
class _Measure:
    stories: Stories
    _counted: frozenset[HandlerNode] = frozenset()
    _depths: dict[tuple[str, _Left], int] = field(default_factory=dict)
    _events: dict[tuple[str, _Left], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        follows = self.stories.graph.follows(self.stories.graph.handlers)
        around = (circle for circle in circles(follows) if len(circle) > 1 or circle[0] in follows[circle[0]])
        self._counted = frozenset(h for circle in around for h in circle if h.at_most is not None or h.is_join)

    def depth(self, event: str, left: _Left = ()) -> int:
        """Events along the longest path that follows from one."""
        key = event, left
        if key not in self._depths:
            self._check(self._depths)
            deepest = 0
            for handler in self.stories.hearers(event):
                after = self._after(handler, left)
                if after is not None:
                    for way in self.stories.options(handler):
                        deepest = max([deepest, *(1 + self.depth(said, after) for said in way.events)])
            self._depths[key] = deepest
        return self._depths[key]

    def events(self, event: str, left: _Left = ()) -> float:
        """Events of all that follows from one, itself included; joins act once, and are counted apart."""
        key = event, left
        if key not in self._events:
            self._check(self._events)
            self._events[key] = 1 + sum(
                self.answered(handler, left) for handler in self.stories.hearers(event) if not handler.is_join
            )
        return self._events[key]

    def answered(self, handler: HandlerNode, left: _Left) -> float:
        """Events of the largest of a handler's answers and of all that follows."""
        after = self._after(handler, left)
        if after is None:
            return 0
        largest = 0.0
        for way in self.stories.options(handler):
            largest = max(largest, sum(self.events(e, after) for e in way.events) * (math.inf if way.many else 1))
        return largest

    def _after(self, handler: HandlerNode, left: _Left) -> _Left | None:
        """What is left once the handler has acted; None when it may not."""
        if handler not in self._counted:
            return left
        counts = dict(left)
        counts[handler] = counts.get(handler, handler.at_most or 1) - 1
        return None if counts[handler] < 0 else tuple(sorted(counts.items(), key=lambda item: item[0].full_name))

    @staticmethod
    def _check(known: dict[tuple[str, _Left], int] | dict[tuple[str, _Left], float]) -> None:
        if len(known) > _MOST_STATES:
            raise _TooLarge
