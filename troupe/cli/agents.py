"""`troupe agents`: who plays, and what their parts are."""

from __future__ import annotations

from troupe.cli import project
from troupe.cli.terminal import out, table


def agents() -> int:
    """List the agents: what each hears, may publish, and needs."""
    from troupe.choreography.graph import read_project

    graph = read_project(project.root())
    rows = [
        (
            agent.id,
            "\n".join(_hears(handler.sides) for handler in agent.handlers),
            "\n".join(", ".join(handler.publishes) or "—" for handler in agent.handlers),
            ", ".join(agent.needs) or "—",
        )
        for agent in graph.agents.values()
    ]
    if rows:
        out().print(table(["Agent", "Hears", "May publish", "Needs"], rows), soft_wrap=False)
    else:
        out().print("There are no agents yet; begin with: troupe new agent DOMAIN/NAME --on EVENT --emits EVENT")
    return 0


def _hears(sides: tuple[tuple[str, ...], ...]) -> str:
    return " and ".join(" or ".join(side) for side in sides) or "everything"
