"""The stories that a choreography can tell: who acts, and on which answers, from a beginning to wherever it stops.

A story is explored as a game: every handler chooses one of its answers, once. That is enough to find a story that
never ends or ends twice, since whoever may choose again in a loop could have chosen so the first time.

What is outside a story is not in it: incidents such as AgentFailed, after which a redrive goes on, are never heard.
What is: a join that says within_s may expire, and a root that answers a request may come, if a join waits for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from troupe.choreography.answers import SILENCE, Answer
from troupe.choreography.circles import circles
from troupe.choreography.graph import PLATFORM, EventNode, Graph, HandlerNode
from troupe.choreography.patterns import InvalidPattern, matches
from troupe.runtime.context import Tick
from troupe.runtime.incidents import JoinExpired

MOST_WAYS = 1_000
"""Partial stories that one search looks at before it gives up: a fraction of a second."""
_EXPIRED = JoinExpired.type_name()


class TooManyWays(Exception):
    """A search gave up."""


@dataclass(frozen=True, slots=True)
class Story:
    """One story as far as it goes."""

    beginnings: tuple[str, ...]
    events: frozenset[str]
    chosen: Mapping[HandlerNode, Answer]
    """Who acted, with which answer."""
    waits: frozenset[HandlerNode]
    """Joins for which not everything has come."""


@dataclass(slots=True)
class Stories:
    """All stories of a graph."""

    graph: Graph
    _hearers: dict[str, list[HandlerNode]] = field(default_factory=dict)
    _publishers: dict[str, list[HandlerNode]] = field(default_factory=dict)
    _options: dict[HandlerNode, list[Answer]] = field(default_factory=dict)
    _sides: dict[str, list[tuple[HandlerNode, int]]] = field(default_factory=dict)
    """Who hears an event, on which side."""
    _terminals: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._terminals = frozenset(event.name for event in self.graph.terminals)
        hearers: dict[str, list[HandlerNode]] = defaultdict(list)
        for handler in self.graph.handlers:
            for event in handler.publishes if handler.sides else ():  # what people say comes from outside
                self._publishers.setdefault(event, []).append(handler)
            for event in handler.hears:
                hearers[event].append(handler)
        for join in self.graph.joins:
            if join.within_s:
                hearers[expiry(join)] = [h for h in hearers[_EXPIRED] if _lets_through(h, join)]
                self._publishers.setdefault(_EXPIRED, []).append(join)
        self._hearers = dict(hearers)
        self._sides = {
            event: [(h, n) for h in heard for n, side in enumerate(h.sides) if _name(event) in side]
            for event, heard in hearers.items()
        }
        self._options = {handler: self._ways(handler) for handler in self.graph.handlers}

    def hearers(self, event: str) -> list[HandlerNode]:
        return self._hearers.get(event, [])

    def options(self, handler: HandlerNode) -> list[Answer]:
        """Its answers; what is left of them."""
        return self._options[handler]

    def leave_out(self, handler: HandlerNode, answer: Answer) -> None:
        """Looks no longer at stories in which it answers so: they have been told."""
        self._options[handler] = [way for way in self._options[handler] if way != answer]

    def _ways(self, handler: HandlerNode) -> list[Answer]:
        ways = list(handler.answers)
        if handler.narrowed and not handler.is_join and SILENCE not in ways and not self._shares_its_filter(handler):
            ways.append(SILENCE)  # what the filter keeps away, it never answers
        if handler.is_join and handler.within_s and self.hearers(expiry(handler)):
            ways.append(Answer((expiry(handler),)))
        return ways

    def _shares_its_filter(self, handler: HandlerNode) -> bool:
        """True when another narrowed handler hears the same: the two are taken to divide the events between them."""
        return handler.hears == (_EXPIRED,) or all(
            any(other.narrowed and other is not handler for other in self.hearers(event)) for event in handler.hears
        )

    @property
    def beginnings(self) -> list[EventNode]:
        """The roots that some handler takes by themselves, so that a story begins with them."""
        alone = {event for h in self.graph.handlers if not h.is_join for event in h.hears}
        return [root for root in self.graph.roots if root.name in alone]

    def told(self, beginnings: Iterable[str], chosen: Mapping[HandlerNode, Answer], *, undecided: bool) -> Story:
        """The story in which these have chosen; whoever has more than one way left gives all answers at once if
        `undecided`, or none."""
        beginnings = tuple(beginnings)
        events, waiting = set(beginnings), list(beginnings)
        acting: dict[HandlerNode, Answer] = {}
        arrived: dict[HandlerNode, set[int]] = defaultdict(set)
        while waiting:
            event = waiting.pop()
            for handler, side in self._sides.get(event, ()):
                arrived[handler].add(side)
                complete = len(arrived[handler]) == len(handler.sides)
                said = {} if complete else self._answer_of_a_person(handler, events)
                ways = [chosen[handler]] if handler in chosen else self.options(handler)
                if not complete:
                    late = handler.within_s and (undecided or handler in chosen)
                    ways = [way for way in ways if way.events == (expiry(handler),)] if late else []
                elif len(ways) != 1 and not undecided:
                    acting[handler], ways = SILENCE, []
                if ways:
                    said |= dict.fromkeys(event for way in ways for event in way.events)
                    acting[handler] = ways[0] if len(ways) == 1 else Answer(tuple(said), any(w.many for w in ways))
                waiting += [name for name in said if name not in events]  # in order, so that findings are the same
                events |= said.keys()
        waits = (h for h, sides in arrived.items() if len(sides) < len(h.sides) and h not in acting)
        return Story(tuple(beginnings), frozenset(events), acting, frozenset(waits))

    def searched(
        self,
        beginnings: Iterable[str],
        wanted: Mapping[HandlerNode, Answer | None],
        freely: frozenset[HandlerNode] = frozenset(),
    ) -> Iterator[Story]:
        """The stories in which all of these act, and answer so; None: in any way.

        Whoever has no influence on that, and whoever acts `freely`, gives all answers at once. Raises TooManyWays.
        """
        beginnings = tuple(beginnings)
        deciding = self._influence(wanted) - freely
        pending = [{handler: way for handler, way in wanted.items() if way is not None}]
        for _ in range(MOST_WAYS):
            if not pending:
                return
            chosen = pending.pop()
            story = self.told(beginnings, chosen, undecided=True)
            if not all(handler in story.chosen for handler in wanted):
                continue
            asked = next((h for h in story.chosen if h in deciding and h not in chosen and self._has_a_choice(h)), None)
            if asked is None:
                yield story
            else:
                pending += [{**chosen, asked: way} for way in reversed(self.options(asked))]
        raise TooManyWays

    def silent(self, beginning: str) -> Story | None:
        """A story in which nobody ends anything and nothing goes on; None: there is none. Raises TooManyWays."""
        pending: list[dict[HandlerNode, Answer]] = [{}]
        for _ in range(MOST_WAYS):
            if not pending:
                return None
            chosen = pending.pop()
            story = self.told([beginning], chosen, undecided=False)
            if any(event in self._terminals for event in story.events):
                continue
            asked = next((h for h in story.chosen if h not in chosen and self._has_a_choice(h)), None)
            late = sorted((h for h in story.waits if h.within_s and h not in chosen), key=lambda h: h.full_name)
            told = next((h for h in late if self.hearers(expiry(h))), None)
            if asked is not None:
                pending += [{**chosen, asked: way} for way in reversed(self._different(asked))]
            elif told is not None:
                pending.append({**chosen, told: Answer((expiry(told),))})
            elif not late and not self._goes_round(story):
                return story
        raise TooManyWays

    def openings(self) -> list[Story]:
        """All that can happen in one correlation, per beginning: a root, or what an agent says when a clock strikes.

        Incidents may come in any.
        """
        platform = {e.name for e in self.graph.events.values() if e.domain == PLATFORM and not e.terms.root}
        incidents = sorted(platform - {Tick.type_name()})
        clock = {
            e for h in self.graph.handlers if h.every for e in h.publishes if self.graph.events[e].domain != PLATFORM
        }
        starts = [root.name for root in self.beginnings] + sorted(clock)
        return [self.told([start, *incidents], {}, undecided=True) for start in starts]

    def times(self, story: Story, handler: HandlerNode, _above: tuple[HandlerNode, ...] = ()) -> int:
        """How often a handler acts in a story, not counting rounds of a circle; a list counts as two of each."""
        if handler in _above:
            return 0
        if handler.is_join:
            return 1
        count = sum(event in story.beginnings for event in handler.hears)
        for other, way in story.chosen.items():
            common = len({_name(event) for event in way.events} & set(handler.hears))
            if common:
                count += common * (2 if way.many else 1) * self.times(story, other, (*_above, handler))
        return count

    def repeated(self, story: Story) -> frozenset[HandlerNode]:
        """Those who may act more than once in it, and so answer now in one way and now in another."""
        follows = self.graph.follows(story.chosen)
        around = {
            h for circle in circles(follows) if len(circle) > 1 or circle[0] in follows[circle[0]] for h in circle
        }
        return frozenset(h for h in story.chosen if h in around or self.times(story, h) > 1)

    def _different(self, handler: HandlerNode) -> list[Answer]:
        """Its answers, but only one of those that come to the same: heard by the same, on the same side."""
        found: dict[object, Answer] = {}
        for way in self.options(handler):
            heard = frozenset(n for e in way.events for n in ([e] if e in self._terminals else self._sides.get(e, [e])))
            found.setdefault(heard, way)
        return list(found.values())

    def _has_a_choice(self, handler: HandlerNode) -> bool:
        return len(self.options(handler)) > 1

    def _goes_round(self, story: Story) -> bool:
        """Whether agents answer each other in a circle, which a guard ends; no story dies silently there."""
        follows = {
            handler: [h for event in way.events for h in self.hearers(event) if h in story.chosen]
            for handler, way in story.chosen.items()
            if not handler.is_join or handler.join_on
        }
        return any(len(circle) > 1 or circle[0] in follows[circle[0]] for circle in circles(follows))

    def _influence(self, handlers: Iterable[HandlerNode]) -> set[HandlerNode]:
        """Those whose answers can lead to one of these, and these."""
        found, waiting = set(handlers), list(handlers)
        while waiting:
            handler = waiting.pop()
            for event in handler.hears:
                new = set(self._publishers.get(event, ())) - found
                found |= new
                waiting += new
        return found

    def _answer_of_a_person(self, join: HandlerNode, events: set[str]) -> dict[str, None]:
        """What comes from outside once a join waits for somebody's answer to a request that an agent has published."""
        missing = [side for side in join.sides if not events & set(side)]
        asked = [e for side in join.sides for e in side if e in events and e in self._publishers]
        if not join.join_on or not asked or not all(self.is_from_outside(side) for side in missing):
            return {}
        return dict.fromkeys(e for side in missing for e in side if self.graph.events[e].terms.root)

    def is_from_outside(self, side: Iterable[str]) -> bool:
        return any(self.graph.events[event].terms.root and event not in self._publishers for event in side)


def expiry(join: HandlerNode) -> str:
    """The name under which a join's own JoinExpired goes in a story."""
    return f"{_EXPIRED} of {join.full_name}"


def _name(event: str) -> str:
    """The name of its contract."""
    return event.partition(" of ")[0]


def _lets_through(handler: HandlerNode, join: HandlerNode) -> bool:
    """Whether a handler of JoinExpired hears of this join; by whom it speaks of, for what is missing nobody knows."""
    said = {"agent": join.agent, "handler": join.name}
    wanted = (handler.pattern or {}).get("detail", {}).get("data", {})
    known = {name: condition for name, condition in wanted.items() if name in said}
    try:
        return not known or matches(known, said)
    except InvalidPattern:
        return True  # found by another check
