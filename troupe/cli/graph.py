"""`troupe graph`: the choreography as a picture, as it is declared or as it was observed."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troupe.cli import project, sight

if TYPE_CHECKING:
    from troupe.choreography.graph import Graph


def graph(
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Only this domain.")] = "",
    platform: Annotated[bool, typer.Option("--platform", help="Show the platform's own agents, too.")] = False,
    asyncapi: Annotated[
        bool, typer.Option("--asyncapi", help="One AsyncAPI 3 document instead, for catalogue tools.")
    ] = False,
    observed: Annotated[bool, typer.Option("--observed", help="What actually happened, with counts.")] = False,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="For --observed: how long ago, such as 2h or 7d, or a time.")
    ] = "1d",
    stage: sight.Stage = "",
    into: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="Write a page (NAME.html), or put it where a Markdown file has a place; repeat for more.",
        ),
    ] = None,
) -> int:
    """Draw the choreography: a Mermaid flowchart, or a page to look around in."""
    if into and observed:
        raise typer.BadParameter("--into puts the declared choreography into a file; --observed is another picture.")
    if domain and any(file.suffix != ".html" for file in into or ()):
        raise typer.BadParameter(
            "A Markdown file asks for its domain: `<!-- graph of DOMAIN: … -->` above the picture."
        )
    if stage and not observed:
        raise typer.BadParameter("--stage goes with --observed; what is declared is the same for every stage.")
    if asyncapi and (into or observed or domain or platform):
        raise typer.BadParameter("--asyncapi is one document of everything that is declared; it goes alone.")
    from troupe.choreography.graph import read_project

    root = project.root()
    declared = read_project(root)
    if asyncapi:
        return _asyncapi(root, declared)
    if observed:
        return _observed(root, declared, domain, platform, since, stage)
    if into:
        return _into(into, declared, domain, platform)
    from troupe.choreography.mermaid import draw

    sys.stdout.write(draw(declared, domain=domain, platform=platform))
    return 0


def _asyncapi(root: Path, declared: Graph) -> int:
    from troupe.choreography.asyncapi import document
    from troupe.operations.reach import names_of

    described = document(declared, root, names_of(root).app)
    sys.stdout.write(json.dumps(described, indent=2, ensure_ascii=False) + "\n")
    return 0


def _into(files: list[Path], declared: Graph, domain: str, platform: bool) -> int:
    """Nothing is written unless every file can be."""
    from troupe.choreography.mermaid import PictureError, draw, put_into
    from troupe.choreography.page import page

    texts = {}
    for file in files:
        try:
            if file.suffix == ".html":
                texts[file] = page(declared, domain=domain, platform=platform)
            else:
                document = file.read_text(encoding="utf-8")
                texts[file] = put_into(document, lambda place: draw(declared, domain=place, platform=platform))
        except (PictureError, OSError) as error:
            raise PictureError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    for file, text in texts.items():
        try:
            file.write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            raise PictureError(f"{file} cannot be written: {error.strerror}.") from error
    return 0


def _observed(root: Path, declared: Graph, domain: str, platform: bool, since: str, stage: str) -> int:
    from troupe.choreography.observed import Observation, describe, draw
    from troupe.cli.reading import Progress
    from troupe.cli.terminal import err, line
    from troupe.event_store.read import UnreadableEvent

    unreadable = 0
    with sight.sight(root, stage) as here, Progress("read") as progress:
        seen = Observation(here.names.app)
        for event in progress.counting(here.reader.window(*here.window(since, ""), progress=progress.told)):
            try:
                if not event.divergent:
                    seen.add(event.envelope)
            except UnreadableEvent:
                unreadable += 1
        for event in here.reader.fetch(seen.away()).values():
            with suppress(UnreadableEvent):
                seen.beside(event.envelope)
    arrows = seen.arrows(declared, domain=domain, platform=platform)
    sys.stdout.write(draw(arrows))
    console = err()
    console.print(f"{seen.count:,} events since {line(since)}.")
    if unreadable:
        console.print(f"{unreadable:,} more cannot be read; `troupe verify --since {line(since)}` names them.")
    for standing, said in (("undeclared", "Seen, never declared"), ("unseen", "Declared, never seen")):
        for arrow in arrows:
            if arrow.standing == standing:
                console.print(f"{said}: {line(describe(arrow))}")
    return 0
