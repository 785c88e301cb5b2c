"""A choreography of two agents and a recorder, as a project on disk: what the whole local cloud is tested with."""

from __future__ import annotations

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

FILES = {
    "contracts/bakery.py": '''
from troupe import Event


class BreadOrdered(Event, root=True):
    """Somebody wants bread."""

    loaves: int


class BreadBaked(Event):
    """The bread is ready."""

    loaves: int


class BreadServed(Event, terminal=True):
    """Somebody has bread."""


class OvenBroken(Event, terminal=True):
    """There will be no bread today."""
''',
    "functions/bakery/baker/agent.py": '''
"""Bakes what was ordered."""

from contracts.bakery import BreadBaked, BreadOrdered, OvenBroken
from troupe import Agent, Context, Retry

agent = Agent()


@agent.on
def bake(event: BreadOrdered, context: Context) -> BreadBaked | OvenBroken:
    if event.loaves > 100:
        return OvenBroken()
    if event.loaves == 13:
        raise ValueError("thirteen")
    if event.loaves == 7 and context.attempt == 1:
        raise Retry("the dough rests", after=90)
    return BreadBaked(loaves=event.loaves)
''',
    "functions/bakery/waiter/agent.py": '''
"""Serves what was baked."""

from contracts.bakery import BreadBaked, BreadServed
from troupe import Agent

agent = Agent()


@agent.on
def serve(event: BreadBaked) -> BreadServed:
    return BreadServed()
''',
    "functions/platform/recorder/agent.py": '''
"""Keeps every event."""

from troupe import Agent, Context, Envelope
from troupe.event_store.append import EventStore

agent = Agent()


@agent.on
def record(event: Envelope, store: EventStore, context: Context) -> None:
    store.append(event, context.now)
''',
}


def write_bakery(folder: Path) -> Path:
    """Writes the project: agents and contracts of its own, the repository's engine."""
    for part in ("app.py", "cdk.json", "requirements.txt", "functions/requirements.txt"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / part, folder / part)
    for part in ("stacks", "troupe"):
        shutil.copytree(REPOSITORY / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return folder
