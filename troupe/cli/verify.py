"""`troupe verify`: holds what is stored against its own digests."""

from __future__ import annotations

from typing import Annotated

import typer

from troupe.cli import project, sight
from troupe.cli.reading import Progress
from troupe.cli.terminal import line, out


def verify(
    correlation_id: Annotated[
        str, typer.Argument(metavar="[ID]", help="A correlation id, or `last`; without it, a window.")
    ] = "",
    since: Annotated[str, typer.Option(metavar="TIME", help="Of a window: how long ago, such as 2h, or a time.")] = "",
    until: Annotated[str, typer.Option(metavar="TIME", help="Its end; by default now.")] = "",
    stage: sight.Stage = "",
) -> int:
    """Recompute every digest; name each event that was altered, is missing or does not belong."""
    from troupe.event_store.verify import Tally, verify, verify_story

    if bool(correlation_id) == bool(since):
        raise typer.BadParameter("Say which story to verify, by its ID, or which window, by --since.")
    console, tally, wrong = out(), Tally(), 0
    if correlation_id:
        with sight.sighted(project.root(), stage, correlation_id) as (here, story):
            for finding in verify_story(here.reader, story, tally):
                wrong += 1
                console.print(line(finding))
    else:
        with sight.sight(project.root(), stage) as here, Progress("verified") as progress:
            events = here.reader.window(*here.window(since, until), progress=progress.told)
            for finding in verify(here.reader, progress.counting(events), tally):
                wrong += 1
                console.print(f"{line(finding)} (story {line(finding.correlation_id)})")
    looked_at = f"{_count(tally.events, 'event')}, {_count(tally.payloads, 'payload')}"
    console.print(f"{looked_at}: {_count(wrong, 'finding') if wrong else 'every digest holds'}.")
    return 1 if wrong else 0


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
