"""Plays some seeds in a process of its own: `python -m troupe.local.simulation.worker '{"root": …, "seeds": […]}'`.

The argument is a Task as JSON. Prints one JSON object per seed. A process of its own, so that two can share the work,
and so that a test can let it run on an engine into which a mistake was put.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from troupe.local.simulation.play import Outcome, Theatre
from troupe.local.simulation.replays import Operator
from troupe.local.simulation.shrink import shrunk


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is to play."""

    root: str
    seeds: list[int]
    assembly: str = ""
    """Templates that were synthesized before; empty: those of the project."""
    rates: dict[str, float] | None = None
    """The faults, instead of those that each seed draws."""
    shrink: bool = True
    tell: bool = False
    """Tell the story of every seed, not only of those that fail."""

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def main(operator: Operator | None = None) -> None:
    """Plays the task in the first argument. operator: who replays in the middle of a run."""
    task = Task(**json.loads(sys.argv[1]))
    with Theatre.open(Path(task.root), Path(task.assembly) if task.assembly else None, operator) as theatre:
        for seed in task.seeds:
            played = theatre.play(seed, rates=task.rates)
            report: dict[str, Any] = {
                "seed": seed,
                "violations": played.violations,
                "deliveries": played.deliveries,
                "faults": len(played.faults),
            }
            if played.violations and task.shrink:
                played = _shrunk(theatre, played, task)
            if played.violations or task.tell:
                report |= {"story": played.story, "left": [fault.key for fault in played.faults]}
            sys.__stdout__.write(json.dumps(report) + "\n")  # type: ignore[union-attr]
            sys.__stdout__.flush()  # type: ignore[union-attr]


def _shrunk(theatre: Theatre, played: Outcome, task: Task) -> Outcome:
    def again(without: frozenset[str]) -> Outcome:
        return theatre.play(played.seed, without=without, rates=task.rates)

    return shrunk(played, again)


if __name__ == "__main__":
    main()
