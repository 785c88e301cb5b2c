"""`troupe events`: what has happened in a window of time, and what is happening."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from troupe.cli import project, sight
from troupe.cli.reading import Progress
from troupe.cli.terminal import err, line, out
from troupe.event_store.read import StoredEvent, UnreadableEvent

_LOOK_EVERY_S = 2.0


def events(
    since: Annotated[str, typer.Option(metavar="TIME", help="How long ago, such as 30s, 2h or 7d, or a time.")] = "1h",
    until: Annotated[str, typer.Option(metavar="TIME", help="The end of the window; by default now.")] = "",
    type_: Annotated[list[str] | None, typer.Option("--type", help="Only this type; may be repeated.")] = None,
    agent: Annotated[list[str] | None, typer.Option(help="Only from this agent; may be repeated.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what tells of a failure.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    stage: sight.Stage = "",
) -> int:
    """List the events of a window in the order of recording, as they are read."""
    from troupe.event_store.moments import window

    if follow and until:
        raise typer.BadParameter("--follow has no end; leave out --until.")
    begins, _ = window(since, until, datetime.now(UTC))
    console, count = out(), 0
    with sight.sight(project.root(), stage) as here, Progress("read") as progress:
        app = here.names.app
        wanted: dict[str, Any] = {
            "types": type_ or (),
            "sources": [f"{app}.{id}" for id in agent or ()],
            "failed": failed,
        }
        found: Iterable[StoredEvent]
        if follow:
            here.require_live()
            from troupe.event_store.follow import follow as following

            found = following(
                here.reader,
                begins,
                now=lambda: datetime.now(UTC),
                wait=lambda: time.sleep(_LOOK_EVERY_S),
                lag_s=here.lag_s,
                **wanted,
            )
        else:
            read = here.reader.window(*here.window(since, until), progress=progress.told, **wanted)
            found = progress.counting(read)
        for event in found:
            count += 1
            _show(event, app, None if as_json else console)
    if not count:
        err().print("No such events were recorded in this window.")
    return 0


def _show(event: StoredEvent, app: str, console: Console | None) -> None:
    if console is None:
        sys.stdout.write(json.dumps(_as_json(event, app), ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    try:
        failure = event.metadata.failure
    except UnreadableEvent:
        failure = True
    console.print(
        Text.assemble(
            (event.recorded.replace("T", " ").removesuffix("Z"), "dim"),
            "  ",
            (line(event.type), "bold red" if failure else "bold"),
            f"  {line(event.source).removeprefix(f'{app}.')}  ",
            (line(event.correlation_id), "dim"),
            ("  divergent" if event.divergent else "", "red"),
        )
    )


def _as_json(event: StoredEvent, app: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "recorded": event.recorded,
        "id": event.id,
        "type": event.type,
        "agent": event.source.removeprefix(f"{app}."),
        "correlation_id": event.correlation_id,
        "divergent": event.divergent,
    }
    try:
        return told | event.detail
    except UnreadableEvent as error:
        return told | {"unreadable": str(error)}
