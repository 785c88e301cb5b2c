"""`troupe graph`: the choreography as a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from troupe.cli import project


def graph(
    platform: Annotated[bool, typer.Option("--platform", help="Show the platform's own agents, too.")] = False,
    into: Annotated[
        Path | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Put it into a Markdown file instead."),
    ] = None,
) -> int:
    """Draw the choreography as a Mermaid flowchart."""
    from troupe.choreography.graph import read_project
    from troupe.choreography.mermaid import draw, put_into

    picture = draw(read_project(project.root()), platform=platform)
    if into is None:
        sys.stdout.write(picture)
    else:
        into.write_text(put_into(into.read_text(encoding="utf-8"), picture), encoding="utf-8")
    return 0
