"""Stories that cannot end, that may stop without an end, and that may end twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from troupe.choreography.answers import SILENCE, Answer
from troupe.choreography.finding import Finding, Rule
from troupe.choreography.graph import EventNode, Graph, HandlerNode
from troupe.choreography.stories import Stories, Story, TooManyWays, expiry

ENDLESS = Rule(
    "endless-root",
    "error",
    "Nobody can tell whether it is finished, so the watchdog will report every one of them.",
)
SILENT = Rule(
    "silent-end",
    "warning",
    "Such a story just stops: whoever waits for its end waits until the watchdog gives it up.",
)
EXPIRY = Rule("unheard-expiry", "warning", "When one of its sides is late, nobody ends the story: it is stuck.")
RACING = Rule(
    "racing-terminals",
    "warning",
    "The first end that is recorded wins, whichever that is; a later one is kept as superseded, and nobody acts on it.",
)
UNDECIDED = Rule("too-many-ways", "note", "What was not looked at may be wrong.")


def endless_roots(graph: Graph) -> Iterator[Finding]:
    """Roots from which no terminal event can be reached."""
    for root in Stories(graph).beginnings:
        if _is_endless(graph, root) and not any(_is_unheard(graph, name) for name in graph.reached_from(root.name)):
            yield Finding(
                ENDLESS,
                f"A story that begins with {root.name} can never end: no terminal event follows from it.",
                root.where,
                "Say terminal=True on the event that ends it.",
            )


def unheard_expiries(graph: Graph) -> Iterator[Finding]:
    """Joins that say how long they wait, while nobody hears that they have waited in vain."""
    stories = Stories(graph)
    for join in graph.joins:
        if join.within_s and not stories.hearers(expiry(join)):
            yield Finding(
                EXPIRY,
                f"{join.full_name} waits {join.within_s} s at most, and nobody hears its JoinExpired.",
                join.where,
                "Let an agent hear JoinExpired and end the story.",
            )


def silent_ends(graph: Graph) -> Iterator[Finding]:
    """Answers after which a story stops without a terminal event: a None, an event that leads nowhere, a filter.

    A story that waits for a person's answer has not stopped, nor has one that goes round in a circle: a guard ends it.
    """
    stories = Stories(graph)
    for root in stories.beginnings:
        if _is_endless(graph, root):
            continue
        try:
            while story := stories.silent(root.name):
                blamed = _blamed(graph, stories, root, story)
                if blamed is None:
                    yield _unexplained(root, story)
                    break
                stories.leave_out(*blamed)
                if not any(_is_unheard(graph, event) for event in blamed[1].events):
                    yield _silence(graph, root, *blamed)
        except TooManyWays:
            yield _undecided(root)


def _blamed(graph: Graph, stories: Stories, root: EventNode, story: Story) -> tuple[HandlerNode, Answer] | None:
    """The answer that made the difference: with another of the same handler, the story could have ended.

    An event is to blame only if no end follows from it whatever the others choose.
    """
    choices = {h: way for h, way in story.chosen.items() if len(stories.options(h)) > 1}
    for handler, way in sorted(choices.items(), key=lambda choice: (bool(choice[1].events), choice[0].full_name)):
        if way.events and _may_end(graph, stories, root, {handler: way}):
            continue
        others = (other for other in stories.options(handler) if other != way)
        if any(_may_end(graph, stories, root, {**choices, handler: other}) for other in others):
            return handler, way
    return None


def _may_end(graph: Graph, stories: Stories, root: EventNode, chosen: dict[HandlerNode, Answer]) -> bool:
    return any(_is_end(graph, event) for event in stories.told([root.name], chosen, undecided=True).events)


def _silence(graph: Graph, root: EventNode, handler: HandlerNode, way: Answer) -> Finding:
    if way != SILENCE:
        name = way.events[0]
        return Finding(
            SILENT,
            f"A story that begins with {root.name} may stop at {' and '.join(way.events)}: nothing that follows from "
            "it ends the story.",
            graph.events[name].where if name in graph.events else handler.where,
            "Say terminal=True on it if it ends the story, or let an agent hear it and publish the end.",
        )
    if SILENCE in handler.answers:
        what, fix = "says nothing", "Return an event that ends the story instead of None"
    else:
        what, fix = "hears nothing, because its filter keeps the event away", "Let another agent hear the rest"
    return Finding(
        SILENT,
        f"A story that begins with {root.name} may stop without an end where {handler.full_name} {what}.",
        handler.where,
        f"{fix}.",
    )


def _unexplained(root: EventNode, story: Story) -> Finding:
    joins = ", ".join(sorted(handler.full_name for handler in story.waits))
    waits = f"{joins} waits for what does not come" if joins else "everybody has acted"
    said = ", ".join(sorted(story.events - {root.name})) or "nothing"
    return Finding(
        SILENT,
        f"A story that begins with {root.name} may stop without an end: after {said}, {waits}.",
        root.where,
        "Let an agent end this case, too.",
    )


def racing_terminals(graph: Graph) -> Iterator[Finding]:
    """Handlers that may each end the same story. Alternatives of one decision do not race."""
    stories = Stories(graph)
    found: set[frozenset[HandlerNode]] = set()
    for root in stories.beginnings:
        opening = stories.told([root.name], {}, undecided=True)
        ending = sorted((h for h in opening.chosen if _ends(graph, h)), key=lambda h: h.full_name)
        try:
            racing = _groups([pair for pair in _pairs(ending) if _race(graph, stories, root, *pair)])
        except TooManyWays:
            yield _undecided(root)
            continue
        for group in racing:
            if group not in found:
                found.add(group)
                yield _race_of(graph, root, sorted(group, key=lambda h: h.full_name))


def _race(graph: Graph, stories: Stories, root: EventNode, one: HandlerNode, other: HandlerNode) -> bool:
    if one is other and one.is_join:
        return False  # it acts once
    if one is not other and one.narrowed and other.narrowed and set(one.hears) & set(other.hears):
        return False  # two filters on one event are taken to divide the events between them
    ends = [[way for way in stories.options(h) if any(_is_end(graph, e) for e in way.events)] for h in (one, other)]
    for ways in product(*ends):
        if one is other and ways[0] != ways[1]:
            continue
        for story in stories.searched([root.name], dict(zip((one, other), ways, strict=True))):
            if one is not other or stories.times(story, one) > 1:
                return True
    return False


def _race_of(graph: Graph, root: EventNode, group: list[HandlerNode]) -> Finding:
    ends = sorted({event for handler in group for event in handler.publishes if _is_end(graph, event)})
    names = [handler.full_name for handler in group]
    if len(group) == 1:
        what = f"{names[0]} may act several times in a story that begins with {root.name}, and each time end it"
    else:
        what = f"{', '.join(names[:-1])} and {names[-1]} may each end a story that begins with {root.name}"
    return Finding(
        RACING,
        f"{what}, with {' or '.join(ends)}.",
        group[0].where,
        "Let one agent join what they know and decide the end, or let only one of their events be terminal.",
    )


def _pairs(handlers: list[HandlerNode]) -> Iterator[tuple[HandlerNode, HandlerNode]]:
    for position, one in enumerate(handlers):
        yield from ((one, other) for other in handlers[position:])


def _groups(pairs: list[tuple[HandlerNode, HandlerNode]]) -> list[frozenset[HandlerNode]]:
    """Pairs that hang together, as groups; a handler that races with others is not told to race with itself, too."""
    groups: list[set[HandlerNode]] = []
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched] + [set(pair).union(*touched)]
    return [frozenset(group) for group in groups]


def _undecided(root: EventNode) -> Finding:
    return Finding(
        UNDECIDED,
        f"Stories that begin with {root.name} can go more ways than can be tried; their ends were not looked at.",
        root.where,
        "Nothing; the simulation plays such stories.",
    )


def _is_endless(graph: Graph, root: EventNode) -> bool:
    """No end follows; a root that nobody hears is found as an unheard event."""
    reached = graph.reached_from(root.name)
    return bool(graph.hearers(root.name)) and not any(_is_end(graph, name) for name in reached)


def _ends(graph: Graph, handler: HandlerNode) -> bool:
    return any(_is_end(graph, event) for event in handler.publishes)


def _is_end(graph: Graph, name: str) -> bool:
    return name in graph.events and graph.events[name].terms.terminal


def _is_unheard(graph: Graph, name: str) -> bool:
    return name in graph.events and not graph.events[name].terms.terminal and not graph.hearers(name)
