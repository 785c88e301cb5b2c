"""One domain as an SVG: agents and events as nodes, who hears and says what as arrows between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from troupe.choreography.graph import EventNode, Graph, HandlerNode
from troupe.choreography.layout import Box, Layout, Point, lay_out

_MARGIN = 14.0
_LETTER, _SMALL_LETTER = 7.6, 6.3
"""Widths in pixels that no common sans serif at 13 and 11 pixels exceeds on average."""


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    label: str
    target: str
    """The id of what is told about it."""
    below: str = ""

    @property
    def size(self) -> tuple[float, float]:
        width = max(len(self.label) * _LETTER, len(self.below) * _SMALL_LETTER) + 30
        return max(width, 56.0), 46.0 if self.below else 30.0


@dataclass(slots=True)
class _Sketch:
    nodes: dict[str, _Node] = field(default_factory=dict)
    edges: list[tuple[str, str, str]] = field(default_factory=list)
    """From, to, kind."""

    def link(self, a: str, b: str, kind: str) -> None:
        if (a, b, kind) not in self.edges:
            self.edges.append((a, b, kind))


def picture(graph: Graph, domain: str) -> str:
    """The SVG of a domain. What it hears from another, or another says of it, is there as a guest."""
    sketch = _sketch(graph, domain)
    # An undoing leads back in time: it is laid out the other way round, beside what it undoes.
    ways = [(b, a) if kind == "undoing" else (a, b) for a, b, kind in sketch.edges]
    layout = lay_out(
        {key: node.size for key, node in sketch.nodes.items()},
        ways,
        gates=frozenset(key for key, node in sketch.nodes.items() if node.kind == "join"),
        asides=frozenset(number for number, edge in enumerate(sketch.edges) if _is_aside(sketch, edge)),
    )
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    wide = ' class="long"' if width > 1700 else ' class="wide"' if width > 900 else ""
    return (
        f'<svg{wide} xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-_MARGIN:.0f} {-_MARGIN:.0f} {width:.0f} {height:.0f}" role="group" '
        f'aria-label="The choreography of {escape(domain)}">'
        f"<defs>{_head(domain, 'says')}{_head(domain, 'undoing')}</defs>"
        f"{_arrows(sketch, layout, domain)}"
        f"{''.join(_shape(key, node, layout.boxes[key]) for key, node in sketch.nodes.items())}</svg>"
    )


def _is_aside(sketch: _Sketch, edge: tuple[str, str, str]) -> bool:
    """What undoes, and what a guest says that nobody here makes speak: neither tells where a story goes."""
    a, _, kind = edge
    return kind == "undoing" or ("guest" in sketch.nodes[a].kind and all(to != a for _, to, _ in sketch.edges))


def _sketch(graph: Graph, domain: str) -> _Sketch:
    agents = [agent for agent in graph.agents.values() if agent.domain == domain]
    handlers = [handler for agent in agents for handler in agent.handlers]
    named = {name for handler in handlers for name in (*handler.hears, *handler.publishes)}
    events = [event for event in graph.events.values() if event.domain == domain or event.name in named]
    sketch = _Sketch()
    # What begins a story by itself comes first; an answer that a join waits for, after it.
    begins = {name for handler in handlers if not handler.is_join for name in handler.hears}
    for event in sorted(events, key=lambda e: (not e.terms.root, e.name not in begins, e.name)):
        sketch.nodes[event.name] = _event(event, domain)
    for agent in agents:
        below = "hears everything" if agent.hears_everything else ", ".join(agent.needs)
        sketch.nodes[f"{agent.id}."] = _Node("agent", agent.name, f"agent-{agent.id}", below)
    for handler in handlers:
        _connect(sketch, handler)
    for event in events:
        for undone in event.terms.undoes:
            if undone in sketch.nodes:
                sketch.link(event.name, undone, "undoing")
    return sketch


def _connect(sketch: _Sketch, handler: HandlerNode) -> None:
    agent = f"{handler.agent}."
    entrance = agent
    if handler.is_join:
        entrance = f"{handler.agent}.{handler.name}"
        sketch.nodes[entrance] = _Node("join", "all of", f"agent-{handler.agent}")
        sketch.link(entrance, agent, "says")
    for name in handler.hears:
        sketch.link(name, entrance, "narrowed" if handler.narrowed else "says")
    for name in handler.publishes:
        sketch.link(agent, name, "says")


def _event(event: EventNode, domain: str) -> _Node:
    kind = "terminal" if event.terms.terminal else "root" if event.terms.root else "event"
    guest = event.domain != domain
    return _Node(f"{kind} guest" if guest else kind, event.name, f"event-{event.name}", event.domain if guest else "")


def _arrows(sketch: _Sketch, layout: Layout, domain: str) -> str:
    drawn = []
    for (a, b, kind), way in zip(sketch.edges, layout.ways, strict=True):
        head = "undoing" if kind == "undoing" else "says"
        ends = f'data-from="{escape(sketch.nodes[a].target)}" data-to="{escape(sketch.nodes[b].target)}"'
        path = _path(way[::-1] if kind == "undoing" else way)
        drawn.append(f'<path class="edge {kind}" {ends} d="{path}" marker-end="url(#{head}-{escape(domain)})"/>')
    return "".join(drawn)


def _path(way: list[Point]) -> str:
    (x, y), *rest = way
    curves = [" ".join(f"{x:.1f} {y:.1f}" for x, y in rest[i : i + 3]) for i in range(0, len(rest), 3)]
    return f"M{x:.1f} {y:.1f}" + "".join(f"C{curve}" for curve in curves)


def _head(domain: str, kind: str) -> str:
    return (
        f'<marker id="{kind}-{escape(domain)}" class="{kind}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0.6L8 4L0 7.4Z"/></marker>'
    )


def _shape(key: str, node: _Node, box: Box) -> str:
    x, y, w, h = box.x, box.y, box.width, box.height
    if node.kind == "join":
        points = (x + 10, y), (x + w - 10, y), (x + w, y + h / 2), (x + w - 10, y + h), (x + 10, y + h), (x, y + h / 2)
        shape = f'<polygon points="{" ".join(f"{px:.1f},{py:.1f}" for px, py in points)}"/>'
    else:
        round_ = 6 if node.kind == "agent" else h / 2
        shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{round_:.1f}"/>'
    lines = [(node.label, y + h / 2 - (8 if node.below else 0), "name")]
    lines += [(node.below, y + h / 2 + 10, "below")] if node.below else []
    text = "".join(
        f'<text class="{kind}" x="{x + w / 2:.1f}" y="{at:.1f}">{escape(words)}</text>' for words, at, kind in lines
    )
    return f'<a class="node {node.kind}" href="#{escape(node.target)}" data-key="{escape(key)}">{shape}{text}</a>'
