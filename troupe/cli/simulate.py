"""`troupe simulate`: plays the choreographies under faults and says whether everything held."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from troupe.cli import project
from troupe.cli.terminal import err, line, out


def simulate(
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds of the shipped choreographies to play.")] = 100,
    seed: Annotated[int | None, typer.Option(help="Play this one alone and tell its story.")] = None,
    dance: Annotated[int | None, typer.Option(help="With --seed: the made-up choreography of this number.")] = None,
    domain: Annotated[str, typer.Option(help="Only this domain of functions/, beside the platform.")] = "",
) -> int:
    """Play the choreographies under crashes, duplicates, throttling and more; check what must always hold."""
    from troupe.local.simulation.company import Company, Part, parts

    console = out()
    alone = seed is not None

    def hear(part: Part, report: dict[str, Any]) -> None:
        if not report["violations"] and not alone:
            return
        made_up = "" if part.dance is None else f" DANCE={part.dance}"
        within = f" DOMAIN={domain}" if domain and part.dance is None else ""
        console.print(f"SEED={report['seed']}{made_up}{within}", style="bold")
        for told in report.get("story", []):
            console.print(f"  {line(told)}", soft_wrap=True)
        for violation in report["violations"]:
            console.print(f"  Violated: {line(violation)}", style="red", soft_wrap=True)
        if report["violations"]:
            console.print(f"  with these faults alone: {'; '.join(report['left']) or 'none'}", soft_wrap=True)

    wanted = [Part(dance, [seed])] if seed is not None else parts(seeds)
    err().print(f"Playing {sum(len(part.seeds) for part in wanted)} runs in {len(wanted)} parts.")
    total = Company(project.root(), hear, domain, worker="troupe.cli.simulating", tell=alone).play(wanted)
    console.print(json.dumps(asdict(total)), soft_wrap=True, highlight=False)
    return 1 if total.violations else 0
