"""`troupe publish`: one event from outside, and what the agents make of it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from troupe.cli import project, story
from troupe.cli.terminal import err, out


def publish(
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="The event's type, such as QueryReceived.")],
    data: Annotated[str, typer.Argument(metavar="JSON", help="Its data; - reads it from stdin.")],
    db: Annotated[
        str, typer.Option(metavar="URL", envvar="TROUPE_DB", show_envvar=False, help="A PostgreSQL to work on.")
    ] = "",
) -> int:
    """Publish an event in a local cloud, let the agents work, and show the trace."""
    from troupe.choreography.admission import admit
    from troupe.choreography.discovery import PLATFORM_EVENTS, contracts
    from troupe.local.play import play

    root = project.root()
    event = admit(type_, sys.stdin.read() if data == "-" else data, (*contracts(root), *PLATFORM_EVENTS))
    if not event.terms.root:
        err().print(f"{type_} is no root, so usually an agent publishes it; here it comes from outside.")
    with play(root, event, lambda phase: err().print(f"· {phase}"), warehouse=db) as played:
        console = out()
        console.print(f"Trace of {played.story.correlation_id}")
        for tree in story.draw(played.story, played.names.app):
            console.print(tree, soft_wrap=False)
    return 0
