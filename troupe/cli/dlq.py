"""`troupe dlq`: the dead letters of a running stage, and what can be done about them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troupe.cli import project
from troupe.cli.terminal import err, line, out, plain

if TYPE_CHECKING:
    from troupe.operations.reach import Stage as Reached

dlq = typer.Typer(no_args_is_help=True, help="Dead letters: list them, look at one, redrive, correct or drop them.")

Stage = Annotated[str, typer.Option("--stage", help="A deployed stage; without it, the running `troupe up`.")]
Letters = Annotated[
    list[str] | None,
    typer.Argument(metavar="WHICH…", help="Ids of letters, events or correlations, fingerprints of groups, agents."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown what would be done.")]


@contextmanager
def _at(root: Path, stage: str) -> Iterator[Reached]:
    from troupe.local.up.presence import running
    from troupe.operations.reach import reached

    with reached(root, stage, None if stage else running(root)) as here:
        yield here


@dlq.command("list")
def list_(stage: Stage = "") -> int:
    """Group the dead letters by agent and kind of failure."""
    from troupe.operations.dead_letters import explained, groups

    with _at(project.root(), stage) as here:
        found = groups(explained(here.dead_letters.look(), here.reader))
    if not found:
        out().print("There are no dead letters.")
        return 0
    for group in found:
        oldest, latest = _age(group.letters[0].sent_at), _age(group.letters[-1].sent_at)
        types = ", ".join(dict.fromkeys(line(letter.type) for letter in group.letters))
        age = f"{latest} old" if oldest == latest else f"{latest} to {oldest} old"
        out().print(f"{group.agent}  {group.kind}  {group.fingerprint}  {len(group.letters)} × {types}, {age}")
        out().print(f"    {line(group.error)[:300]}")
        more = ", …" if len(group.correlations) > 3 else ""
        out().print(f"    stuck: {', '.join(line(c) for c in group.correlations[:3]) or 'no story'}{more}")
    out().print("One of them: troupe dlq show FINGERPRINT; again: troupe dlq redrive FINGERPRINT --yes")
    return 0


@dlq.command()
def show(
    which: Annotated[str, typer.Argument(metavar="ID", help="As for redrive; of a group, the oldest.")],
    stage: Stage = "",
) -> int:
    """Show one dead letter with its payload, its error and its place in the trace."""
    from troupe.operations.dead_letters import ancestors, explained, readable, select

    with _at(project.root(), stage) as here:
        letters = explained(here.dead_letters.look(), here.reader)
        letter = select(letters, [which])[0]
        story = here.reader.story(letter.correlation_id) if letter.correlation_id else None
        path = [event.type for event in ancestors(letter.event_id, story)] if story else []
        body = letter.body
        if letter.envelope is not None and letter.envelope.metadata.payload is not None:
            body = _with_data(letter.body, here.payloads.fetch(letter.envelope))
    console = out()
    console.print(f"{letter.agent}  {letter.kind}  {line(letter.type)}, {_age(letter.sent_at)} old")
    for name, value in (
        ("letter", letter.message_id),
        ("event", letter.event_id or "—"),
        ("correlation", letter.correlation_id or "—"),
        ("fingerprint", letter.fingerprint),
        ("error", letter.error),
        ("in the trace", " → ".join([*path, f"{letter.agent} (here)"]) if path else "not stored"),
    ):
        console.print(f"{name:>13}  {line(value)}")
    console.print(plain(readable(body)))
    return 0


@dlq.command()
def redrive(
    which: Letters = None,
    all_: Annotated[bool, typer.Option("--all", help="Every dead letter of the stage.")] = False,
    rate: Annotated[float, typer.Option(min=0.01, max=1000, help="Letters per second, at most.")] = 10,
    yes: Yes = False,
    stage: Stage = "",
) -> int:
    """Send dead letters to their agents again. Events keep their ids: finished work is not done again."""
    from troupe.operations.dead_letters import DeadLetterError, explained, select
    from troupe.operations.mending import Mending

    if bool(which) == all_:
        raise DeadLetterError("Say which dead letters to redrive, or --all; `troupe dlq list` shows them.")
    with _at(project.root(), stage) as here:
        letters = explained(here.dead_letters.look(limit=100_000), here.reader)
        chosen = letters if all_ else select(letters, which or [])
        if not yes:
            for letter in chosen:
                out().print(f"would redrive {letter.message_id}  {line(letter.type)} → {letter.agent}")
            return _dry(len(chosen))
        done = 0
        for letter in Mending(here.dead_letters, here.names, here.by).redrive(chosen, rate=rate):
            done += 1
            out().print(f"redriven {letter.message_id}  {line(letter.type)} → {letter.agent}")
    return _sum_up(done, len(chosen), "redriven")


@dlq.command()
def edit(
    which: Annotated[str, typer.Argument(metavar="ID", help="The letter's, or its event's.")],
    data: Annotated[str, typer.Argument(metavar="JSON", help="The corrected data; - reads it from stdin.")],
    yes: Yes = False,
    stage: Stage = "",
) -> int:
    """Correct a dead letter: its agent gets a new event, caused by the old one, in its place."""
    from troupe.choreography.admission import admit
    from troupe.choreography.discovery import PLATFORM_EVENTS, contracts
    from troupe.operations.dead_letters import DeadLetterError, select
    from troupe.operations.mending import Mending

    root = project.root()
    with _at(root, stage) as here:
        chosen = select(here.dead_letters.look(limit=100_000), [which])
        if len(chosen) != 1:
            raise DeadLetterError(f"{which[:100]} means {len(chosen)} dead letters; one at a time can be corrected.")
        given = sys.stdin.read() if data == "-" else data
        corrected = admit(chosen[0].type, given, (*contracts(root), *PLATFORM_EVENTS))
        if not yes:
            out().print(f"would send {chosen[0].agent} this instead of {chosen[0].message_id}:")
            out().print(plain(corrected.model_dump_json(indent=2)))
            return _dry(1)
        new = Mending(here.dead_letters, here.names, here.by).edit(chosen[0], corrected, here.reader, here.payloads)
        out().print(f"corrected: {line(new.type)} {new.metadata.id} → {chosen[0].agent}")
    return 0


@dlq.command()
def drop(
    which: Letters = None,
    reason: Annotated[str, typer.Option(help="Why nobody needs to work on them; it is kept for ever.")] = "",
    yes: Yes = False,
    stage: Stage = "",
) -> int:
    """Give dead letters up for good. That is stored as an event, with the reason and who said so."""
    from troupe.operations.dead_letters import DeadLetterError, explained, select
    from troupe.operations.mending import Mending

    if not which:
        raise DeadLetterError("Say which dead letters to drop; `troupe dlq list` shows them.")
    if not reason.strip():
        raise DeadLetterError('Say why with --reason "…": the reason is kept for ever.')
    with _at(project.root(), stage) as here:
        chosen = select(explained(here.dead_letters.look(limit=100_000), here.reader), which)
        if not yes:
            for letter in chosen:
                out().print(f"would drop {letter.message_id}  {line(letter.type)} of {letter.agent}")
            return _dry(len(chosen))
        done = sum(1 for _ in Mending(here.dead_letters, here.names, here.by).drop(chosen, reason))
    return _sum_up(done, len(chosen), "dropped")


def _dry(count: int) -> int:
    err().print(f"Nothing was done to {count} dead letter{'' if count == 1 else 's'}; add --yes to do it.")
    return 0


def _sum_up(done: int, asked: int, what: str) -> int:
    missing = f"; {asked - done} are gone, or somebody else is working on them" if done < asked else ""
    err().print(f"{done} {what}{missing}.")
    return 0 if done == asked else 1


def _with_data(body: str, data: object) -> str:
    import json

    outer = json.loads(body)
    outer["detail"]["data"] = data
    return json.dumps(outer)


def _age(moment: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
