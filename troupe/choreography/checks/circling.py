"""Agents that answer each other in a circle: allowed only where a handler of the circle says how often."""

from __future__ import annotations

from collections.abc import Iterator

from troupe.choreography.circles import circles
from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import Graph, HandlerNode

UNBOUNDED = Rule(
    "unbounded-cycle",
    "error",
    "Only the stage's limits end it, after up to max_repeats rounds that cost time and money.",
)
IDLE = Rule("idle-bound", "warning", "The next reader looks for a circle that is not there.")


def unbounded_cycles(graph: Graph) -> Iterator[Finding]:
    """Circles without a handler that says at_most. One finding each, at a handler that can leave the circle."""
    for circle in circles(graph.follows(h for h in graph.acting() if h.at_most is None and not _acts_once(graph, h))):
        if not _is_circle(graph, circle):
            continue
        said = {event for handler in circle for event in handler.publishes}
        heard = {event for handler in circle for event in handler.hears}
        leaving = [handler for handler in circle if set(handler.publishes) - heard]
        where = min(leaving or circle, key=lambda h: h.full_name)
        names = sorted(handler.full_name for handler in circle)
        who = (
            f"{names[0]} answers itself"
            if len(names) == 1
            else f"{', '.join(names[:-1])} and {names[-1]} answer each other"
        )
        yield Finding(
            UNBOUNDED,
            f"{who} without end, by {' and '.join(sorted(said & heard))}.",
            where.where,
            f"Say how often {where.name} acts at most along one causal path: @agent.on(at_most=3); `context.is_last` "
            "tells it when to end.",
        )


def idle_bounds(graph: Graph) -> Iterator[Finding]:
    """Handlers that say at_most, though nothing leads back to them."""
    inside = {h for circle in circles(graph.follows(graph.handlers)) if _is_circle(graph, circle) for h in circle}
    for handler in graph.handlers:
        if handler.at_most is not None and handler not in inside:
            yield Finding(
                IDLE,
                f"{handler.full_name} says at_most={handler.at_most}, and none of its answers leads back to it.",
                handler.where,
                "Delete at_most.",
            )


def _is_circle(graph: Graph, circle: list[HandlerNode]) -> bool:
    return len(circle) > 1 or circle[0] in graph.follows(circle)[circle[0]]


def _acts_once(graph: Graph, handler: HandlerNode) -> bool:
    """Whether a join bounds a circle by itself: it acts once per correlation, or one of its sides is from elsewhere."""
    if not handler.is_join:
        return False
    fed = {event for published in handler.publishes for event in graph.reached_from(published)}
    return handler.join_on is None or any(fed.isdisjoint(side) for side in handler.sides)
