"""`troupe new domain` and `troupe new agent`: a new folder is all that an agent needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troupe.cli import project
from troupe.cli.terminal import out

new = typer.Typer(no_args_is_help=True, help="Write something new: a domain, or an agent.")


@new.callback()
def _group() -> None: ...


@new.command()
def domain(
    name: Annotated[str, typer.Argument(metavar="DOMAIN", help="Such as orders.")],
    on: Annotated[str, typer.Option(metavar="EVENT", help="How its stories begin; by default <Domain>Begun.")] = "",
    emits: Annotated[str, typer.Option(metavar="EVENT", help="How they end; by default <Domain>Ended.")] = "",
    agent: Annotated[str, typer.Option(metavar="NAME", help="Who is the first to act.")] = "first",
) -> int:
    """Write a new domain: its contracts, a first agent with a test to begin with, and what its demo tells."""
    from troupe.choreography.scaffold import new_domain

    root = project.root()
    named = "".join(word.capitalize() for word in name.split("_"))
    return _told(root, new_domain(root, name, agent, on or f"{named}Begun", emits or f"{named}Ended"))


@new.command()
def agent(
    place: Annotated[str, typer.Argument(metavar="DOMAIN/NAME", help="Such as query/auditor.")],
    on: Annotated[list[str], typer.Option(metavar="EVENT", help="An event that it hears; repeat for more.")],
    emits: Annotated[
        list[str] | None, typer.Option(metavar="EVENT", help="An event that it may publish; repeat for more.")
    ] = None,
    needs: Annotated[
        list[str] | None,
        typer.Option(metavar="NEED", help="What it uses: warehouse, model, context, …; repeat for more."),
    ] = None,
    join: Annotated[bool, typer.Option("--join", help="Acts once, when all that it hears has come.")] = False,
    join_on: Annotated[str, typer.Option(metavar="FIELD", help="A join of those that agree in this field, too.")] = "",
) -> int:
    """Write a new agent: its folder, the contracts that are missing, and a test to begin with."""
    from troupe.choreography.scaffold import new_agent

    root = project.root()
    return _told(root, new_agent(root, place, on, emits or [], needs=needs or [], join=join, join_on=join_on))


def _told(root: Path, written: list[Path]) -> int:
    console = out()
    for path in written:
        console.print(f"wrote {path.relative_to(root)}")
    folder = next(path.parent for path in written if path.name == "agent.py").relative_to(root)
    console.print(f"Next: .venv/bin/pytest {folder}  (it fails until {folder}/agent.py thinks)")
    return 0
