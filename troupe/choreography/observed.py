"""What actually happened, held against the choreography that the signatures declare.

An arrow between two agents is seen when the second has published something because of what it heard from the first.
What an agent decided to stay silent about leaves no event, so it is not counted.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from troupe.choreography.discovery import PLATFORM_EVENTS
from troupe.choreography.graph import PLATFORM, Graph
from troupe.runtime.envelope import Cause, Envelope
from troupe.runtime.reactions import Place, Reactions

Standing = Literal["declared", "undeclared", "unseen", "silent"]
"""Seen and declared; seen, never declared; declared, never seen; declared, and such that nothing of it can be seen."""

Way = tuple[str, str, str]
"""Source, type and target, as in an Arrow."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """Events of one type on their way from who published them to who reacted."""

    source: str
    """An agent's id, or whoever else published it; empty: anybody outside."""
    type: str
    target: str
    """The agent that reacted; empty: nobody did, the event was published and that was all."""
    standing: Standing
    count: int = 0
    """How many events went this way."""
    median_ms: float | None = None
    """From the event to the reaction; None where nobody reacted."""
    failures: int = 0
    """How many of them led to a failure; without a target, how many were one."""

    @property
    def failure_rate(self) -> float:
        """Between 0 and 1."""
        return self.failures / self.count if self.count else 0.0


@dataclass
class _Seen:
    waited_ms: list[float] = field(default_factory=list)
    failures: int = 0
    count: int = 0


class Observation(Reactions):
    """Takes events as they are read; tells the arrows afterwards. Keeps a few words per event, not the events."""

    def __init__(self, app: str) -> None:
        super().__init__()
        self._prefix = f"{app}."
        self._failed: set[Place] = set()
        self._away: dict[Place, Cause] = {}
        self._outside: set[Place] = set()

    def add(self, event: Envelope) -> None:
        """Takes one event, in any order."""
        super().add(event)
        m = event.metadata
        if m.failure:
            self._failed.add((m.correlation_id, m.id))
        self._away |= {(cause.correlation_id, cause.id): cause for cause in m.causes}

    def away(self) -> list[Cause]:
        """Causes that have not been taken, since they lie before the window; to be fetched, and given to `beside`."""
        return [cause for place, cause in self._away.items() if place not in self._known]

    def beside(self, event: Envelope) -> None:
        """Takes a cause that itself lies outside the window: it is no event of it, but what followed from it is."""
        m = event.metadata
        self._known.setdefault((m.correlation_id, m.id), (event.source, event.type, m.occurred_at.timestamp()))
        self._outside.add((m.correlation_id, m.id))

    @property
    def count(self) -> int:
        """How many events have been taken, those beside the window left out."""
        return len(self._known) - len(self._outside)

    def arrows(self, graph: Graph, *, domain: str = "", platform: bool = False) -> list[Arrow]:
        """All arrows, declared or seen, sorted; those of the platform's own agents and events only if asked for.

        With `domain`, those from it, to it or of its events.
        """
        declared, silent = _declared(graph)
        seen = self._seen(graph)
        found = []
        for way in sorted(declared | seen.keys()):
            if not (platform or domain == PLATFORM) and _is_platforms(graph, *way):
                continue
            if domain and domain not in _domains(graph, *way):
                continue
            standing: Standing = "undeclared" if way not in declared else "declared"
            if way not in seen:
                standing = "silent" if way in silent else "unseen"
            told = seen.get(way, _Seen())
            median = statistics.median(told.waited_ms) if told.waited_ms else None
            found.append(Arrow(*way, standing, told.count, median, told.failures))
        return found

    def _seen(self, graph: Graph) -> dict[Way, _Seen]:
        seen: dict[Way, _Seen] = {}
        reacted_to = set()
        for reaction in self.each():
            reacted_to.add(reaction.place)
            source = self._who(graph, reaction.source, reaction.type)
            told = seen.setdefault((source, reaction.type, self._name(reaction.by)), _Seen())
            told.count += 1
            told.waited_ms.append(reaction.waited_ms)
            told.failures += reaction.failed
        for place, (source, type_, _) in self._known.items():
            if place in reacted_to or place in self._outside:
                continue
            told = seen.setdefault((self._who(graph, source, type_), type_, ""), _Seen())
            told.count += 1
            told.failures += place in self._failed
        return seen

    def _who(self, graph: Graph, source: str, type_: str) -> str:
        name = self._name(source)
        is_root = type_ in graph.events and graph.events[type_].terms.root
        return "" if is_root and name not in graph.agents else name

    def _name(self, source: str) -> str:
        return source.removeprefix(self._prefix)


