"""`troupe check`: what the signatures and the contracts show to be wrong, and the releasing of contracts."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from troupe.cli import project, sight
from troupe.cli.terminal import err, line, out, table
from troupe.runtime.settings import Limits

if TYPE_CHECKING:
    from troupe.choreography.checks.sizes import Size
    from troupe.choreography.graph import Graph

_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}
_SHOWN = 5
"""Stored events of one type that are named when today's contract refuses them."""


def check(
    release: Annotated[
        bool, typer.Option("--release", help="If nothing is wrong, keep the contracts as they are as released.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="Hold the contracts against the events that are stored, too.")
    ] = False,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="For --history: how long ago, such as 2h or 7d, or a time.")
    ] = "7d",
    stage: sight.Stage = "",
) -> int:
    """Check the choreography and its contracts: what nobody hears, never ends, or breaks who is deployed."""
    from troupe.choreography.checks.sizes import sizes
    from troupe.choreography.findings import findings
    from troupe.choreography.graph import read_project

    if stage and not history:
        raise typer.BadParameter("--stage goes with --history; the choreography is the same for every stage.")
    root = project.root()
    graph, limits = read_project(root), _limits(root)
    found = findings(graph, root, limits)
    told = [finding for finding in found if not finding.reason]
    wrong = [finding for finding in told if finding.severity != "note"]
    console = out()
    for finding in told:
        named = f"{finding.rule} ({finding.severity})"
        console.print(Text.assemble((finding.where, "bold"), "  ", (named, _COLOURS[finding.severity])))
        console.print(f"  {line(finding.what)}")
        console.print(f"  Why it matters: {line(finding.why)}")
        allow = f" Or allow it there: {finding.silence}" if finding.silence else ""
        console.print(f"  What to do: {line(finding.fix)}{allow}\n")
    if measured := sizes(graph):
        console.print(_largest(measured, limits))
    allowed = len(found) - len(told)
    console.print(
        f"{_count(len(graph.agents), 'agent')}, {_count(len(graph.events), 'event')}: "
        f"{_count(len(wrong), 'finding') if wrong else 'nothing is wrong'}"
        f"{f' ({allowed} allowed with a reason)' if allowed else ''}."
    )
    _releases(graph, root, release, bool(wrong))
    refused = _history(root, since, stage) if history else 0
    return 1 if wrong or refused else 0


def _releases(graph: Graph, root: Path, wanted: bool, wrong: bool) -> None:
    """Releases what may be, or says how the contracts stand to what was released."""
    from troupe.choreography.evolution import deploying
    from troupe.choreography.released import FOLDER, drafts, write

    made = drafts(root)
    hints = err()
    for draft in made:
        if draft.standing == "new version":
            hints.print(line(deploying(graph, root, draft)))
    if wanted and wrong:
        hints.print("Nothing was released: what is wrong comes first.")
    elif wanted:
        for draft in made:
            write(draft)
            out().print(f"Released ({draft.standing}): {draft.path.relative_to(root)}")
        if not made:
            out().print("Every contract is as it was released.")
    elif made and not wrong and (root / FOLDER).is_dir():
        changed = [draft.type for draft in made if draft.standing == "changed"]
        new = len(made) - len(changed)
        said = [f"{_count(new, 'contract')} not released yet"] if new else []
        said += [f"changed since the release: {', '.join(changed)}"] if changed else []
        hints.print(f"{'; '.join(said)}. `troupe check --release` keeps them in {FOLDER}/.")


def _history(root: Path, since: str, stage: str) -> int:
    """Says how many stored events of each type can be read, and which cannot; returns how many those are."""
    from troupe.choreography.released import known
    from troupe.cli.reading import Progress
    from troupe.operations.history import Tally, hold

    tally, console = Tally(), out()
    with sight.sight(root, stage) as here, Progress("read") as progress:
        events = here.reader.window(*here.window(since, ""), progress=progress.told)
        for refusal in hold(progress.counting(events), known(root), tally):
            if tally.types[refusal.type].refused <= _SHOWN:
                console.print(line(refusal))
    refused = sum(count.refused for count in tally.types.values())
    rows = [(name, f"{c.events:,}", f"{c.older:,}", f"{c.refused:,}") for name, c in sorted(tally.types.items())]
    if rows:
        console.print(table(("event", "stored", "of an earlier version", "refused"), rows, right=(1, 2, 3)))
    for name, number in sorted(tally.strange.items()):
        console.print(f"{_count(number, 'event')} of type {line(name)}, for which there is no contract.")
    if tally.damaged:
        damaged = _count(tally.damaged, "event")
        console.print(f"{damaged} cannot be read at all; `troupe verify --since {line(since)}` names them.")
    events_read = _count(sum(count.events for count in tally.types.values()), "event")
    console.print(
        f"{events_read} since {line(since)}: {f'{refused:,} refused' if refused else 'each can be read'} by the "
        "contracts of today."
    )
    return refused


def _largest(measured: Sequence[Size], limits: Limits) -> str:
    """The worst cases in two sentences, against what the stage allows."""
    deepest = max(measured, key=lambda size: size.depth)
    told = f"The deepest story begins with {deepest.root.name}: {deepest.depth} events of {limits.max_depth}."
    if bounded := [size for size in measured if size.events < math.inf]:
        most = max(bounded, key=lambda size: size.events)
        told += f" The largest: {most.root.name}, {most.events:,.0f} events of {limits.max_events:,}."
    if endless := [size.root.name for size in measured if size.events == math.inf]:
        told += f" Where a list is returned nobody can tell: {', '.join(endless)}."
    return told


def _limits(root: Path) -> Limits:
    """What the project's stage allows; the defaults where cdk.json says nothing, or nothing that synth would take."""
    try:
        context = json.loads((root / "cdk.json").read_text(encoding="utf-8"))["context"]
        said = context["stages"][context["stage"]]
        return Limits(**{name: said[name] for name in Limits.__slots__ if isinstance(said.get(name), int)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Limits()


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
