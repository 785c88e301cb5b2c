"""`troupe trace`: the story of a correlation, as far as it has got."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troupe.cli import project, sight, story
from troupe.cli.terminal import line, out

if TYPE_CHECKING:
    from troupe.event_store.trace import Trace


def trace(
    correlation_id: Annotated[str, typer.Argument(metavar="ID", help="A correlation id, or `last`.")],
    full: Annotated[bool, typer.Option("--full", help="Everything that the events say.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="A Mermaid sequence diagram.")] = False,
    report: Annotated[bool, typer.Option("--report", help="The accountability report, as Markdown.")] = False,
    stage: sight.Stage = "",
) -> int:
    """Show which agent reacted to which event, when, publishing what, and who has not yet."""
    if as_json + mermaid + report + full > 1:
        raise typer.BadParameter("--full, --json, --mermaid and --report are four ways to show it; choose one.")
    with sight.sighted(project.root(), stage, correlation_id) as (here, found):
        told = here.trace(found)
        if as_json:
            sys.stdout.write(json.dumps(_as_json(told), ensure_ascii=False) + "\n")
        elif mermaid:
            from troupe.event_store import sequence

            sys.stdout.write(sequence.draw(told))
        elif report:
            from troupe.event_store.report import write
            from troupe.event_store.verify import Tally, verify_story

            tally = Tally()
            findings = verify_story(here.reader, found, tally)
            sys.stdout.write(write(told, findings, tally.payloads))
        else:
            _show(told, full)
    return 0


def _show(told: Trace, full: bool) -> None:
    console = out()
    console.print(f"Trace of {line(told.story.correlation_id)}")
    for tree in story.draw_trace(told, full=full):
        console.print(tree, soft_wrap=False)
    for event in told.story.damaged:
        console.print(f"{line(event.type)} {line(event.id)} cannot be read; `troupe verify` says why.")
    console.print(_summary(told), style="dim")


def _summary(told: Trace) -> str:
    from troupe.event_store.trace import age

    count = len(told.story.events)
    events = f"{count:,} event{'' if count == 1 else 's'}"
    if told.story.end:
        return f"{events}; ended with {line(told.story.end.type)} after {told.took_ms / 1000:,.2f} s."
    latest = min((told.age_s(event) for event in told.story.events), default=0.0)
    return f"{events}; no end so far, the latest event is {age(latest)} old."


def _as_json(told: Trace) -> dict[str, Any]:
    from troupe.event_store.read import UnreadableEvent

    steps = [step for tree in told.steps for _, step in tree.walk()]
    events = []
    for step in steps:
        m = step.event.metadata
        try:
            data = {"data": step.event.data}
        except UnreadableEvent as error:
            data = {"unreadable": str(error)}
        events.append(
            {
                "id": m.id,
                "type": step.event.type,
                "source": step.event.source,
                "agent": told.who(step.event.source),
                "recorded": step.event.recorded,
                "after_ms": round(step.after_ms, 3),
                "attempt": step.attempt or None,
                "note": step.note,
                "metadata": m.model_dump(mode="json", exclude_none=True),
                **data,
            }
        )
    return {
        "correlation_id": told.story.correlation_id,
        "status": told.story.status,
        "took_ms": round(told.took_ms, 3),
        "end": told.story.end.metadata.id if told.story.end else None,
        "events": events,
        "waiting": [
            {
                "agent": work.agent,
                "handler": work.handler,
                "event_id": work.event.metadata.id,
                "event_type": work.event.type,
                "age_s": round(told.age_s(work.event), 1),
                "waits_for": list(work.waits_for),
                "gave_up": work.gave_up,
                "said": told.said(work),
            }
            for step in steps
            for work in step.waiting
        ],
        "damaged": [event.id for event in told.story.damaged],
    }
