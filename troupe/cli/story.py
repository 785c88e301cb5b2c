"""How a story is shown: a tree of who reacted to what, when, publishing what, and who has not yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from rich.text import Text
from rich.tree import Tree

from troupe.cli.terminal import line, plain
from troupe.event_store.read import StoredEvent, Story, UnreadableEvent
from troupe.event_store.trace import Step, Trace

_STYLES = {"end": "green", "superseded": "dim", "divergent": "red", "incident": "red"}


def draw(story: Story, app: str) -> list[Tree]:
    """The causal trees of a story; `app` is what the sources of its agents begin with."""
    return draw_trace(Trace(story, app, datetime.now(UTC)))


def draw_trace(trace: Trace, *, full: bool = False) -> list[Tree]:
    """The same with attempts and with who is waiting, where that is known; `full`: with all that the events say."""
    return [_tree(step, trace, full) for step in trace.steps]


def _tree(step: Step, trace: Trace, full: bool) -> Tree:
    event = step.event
    began = Text.assemble(
        (event.metadata.occurred_at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3], "dim"),
        "  ",
        (line(event.type), "bold"),
        f"  from {line(trace.who(event.source))}",
        *_note(step),
    )
    tree = Tree(began, guide_style="dim")
    _fill(tree, step, trace, full)
    return tree


def _grow(tree: Tree, step: Step, trace: Trace, full: bool) -> None:
    event = step.event
    also = f" (with {', '.join(line(t) for t in step.also_caused_by)})" if step.also_caused_by else ""
    branch = tree.add(
        Text.assemble(
            (event.metadata.occurred_at.strftime("%H:%M:%S.%f")[:-3], "dim"),
            (f" {'+' + format(step.after_ms, ',.0f') + ' ms':>9}", "dim"),
            f"  {line(trace.who(event.source))}{also} → ",
            (line(event.type), "bold"),
            *_note(step),
        )
    )
    _fill(branch, step, trace, full)


def _fill(branch: Tree, step: Step, trace: Trace, full: bool) -> None:
    if full:
        branch.add(_everything(step.event))
    for child in step.children:
        _grow(branch, child, trace, full)
    for work in step.waiting:
        branch.add(Text(line(trace.said(work)), style="yellow"))


def _note(step: Step) -> list[tuple[str, str]]:
    notes = []
    if step.attempt > 1:
        notes.append((f"  at attempt {step.attempt}", "yellow"))
    if step.note:
        notes.append((f"  {step.note}", _STYLES.get(step.note, "")))
    return notes


def _everything(event: StoredEvent) -> Text:
    m = event.metadata
    lines = [
        f"id {m.id}",
        f"digest {m.digest}",
        *(f"cause {c.id}, digest {c.digest}" for c in m.causes),
        f"version {m.agent_version or '—'}, schema {m.schema_version}, recorded {event.recorded}",
    ]
    if m.namespace:
        lines.append(f"namespace {m.namespace}")
    if m.payload:
        lines.append(f"payload {m.payload.key}, {m.payload.bytes:,} bytes")
    try:
        said = json.dumps(event.data, ensure_ascii=False, indent=2)
    except UnreadableEvent as error:
        said = str(error)
    return Text("\n".join([*map(line, lines), plain(said)]), style="dim")
