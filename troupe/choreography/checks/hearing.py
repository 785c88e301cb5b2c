"""Events that nobody hears, and handlers that wait for what nobody says."""

from __future__ import annotations

from collections.abc import Iterator

from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import PLATFORM, Graph, HandlerNode

UNHEARD = Rule(
    "unheard-event", "warning", "Whatever follows from it never happens, and its story does not end with it."
)
UNSATISFIED = Rule("unsatisfied-subscription", "error", "What should follow from it never happens.")
UNREACHABLE = Rule("unreachable-agent", "error", "It is deployed and paid for, and never acts.")


def unheard_events(graph: Graph) -> Iterator[Finding]:
    """Events that nobody hears, though they do not end the story."""
    for event in graph.events.values():
        if event.domain == PLATFORM or event.terms.terminal or graph.hearers(event.name):
            continue
        publishers = sorted({handler.agent for handler in graph.publishers(event.name)})
        said_by = f", though {' and '.join(publishers)} may publish it" if publishers else ""
        yield Finding(
            UNHEARD,
            f"{event.name} is heard by nobody{said_by}.",
            event.where,
            "Give an agent a parameter of this type, say terminal=True if it ends the story, or delete it.",
        )


def unsatisfied_subscriptions(graph: Graph) -> Iterator[Finding]:
    """Events that an agent waits for, though nobody publishes them and they do not come from outside."""
    for handler in graph.handlers:
        for name in handler.hears:
            if _is_missing(graph, name):
                yield Finding(
                    UNSATISFIED,
                    f"{handler.agent} hears {name}, which nobody publishes.",
                    handler.where,
                    f"Let an agent return {name}, or say root=True on it if it comes from outside.",
                )


def unreachable_agents(graph: Graph) -> Iterator[Finding]:
    """Handlers that no root leads to, though everything they hear is published: by others whom nothing leads to.

    Whoever comes after an unsatisfied subscription is not told: it acts once that is mended.
    """
    missing = {name for handler in graph.handlers for name in handler.hears if _is_missing(graph, name)}
    acting = graph.acting(missing)
    for handler in graph.handlers:
        if handler not in acting:
            sides = [side for side in handler.sides if not any(_is_said(graph, acting, name) for name in side)]
            names = " and ".join(" or ".join(side) for side in sides)
            yield Finding(
                UNREACHABLE,
                f"No root leads to {handler.full_name}: {names} is only published by agents that nothing leads to.",
                handler.where,
                "Let it hear an event that follows from a root, or say root=True on one that comes from outside.",
            )


def _is_missing(graph: Graph, name: str) -> bool:
    event = graph.events[name]
    return event.domain != PLATFORM and not event.terms.root and not graph.publishers(name)


def _is_said(graph: Graph, acting: frozenset[HandlerNode], name: str) -> bool:
    event = graph.events[name]
    return event.domain == PLATFORM or event.terms.root or any(h in acting for h in graph.publishers(name))
