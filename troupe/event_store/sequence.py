"""Draws a trace as a Mermaid sequence diagram: who said what to whom."""

from __future__ import annotations

from collections.abc import Iterator

from troupe.event_store.read import StoredEvent
from troupe.event_store.trace import Step, Trace

_MAX_TEXT = 80


def draw(trace: Trace) -> str:
    """The diagram's text. Whatever comes from events is escaped, so that none of it can be Mermaid."""
    steps = [step for tree in trace.steps for _, step in tree.walk()]
    speakers = dict.fromkeys(step.event.source for step in steps)
    waiting = dict.fromkeys(f"{trace.app}.{work.agent}" for step in steps for work in step.waiting)
    ids = {source: f"p{n}" for n, source in enumerate({**speakers, **waiting})}
    lines = ["sequenceDiagram", "  autonumber"]
    lines += [f"  participant {id} as {_text(trace.who(source))}" for source, id in ids.items()]
    lines += [f"  {line}" for line in _arrows(trace, steps, ids)]
    return "\n".join(lines) + "\n"


def _arrows(trace: Trace, steps: list[Step], ids: dict[str, str]) -> Iterator[str]:
    effects: dict[str, list[StoredEvent]] = {}
    for step in steps:
        for cause in step.event.metadata.causes:
            effects.setdefault(cause.id, []).append(step.event)
    for step in sorted(steps, key=lambda s: (s.event.metadata.occurred_at, s.event.metadata.depth)):
        event = step.event
        me = ids[event.source]
        name = _text(event.type)
        heard = [] if event.divergent else list(dict.fromkeys(e.source for e in effects.get(event.metadata.id, ())))
        for source in heard:
            yield f"{me}->>{ids[source]}: {name}"
        for work in step.waiting:
            agent = ids[f"{trace.app}.{work.agent}"]
            yield f"{me}-){agent}: {name}"
            yield f"Note over {agent}: {_text(trace.said(work))}"
        note = f" ({step.note})" if step.note else ""
        if note or not (heard or step.waiting):
            yield f"Note over {me}: {name}{note}"


def _text(text: str) -> str:
    """Text that only shows: Mermaid's entity codes for all but letters, digits and a few harmless marks."""
    text = " ".join(text.split())
    text = text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
    return "".join(c if c.isalnum() or c in " .-_,…()/" else f"#{ord(c)};" for c in text) or "?"
