"""What is to be known about each agent and event, as HTML in which everything from the project is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from troupe.choreography.graph import AgentNode, EventNode, Graph, HandlerNode


def details(graph: Graph) -> str:
    """An article for each, with the id that its node links to."""
    told = [_agent(agent, graph) for agent in graph.agents.values()]
    return "\n".join([*told, *(_event(event, graph) for event in graph.events.values())])


def _agent(agent: AgentNode, graph: Graph) -> str:
    rows = [("Needs", escape(", ".join(agent.needs)))] if agent.needs else []
    for handler in agent.handlers:
        rows.append((handler.name, _handler(handler, graph)))
    return _article(f"agent-{agent.id}", agent.id, ["agent"], agent.doc, rows)


def _handler(handler: HandlerNode, graph: Graph) -> str:
    sides = [" or ".join(_link(graph, name) for name in side) for side in handler.sides]
    hears = " <b>and</b> ".join(sides) or "everything"
    narrowed = ", some of them" if handler.narrowed else ""
    says = " or ".join(_link(graph, name) for name in handler.publishes) or "nothing"
    return f"hears {hears}{narrowed}<br>may say {says}<br><code>{escape(handler.where)}</code>"


def _event(event: EventNode, graph: Graph) -> str:
    terms = event.terms
    badges = ["a story begins"] if terms.root else []
    badges += ["a story ends"] if terms.terminal else []
    badges += ["failure"] if terms.failure else []
    badges += [f"within {terms.within_s:g} s"] if terms.within_s else []
    badges += [f"version {terms.version}"] if terms.version > 1 else []
    undone_by = [other.name for other in graph.events.values() if event.name in other.terms.undoes]
    rows = [
        ("Said by", _agents(graph.publishers(event.name)) or ("outside" if terms.root else "nobody")),
        ("Heard by", _agents(graph.hearers(event.name)) or "nobody"),
        ("Undoes", ", ".join(_link(graph, name) for name in terms.undoes)),
        ("Undone by", ", ".join(_link(graph, name) for name in undone_by)),
        ("Fields", _fields(event)),
        ("Example", f"<pre>{escape(json.dumps(event.example, indent=2, default=str))}</pre>" if event.example else ""),
        ("Declared", f"<code>{escape(event.where)}</code>"),
    ]
    return _article(f"event-{event.name}", event.name, ["event", *badges], event.doc, [r for r in rows if r[1]])


def _fields(event: EventNode) -> str:
    told = []
    for field in event.fields:
        optional = "" if field.required else " <i>optional</i>"
        doc = f"<br>{escape(field.doc)}" if field.doc else ""
        told.append(f"<li><code>{escape(field.name)}: {escape(field.type)}</code>{optional}{doc}</li>")
    return f"<ul>{''.join(told)}</ul>" if told else ""


def _agents(handlers: Iterable[HandlerNode]) -> str:
    ids = dict.fromkeys(handler.agent for handler in handlers)
    return ", ".join(f'<a href="#agent-{escape(id)}">{escape(id)}</a>' for id in ids)


def _link(graph: Graph, event: str) -> str:
    return f'<a href="#event-{escape(event)}">{escape(event)}</a>' if event in graph.events else escape(event)


def _article(id: str, name: str, badges: list[str], doc: str, rows: list[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{escape(term)}</dt><dd>{said}</dd>" for term, said in rows)
    return (
        f'<article id="{escape(id)}" tabindex="-1"><a class="close" href="#none" aria-label="Close">×</a>'
        f"<h3>{escape(name)}</h3><p class='badges'>{''.join(f'<span>{escape(badge)}</span>' for badge in badges)}</p>"
        f'<p class="doc">{escape(doc)}</p><dl>{told}</dl></article>'
    )
