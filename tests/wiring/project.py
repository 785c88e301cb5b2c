"""The bakery and two agents more, so that every grant a signature brings is really used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.local.bakery import write_bakery
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth

CLERK = '''
"""Writes long receipts."""

from contracts.bakery import BreadOrdered
from contracts.receipts import ReceiptWritten
from troupe import Agent

agent = Agent()


@agent.on
def write(event: BreadOrdered) -> ReceiptWritten:
    return ReceiptWritten(text="thank you " * 15_000)
'''
ARCHIVIST = '''
"""Files receipts."""

from contracts.receipts import ReceiptFiled, ReceiptWritten
from troupe import Agent

agent = Agent()


@agent.on
def file(event: ReceiptWritten) -> ReceiptFiled:
    return ReceiptFiled(length=len(event.text))
'''
RECEIPTS = '''
from troupe import Event


class ReceiptWritten(Event):
    """A receipt, too long to travel."""

    text: str


class ReceiptFiled(Event, terminal=True):
    """The receipt is in its folder."""

    length: int
'''


def write_project(folder: Path) -> Path:
    write_bakery(folder)
    add(folder, "contracts/receipts.py", RECEIPTS)
    add(folder, "functions/bakery/clerk/agent.py", CLERK)
    add(folder, "functions/bakery/archivist/agent.py", ARCHIVIST)
    return folder


def add(folder: Path, path: str, text: str) -> None:
    """Adds one new file."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    assert not (folder / path).exists()
    (folder / path).write_text(text.lstrip("\n"), encoding="utf-8")


def edited(root: Path, stack: str, edit: Callable[[dict[str, Any]], None], folder: Path) -> Path:
    """A copy of the synthesized assembly in which one stack's template was edited."""
    folder.mkdir()
    for file in synth(root).iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    path = folder / f"{stack}.template.json"
    template = json.loads(path.read_text())
    edit(template)
    path.write_text(json.dumps(template))
    return folder


def play(cloud: LocalCloud) -> dict[str, Any]:
    """One evening at the bakery that uses every grant there is; what can be seen of it from outside."""
    from contracts.bakery import BreadOrdered

    orders = [cloud.publish(BreadOrdered(loaves=loaves)) for loaves in (1, 7)]
    cloud.publish_raw(Source="stranger", DetailType="BreadOrdered", Detail='{"loaves": "many"}')
    cloud.run_for(3 * 3600)
    agents = sorted({f.agent_id for f in cloud.world.functions.values()})
    return {
        "stories": [sorted(e.type for e in cloud.events(order)) for order in orders],
        "all": sorted(e.type for e in cloud.events()),
        "queues": {name: (depth.visible, depth.in_flight, depth.dead) for name, depth in cloud.queues().items()},
        "silent": [agent for agent in agents if not cloud.logs(agent)],
        "calls": sum("failed" in line or "could not" in line for agent in agents for line in cloud.logs(agent)),
    }
