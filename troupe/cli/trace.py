"""`troupe trace`: the story of a correlation, after the fact."""

from __future__ import annotations

from typing import Annotated

import typer

from troupe.cli import project, story
from troupe.cli.terminal import out


def trace(
    correlation_id: Annotated[str, typer.Argument(metavar="ID", help="A correlation id, or `last`.")],
) -> int:
    """Show which agent reacted to which event, when, publishing what."""
    from troupe.local.recall import recall

    recalled = recall(project.root(), correlation_id)
    console = out()
    console.print(f"Trace of {recalled.story.correlation_id}")
    for tree in story.draw(recalled.story, recalled.names.app):
        console.print(tree, soft_wrap=False)
    return 0