def _declared(graph: Graph) -> tuple[set[Way], set[Way]]:
    """The ways that the signatures declare; and which of them end at a handler that never says anything."""
    declared: set[Way] = set()
    silent: set[Way] = set()
    for name, event in graph.events.items():
        sources = {handler.agent for handler in graph.publishers(name)} | ({""} if event.terms.root else set())
        hearers = graph.hearers(name)
        for source in sources:
            declared |= {(source, name, handler.agent) for handler in hearers}
            silent |= {(source, name, handler.agent) for handler in hearers if not handler.publishes}
            # Whether anybody hears it or not: it may go no further, when whoever hears it stays silent.
            declared.add((source, name, ""))
            if hearers:
                silent.add((source, name, ""))
    return declared, silent


def _is_platforms(graph: Graph, source: str, type_: str, target: str) -> bool:
    if any(name.startswith(f"{PLATFORM}.") for name in (source, target)):
        return True
    # Every agent may publish what the platform itself has to say.
    return type_ in _PLATFORM_TYPES or (type_ in graph.events and graph.events[type_].domain == PLATFORM)


def _domains(graph: Graph, source: str, type_: str, target: str) -> set[str]:
    own = {graph.events[type_].domain} if type_ in graph.events else set()
    return own | {name.split(".")[0] for name in (source, target) if name}


def draw(arrows: Iterable[Arrow]) -> str:
    """The arrows as a Mermaid flowchart. Whatever comes from events is escaped, so that none of it can be Mermaid.

    A thin arrow is declared and seen; a dotted one was never seen; a thick one was seen and never declared.
    """
    shown = [a for a in arrows if a.count or a.target or a.standing == "unseen"]
    nodes: dict[str, str] = {}
    lines: list[str] = []
    styles: list[str] = []
    for number, arrow in enumerate(shown):
        source = _node(nodes, "agent" if arrow.source else "outside", arrow.source)
        target = _node(nodes, "agent", arrow.target) if arrow.target else _node(nodes, "event", arrow.type)
        left, right = {"undeclared": ("==", "==>"), "unseen": ("-.", ".->")}.get(arrow.standing, ("--", "-->"))
        lines.append(f'{source} {left} "{"<br/>".join(_label(arrow))}" {right} {target}')
        if arrow.standing in _LINKS:
            styles.append(f"linkStyle {number} {_LINKS[arrow.standing]}")
    drawn = ["flowchart LR", *nodes.values(), *lines, *styles, *_CLASSES]
    return "\n  ".join(drawn) + "\n"


def _node(nodes: dict[str, str], kind: str, name: str) -> str:
    key = f"{kind} {name}"
    id = nodes[key].split("(", 1)[0].split("[", 1)[0] if key in nodes else f"n{len(nodes)}"
    left, right = ("[", "]") if kind == "agent" else ("([", "])")
    nodes.setdefault(key, f'{id}{left}"{_text(name or "outside")}"{right}:::{kind}')
    return id


def _label(arrow: Arrow) -> Iterator[str]:
    yield _text(arrow.type)
    if arrow.standing == "undeclared":
        yield "never declared"
    if not arrow.count:
        yield "never seen" if arrow.standing == "unseen" else "never answered"
        return
    said = [f"{arrow.count:,} ×"]
    if arrow.median_ms is not None:
        said.append(f"{arrow.median_ms:,.0f} ms" if arrow.median_ms < 10_000 else f"{arrow.median_ms / 1000:,.0f} s")
    if arrow.failures:
        said.append(f"{arrow.failure_rate:.0%} failed")
    yield ", ".join(said)


def describe(arrow: Arrow) -> str:
    """The arrow in words."""
    to = f" to {arrow.target}" if arrow.target else ""
    return f"{arrow.type} from {arrow.source or 'outside'}{to}"


_PLATFORM_TYPES = frozenset(event.type_name() for event in PLATFORM_EVENTS)
_LINKS = {"undeclared": "stroke:#b91c1c,stroke-width:3px", "unseen": "stroke:#94a3b8"}
_CLASSES = (
    "classDef agent fill:#eef2ff,stroke:#4f46e5,color:#1e1b4b",
    "classDef outside fill:#ecfdf5,stroke:#059669,color:#064e3b",
    "classDef event fill:#f8fafc,stroke:#64748b,color:#0f172a",
)


def _text(text: str) -> str:
    """Text that only shows: Mermaid's entity codes for all but letters, digits and a few harmless marks."""
    return "".join(c if c.isalnum() or c in " .-_" else f"#{ord(c)};" for c in " ".join(text.split())[:80]) or "?"
