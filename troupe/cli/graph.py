"""`troupe graph`: the choreography as a picture."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from troupe.cli import project


def graph(
    platform: Annotated[bool, typer.Option("--platform", help="Show the platform's own agents, too.")] = False,
) -> int:
    """Draw the choreography as a Mermaid flowchart."""
    from troupe.choreography.graph import read_project
    from troupe.choreography.mermaid import draw

    sys.stdout.write(draw(read_project(project.root()), platform=platform))
    return 0
