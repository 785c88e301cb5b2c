"""A small notation for choreographies, so that a broken one fits on a screen; written out as a real project."""

from __future__ import annotations

import re
from pathlib import Path

from tests.choreography.shop import write

_AGENT = re.compile(r"(?P<name>\w+)(?P<terms>\(.*\))?: (?P<heard>.*) -> (?P<said>.*)")


def write_dance(root: Path, events: str, *agents: str) -> Path:
    """A project with these events and agents.

    events: `Begun! Left Ended.`: a root, an event, a terminal. agents: `name(terms): Left, Right -> Ended | None`, with
    a comma between the sides of a join and the terms as `@agent.on` takes them.
    """
    names = [event.rstrip("!.") for event in events.split()]
    contracts = ['"""The dance."""\n\nfrom troupe import Event\n']
    for event, name in zip(events.split(), names, strict=True):
        terms = {"!": ", root=True", ".": ", terminal=True"}.get(event[-1], "")
        contracts.append(f'\n\nclass {name}(Event{terms}):\n    """Something happened."""\n\n    ref: str = ""\n')
    write(root, "contracts/dance.py", "".join(contracts))
    for agent in agents:
        part = _AGENT.fullmatch(agent)
        assert part, agent
        sides = ", ".join(f"side{n}: {side}" for n, side in enumerate(part["heard"].split(", ")))
        write(
            root,
            f"functions/dance/{part['name']}/agent.py",
            f'"""Takes part."""\n\nfrom contracts.dance import {", ".join(names)}\n'
            "from troupe import Agent, AgentFailed, JoinExpired, Tick\n\nagent = Agent()\n\n\n"
            f"@agent.on{part['terms'] or ''}\ndef act({sides}) -> {part['said']}: ...\n",
        )
    return root


def place(root: Path, where: str) -> str:
    """The agent or the event that a `file:line` of a dance is about."""
    file, _, line = where.rpartition(":")
    if file.startswith("functions/"):
        return file.split("/")[2]
    return re.sub(r"class (\w+).*", r"\1", (root / file).read_text().splitlines()[int(line) - 1])
