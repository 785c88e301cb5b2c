"""`troupe demo`: a domain's story, played and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from troupe.cli import project, sight
from troupe.cli.terminal import err, line, out, table

if TYPE_CHECKING:
    from troupe.cli.narrative import Passage

_STYLES = {"goes wrong": "red", "aside": "dim", "ends": "green", "stuck": "yellow"}


def demo(
    domain: Annotated[str, typer.Argument(help="Such as query; without it, what can be played is listed.")] = "",
) -> int:
    """Play a domain's demo in a local cloud and tell it as a story."""
    from troupe.choreography import demos

    root = project.root()
    console = out()
    if not domain:
        console.print(table(("domain", "title"), demos.playable(root).items()), soft_wrap=False)
        err().print("Play one with: make demo D=…")
        return 0
    written = demos.read(root, domain)

    from troupe.cli.narrative import narrator
    from troupe.local.demo import staged

    takes_s = sum(scene.later for scene in written.scenes)
    with staged(root, lambda phase: err().print(Text(f"· {phase}", style="dim")), takes_s=takes_s) as stage:
        here = sight.local(stage.cloud.names, live=True)
        tells = narrator(root, domain, here.agents)
        names = "|".join(rf"\b{name}\b" for name in tells.graph.events)
        console.print()
        console.print(Text(line(written.title), style="bold"))
        for number, scene in enumerate(written.scenes, start=1):
            console.print()
            console.print(Text(f"{number}. {line(scene.say)}", style="italic"), soft_wrap=False)
            act = stage.play(scene)
            for passage in tells.act(act.stories, act.events, lambda id: here.trace(here.reader.story(id))):
                _print(passage, names)
    return 0


def _print(passage: Passage, names: str) -> None:
    said = Text(line(passage.text), style=_STYLES.get(passage.tone, ""))
    said.highlight_regex(names, "bold")
    if passage.tone == "trace":
        # Never broken over lines, so that it can be copied.
        out().print(Text.assemble("   → ", said), style="dim")
    else:
        out().print(Padding(said, (0, 0, 0, 3)), soft_wrap=False)
