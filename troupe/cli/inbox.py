"""`troupe inbox`: what agents ask of people, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from troupe.cli import project, sight
from troupe.cli.terminal import err, line, out

if TYPE_CHECKING:
    from troupe.operations.requests import Request
    from troupe.runtime.contract import Event

inbox = typer.Typer(invoke_without_command=True, help="What agents ask of people: list it, answer it, approve it.")

Id = Annotated[str, typer.Argument(metavar="ID", help="Of the request, or how it begins.")]
Why = Annotated[str, typer.Option("--why", help="Your reason; it is kept with the decision.")]
Database = Annotated[
    str, typer.Option("--db", metavar="URL", envvar="TROUPE_DB", show_envvar=False, help="As given to `troupe ask`.")
]
As = Annotated[str, typer.Option("--as", metavar="NAME", help="On this machine only: who says it; you if left out.")]
Since = Annotated[str, typer.Option("--since", help="How far to look back, such as 2h, 7d or a date.")]
_LOOK_BACK = "7d"
_HOW = {
    "ClarificationRequested": 'Say one in other words: troupe inbox answer ID "…"',
    "ApprovalRequested": "Decide about one that somebody else asked: troupe inbox approve|deny ID --why …",
}


class NotSaid(ValueError):
    """What was typed is no answer; one sentence."""


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
        by = f"  (asked by {line(request.behind[0])})" if request.behind else ""
        out().print(f"{line(request.id)}  {request.asked_at:%Y-%m-%d %H:%M} UTC  {line(request.question)}{by}")
        out().print(f"    {line(request.reason)}")
        if request.sql:
            out().print(f"    {line(request.sql)}")
    for type_ in dict.fromkeys(request.type for request in found):
        out().print(f"{_HOW[type_]}{f' --stage {stage}' if stage else ''}")
    return 0


@inbox.command()
def answer(
    id: Id,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question in other words.")],
    db: Database = "",
    since: Since = _LOOK_BACK,
    stage: sight.Stage = "",
    as_: As = "",
) -> int:
    """Say a question in other words, and let the agents go on."""
    from troupe.operations.requests import PROVIDED

    return _say(PROVIDED, id, {"question": question.strip()}, db, since, stage, as_)


@inbox.command()
def approve(
    id: Id, why: Why, db: Database = "", since: Since = _LOOK_BACK, stage: sight.Stage = "", as_: As = ""
) -> int:
    """Let SQL run that somebody else asked for."""
    from troupe.operations.requests import GRANTED

    return _say(GRANTED, id, {"why": why.strip()}, db, since, stage, as_)


@inbox.command()
def deny(id: Id, why: Why, db: Database = "", since: Since = _LOOK_BACK, stage: sight.Stage = "", as_: As = "") -> int:
    """Keep SQL from running; the question ends."""
    from troupe.operations.requests import DENIED

    return _say(DENIED, id, {"why": why.strip()}, db, since, stage, as_)


def _say(type_: str, id: str, said: dict[str, str], db: str, since: str, stage: str, as_: str) -> int:
    """Answers one request with an event of this type, as whoever is there."""
    from troupe.choreography import admission
    from troupe.choreography.discovery import contracts
    from troupe.cli.ask import show
    from troupe.local.ask import answer as go_on
    from troupe.local.front_door import login
    from troupe.operations.desk import Desk
    from troupe.operations.reach import reached
    from troupe.operations.requests import named, require_another

    if stage and as_:
        raise NotSaid("In a stage you are who your AWS credentials say; --as is for trying things out on this machine.")
    root = project.root()
    request = named(_open(since, stage), id, type_)
    contract = admission.named(type_, contracts(root))

    def event(by: str) -> Event:
        require_another(request, type_, by, "" if stage else "On this machine --as NAME says who that is.")
        return admission.spoken(contract, {"request": request.id, **said}, by)

    if stage:
        with reached(root, stage) as here:
            Desk(here.names).say(event(here.by), request.correlation_id)
        out().print(f"The desk has passed it on. Its asker sees what becomes of it: {line(request.correlation_id)}")
        return 0
    answered = event(as_ or login())
    found, played = go_on(root, answered, request.correlation_id, lambda phase: err().print(f"· {phase}"), warehouse=db)
    show(found, played)
    return 0 if found.outcome == "answered" else 1


def _open(since: str, stage: str) -> list[Request]:
    from troupe.operations.desk import Desk
    from troupe.operations.reach import reached
    from troupe.operations.requests import open_requests, told_by_the_desk

    if stage:
        with reached(project.root(), stage) as there:
            return told_by_the_desk(Desk(there.names).requests(since))
    with sight.sight(project.root(), "") as here:
        return open_requests(here.reader, *here.window(since, ""))
