"""`troupe new agent`: a new folder is all that an agent needs."""

from __future__ import annotations

from typing import Annotated

import typer

from troupe.cli import project
from troupe.cli.terminal import out

new = typer.Typer(no_args_is_help=True, help="Write something new: `troupe new agent`.")


@new.callback()
def _group() -> None: ...


@new.command()
def agent(
    place: Annotated[str, typer.Argument(metavar="DOMAIN/NAME", help="Such as query/auditor.")],
    on: Annotated[list[str], typer.Option(metavar="EVENT", help="An event that it hears; repeat for more.")],
    emits: Annotated[
        list[str] | None, typer.Option(metavar="EVENT", help="An event that it may publish; repeat for more.")
    ] = None,
) -> int:
    """Write a new agent: its folder, the contracts that are missing, and a test to begin with."""
    from troupe.choreography.scaffold import new_agent

    root = project.root()
    written = new_agent(root, place, on, emits or [])
    console = out()
    for path in written:
        console.print(f"wrote {path.relative_to(root)}")
    folder = next(path.parent for path in written if path.name == "agent.py").relative_to(root)
    console.print(f"Next: .venv/bin/pytest {folder}  (it fails until {folder}/agent.py thinks)")
    return 0
