"""Draws the choreography as a Mermaid flowchart, which GitHub and most editors show as a picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from troupe.choreography.graph import PLATFORM, AgentNode, EventNode, Graph, HandlerNode

_STYLES = (
    "classDef agent fill:#eef2ff,stroke:#4f46e5,color:#1e1b4b",
    "classDef root fill:#ecfdf5,stroke:#059669,color:#064e3b",
    "classDef terminal fill:#fef3c7,stroke:#b45309,color:#451a03,stroke-width:3px",
    "classDef event fill:#f8fafc,stroke:#64748b,color:#0f172a",
    "classDef join fill:#fdf2f8,stroke:#be185d,color:#500724",
)
_UNDOES = "<br/>undoes "
_UNDOING = "stroke:#be123c,color:#881337"
_ARROW = re.compile(r" (-->|-?\.->) ")
"""Mermaid counts arrows in the order in which they stand."""

_PLACE = re.compile(
    r"(?P<before>^<!-- graph(?: of (?P<domain>[\w-]+))?:[^>]*-->\n```mermaid\n)(?P<picture>.*?)(?P<after>^```)",
    re.DOTALL | re.MULTILINE,
)


class PictureError(ValueError):
    """A domain that nobody is in, or a document without a place for its picture."""


def draw(graph: Graph, *, domain: str = "", platform: bool = False) -> str:
    """A flowchart of agents, grouped by domain, and the events between them.

    What passes between agents is written on the arrow. A root (where a story begins), a terminal (where it
    ends) and an event that nobody hears or publishes are nodes of their own. With `domain`, the picture keeps to
    one: an event that comes from another or goes there is a node, too. The platform's agents are left out unless
    asked for: they hear everything, which hides the story. Raises PictureError.
    """
    if domain:
        check_domain(graph, domain)
    shown = {domain} if domain else {agent.domain for agent in graph.agents.values()} - {PLATFORM}
    shown |= {PLATFORM} if platform else set()
    agents = [agent for agent in graph.agents.values() if agent.domain in shown]
    handlers = [handler for agent in agents for handler in agent.handlers]
    lines = ["flowchart LR"]
    for group in sorted({agent.domain for agent in agents}):
        lines.append(f'  subgraph d_{_id(group)}["{group}"]')
        for agent in agents:
            if agent.domain == group:
                lines += [f"    {line}" for line in _agent(agent)]
        lines.append("  end")
    events = [event for event in graph.events.values() if _is_drawn(event, handlers, domain)]
    lines += [f"  {_event(event)}" for event in events]
    lines += [f"  {line}" for line in _arrows(graph, handlers)]
    arrows = [line for line in lines if _ARROW.search(line)]
    undoing = [f"linkStyle {number} {_UNDOING}" for number, line in enumerate(arrows) if _UNDOES in line]
    return "\n".join([*lines, *(f"  {style}" for style in (*undoing, *_STYLES))]) + "\n"


def check_domain(graph: Graph, domain: str) -> None:
    """Raises PictureError for a domain that nobody is in."""
    domains = sorted({agent.domain for agent in graph.agents.values()})
    if domain not in domains:
        raise PictureError(f"There is no domain {domain}; there are {', '.join(domains) or 'none'}.")


def put_into(document: str, picture: Callable[[str], str]) -> str:
    """The Markdown document with a picture in each place for one: the Mermaid block under a comment.

    `<!-- graph of DOMAIN: … -->` is the place of a domain's picture, `<!-- graph: … -->` of the whole. `picture`
    draws a domain, or the whole when given an empty text. Raises PictureError.
    """
    if not _PLACE.search(document):
        raise PictureError(
            "It has no place for a picture: a comment `<!-- graph of DOMAIN: … -->` and a ```mermaid block below."
        )
    return _PLACE.sub(lambda place: f"{place['before']}{picture(place['domain'] or '')}{place['after']}", document)


def _agent(agent: AgentNode) -> Iterator[str]:
    needs = f"<br/><i>needs {', '.join(agent.needs)}</i>" if agent.needs else ""
    everything = "<br/><i>hears everything</i>" if agent.hears_everything else ""
    serves = "<br/><i>people come in here</i>" if any(handler.serves for handler in agent.handlers) else ""
    yield f'{_agent_id(agent.id)}["{agent.name}{needs}{everything}{serves}"]:::agent'
    for handler in agent.handlers:
        if handler.is_join:
            yield f'{_entrance(handler)}{{{{"{handler.name}: all of"}}}}:::join'
            yield f"{_entrance(handler)} --> {_agent_id(agent.id)}"


def _event(event: EventNode) -> str:
    if event.terms.terminal:
        return f'{_event_id(event.name)}(["{_label(event)}"]):::terminal'
    if event.terms.root:
        return f'{_event_id(event.name)}(["{_label(event)}"]):::root'
    return f'{_event_id(event.name)}["{_label(event)}"]:::event'


def _label(event: EventNode) -> str:
    """Its name, and below it what it undoes: a compensation."""
    return event.name + (_UNDOES + ", ".join(event.terms.undoes) if event.terms.undoes else "")


def _is_drawn(event: EventNode, handlers: list[HandlerNode], domain: str = "") -> bool:
    """An event between agents is an arrow; one that enters, leaves or dangles is a node."""
    heard = any(event.name in handler.hears for handler in handlers)
    published = any(event.name in handler.publishes for handler in handlers)
    belongs = event.domain == domain if domain else event.domain != PLATFORM
    if not (belongs or heard or published):
        return False
    return event.terms.root or event.terms.terminal or not (heard and published)


def _arrows(graph: Graph, handlers: list[HandlerNode]) -> Iterator[str]:
    seen: set[str] = set()
    for name, event in graph.events.items():
        into = [(_entrance(h), "-. {} .->" if h.narrowed else "-- {} -->") for h in handlers if name in h.hears]
        out_of = [_agent_id(h.agent) for h in handlers if name in h.publishes]
        if _is_drawn(event, handlers):
            arrows = [f"{source} --> {_event_id(name)}" for source in out_of]
            arrows += [f"{_event_id(name)} {'-.->' if '.' in arrow else '-->'} {target}" for target, arrow in into]
        else:
            arrows = [f"{source} {arrow.format(_label(event))} {target}" for source in out_of for target, arrow in into]
        for arrow in arrows:
            if arrow not in seen:
                seen.add(arrow)
                yield arrow


def _entrance(handler: HandlerNode) -> str:
    return f"j_{_id(handler.agent)}_{handler.name}" if handler.is_join else _agent_id(handler.agent)


def _agent_id(agent: str) -> str:
    return f"a_{_id(agent)}"


def _event_id(event: str) -> str:
    return f"e_{event}"


def _id(text: str) -> str:
    return text.replace(".", "_").replace("-", "_")
