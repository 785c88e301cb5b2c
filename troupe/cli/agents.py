"""`troupe agents`: who plays, and what their parts are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from troupe.cli import project
from troupe.cli.terminal import line, out, table

if TYPE_CHECKING:
    from troupe.local.up.presence import Presence


def agents() -> int:
    """List the agents: how they are while `troupe up` is running; else what each hears, may publish, and needs."""
    from troupe.local.up.presence import running

    up = running(project.root())
    if up is not None:
        _state(up)
    else:
        _parts()
    return 0


def _state(up: Presence) -> None:
    state = up.state()
    # Narrow enough for 80 columns: what went wrong is told below.
    columns = ["Agent", "State", "PID", "Starts", "Waiting", "In flight", "Dead"]
    rows = [
        (
            agent["id"],
            f"{agent['state']} {_age(time.time() - agent['since'])}",
            agent["pid"] or "—",
            agent["starts"],
            agent["visible"],
            agent["in_flight"],
            agent["dead"] + agent["undelivered"],
        )
        for agent in state["agents"]
    ]
    console = out()
    console.print(table(columns, rows, right=range(2, 7)), soft_wrap=False)
    for agent in state["agents"]:
        if agent["failure"]:
            console.print(f"{agent['id']} {line(agent['failure'])}", soft_wrap=True)
    if any(agent["dead"] or agent["undelivered"] for agent in state["agents"]):
        console.print("What is dead or undelivered: troupe dlq list")
    if state["lost"]:
        console.print(f"{state['lost']} events found neither their target nor a dead-letter queue.")


def _age(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def _parts() -> None:
    from troupe.choreography.graph import read_project

    graph = read_project(project.root())
    rows = [
        (
            agent.id,
            "\n".join("people" if handler.serves else _hears(handler.sides) for handler in agent.handlers),
            "\n".join(", ".join(handler.publishes) or "—" for handler in agent.handlers),
            ", ".join(agent.needs) or "—",
        )
        for agent in graph.agents.values()
    ]
    if rows:
        out().print(table(["Agent", "Hears", "May publish", "Needs"], rows), soft_wrap=False)
    else:
        out().print("There are no agents yet; begin with: troupe new agent DOMAIN/NAME --on EVENT --emits EVENT")


def _hears(sides: tuple[tuple[str, ...], ...]) -> str:
    return " and ".join(" or ".join(side) for side in sides) or "everything"
