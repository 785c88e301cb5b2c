"""`troupe inbox`: what agents ask of people, and the answers."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated

import typer

from troupe.cli import project, sight
from troupe.cli.terminal import err, line, out

if TYPE_CHECKING:
    from troupe.operations.requests import Request
    from troupe.runtime.contract import Event

inbox = typer.Typer(invoke_without_command=True, help="What agents ask of people: list it, answer it.")

Since = Annotated[str, typer.Option("--since", help="How far to look back, such as 2h, 7d or a date.")]
_LOOK_BACK = "7d"


@inbox.callback()
def list_(context: typer.Context, since: Since = _LOOK_BACK, stage: sight.Stage = "") -> int:
    """List what waits for an answer, the oldest first."""
    if context.invoked_subcommand:
        return 0
    found = _open(since, stage)
    if not found:
        out().print("Nothing waits for an answer.")
        return 0
    for request in found:
        out().print(f"{line(request.id)}  {request.asked_at:%Y-%m-%d %H:%M} UTC  {line(request.question)}")
        out().print(f"    {line(request.reason)}")
    out().print(f'Say one in other words: troupe inbox answer ID "…"{f" --stage {stage}" if stage else ""}')
    return 0


@inbox.command()
def answer(
    id: Annotated[str, typer.Argument(metavar="ID", help="Of the request, or how it begins.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question in other words.")],
    db: Annotated[
        str, typer.Option(metavar="URL", envvar="TROUPE_DB", show_envvar=False, help="As it was given to `troupe ask`.")
    ] = "",
    since: Since = _LOOK_BACK,
    stage: sight.Stage = "",
) -> int:
    """Answer a request, and let the agents go on."""
    from troupe.choreography.admission import admit
    from troupe.choreography.discovery import contracts
    from troupe.cli.ask import show
    from troupe.local.ask import answer as go_on
    from troupe.operations.reach import reached
    from troupe.operations.requests import PROVIDED, named, provide

    root = project.root()
    request = named(_open(since, stage), id)

    def said(by: str) -> Event:
        data = {"request": request.id, "question": question.strip(), "provided_by": {"id": by}}
        return admit(PROVIDED, json.dumps(data), contracts(root))

    if stage:
        with reached(root, stage) as here:
            provide(here, request, said(here.by))
        out().print(f"Published. What becomes of it: troupe trace {line(request.correlation_id)} --stage {stage}")
        return 0
    event = said(getpass.getuser())
    found, played = go_on(root, event, request.correlation_id, lambda phase: err().print(f"· {phase}"), warehouse=db)
    show(found, played)
    return 0 if found.outcome == "answered" else 1


def _open(since: str, stage: str) -> list[Request]:
    from troupe.operations.requests import open_requests

    with sight.sight(project.root(), stage) as here:
        return open_requests(here.reader, *here.window(since, ""))
