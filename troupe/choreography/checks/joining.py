"""Joins that can never be complete."""

from __future__ import annotations

from collections.abc import Iterator

from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import PLATFORM, Graph, HandlerNode
from troupe.choreography.stories import Stories, Story, TooManyWays

SEPARATE = Rule(
    "separate-stories", "error", "A join waits for events of one correlation; these never share one, so it never acts."
)
EXCLUSIVE = Rule("exclusive-sides", "error", "Where one of the sides comes the other does not, so the join never acts.")


def separate_stories(graph: Graph) -> Iterator[Finding]:
    """Joins whose sides come from different roots, each of which begins a correlation of its own.

    A root on one side is fine where it answers: the join says join_on, the field that names the request, and another
    side is an event that agents publish. Whoever answers publishes into the request's correlation.
    """
    stories = Stories(graph)
    for join in _complete(graph):
        if any(_meet(graph, join, story.events) for story in stories.openings()):
            continue
        roots = [side for side in join.sides if stories.is_from_outside(side)]
        fix = "Let one story lead to all sides"
        if roots and len(roots) < len(join.sides):
            fix += f", or say join_on, the field in which {' or '.join(roots[0])} names what it answers"
        yield Finding(
            SEPARATE,
            f"{join.full_name} waits for {_sides(join)}, which belong to different stories.",
            join.where,
            f"{fix}.",
        )


def exclusive_sides(graph: Graph) -> Iterator[Finding]:
    """Joins that wait for two alternatives of one decision."""
    stories = Stories(graph)
    for join in _complete(graph):
        openings = [story for story in stories.openings() if _meet(graph, join, story.events)]
        if not openings or any(graph.events[e].domain == PLATFORM for e in join.hears):
            continue
        try:
            possible = any(_comes_about(stories, story, join) for story in openings)
        except TooManyWays:
            continue
        if not possible:
            yield Finding(
                EXCLUSIVE,
                f"{join.full_name} waits for {_sides(join)}, which exclude each other: whoever publishes one leaves "
                "out the other.",
                join.where,
                "Take them as alternatives of one parameter (A | B), or publish both (tuple[A, B]).",
            )


def _comes_about(stories: Stories, story: Story, join: HandlerNode) -> bool:
    """Whether the join acts in one of the stories that begin like this one."""
    if any(True for _ in stories.searched(story.beginnings, {join: None})):
        return True
    again = stories.repeated(story)
    return bool(again) and any(True for _ in stories.searched(story.beginnings, {join: None}, again))


def _complete(graph: Graph) -> list[HandlerNode]:
    """Joins of which nothing else is wrong: each side can come."""
    acting = graph.acting()
    return [join for join in graph.joins if join in acting]


def _meet(graph: Graph, join: HandlerNode, events: frozenset[str]) -> bool:
    """Whether all sides come in one story; incidents may come in any."""
    return all(any(e in events or graph.events[e].domain == PLATFORM for e in side) for side in join.sides)


def _sides(join: HandlerNode) -> str:
    return " and ".join(" or ".join(side) for side in join.sides)
