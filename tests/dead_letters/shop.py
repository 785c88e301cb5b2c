"""A shop where things go wrong: two agents and a join, with the platform's own recorder and watchdog."""

from __future__ import annotations

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

FILES = {
    "contracts/shop.py": '''
from troupe import Event


class OrderPlaced(Event, root=True, within_s=60):
    """Somebody wants something."""

    order: str
    total: int


class Paid(Event):
    """The money is there."""

    order: str


class Packed(Event):
    """The parcel is there."""

    order: str


class Shipped(Event, terminal=True):
    """It is on its way."""

    order: str
''',
    "functions/shop/till/agent.py": '''
"""Takes the money; the tests break it."""

import os

from contracts.shop import OrderPlaced, Paid
from troupe import Agent

agent = Agent()


@agent.on
def charge(event: OrderPlaced) -> Paid:
    if os.environ.get("SHOP_TILL_BROKEN"):
        raise RuntimeError("the till is broken")
    if event.total < 0:
        raise ValueError("a negative total")
    return Paid(order=event.order)
''',
    "functions/shop/packer/agent.py": '''
"""Packs; does nothing about what is lost."""

from contracts.shop import OrderPlaced, Packed
from troupe import Agent

agent = Agent()


@agent.on
def pack(event: OrderPlaced) -> Packed | None:
    return None if event.order == "lost" else Packed(order=event.order)
''',
    "functions/shop/shipper/agent.py": '''
"""Ships what is paid and packed."""

from contracts.shop import Packed, Paid, Shipped
from troupe import Agent

agent = Agent()


@agent.on
def ship(money: Paid, parcel: Packed) -> Shipped:
    return Shipped(order=money.order)
''',
    "functions/shop/auditor/agent.py": '''
"""Looks at large orders."""

from contracts.shop import OrderPlaced
from troupe import Agent

agent = Agent()


@agent.on(where={"total": [{"numeric": [">", 1000]}]})
def look(event: OrderPlaced) -> None:
    return None
''',
}


def write_shop(folder: Path) -> Path:
    """Writes the project: agents and contracts of its own, the repository's engine and platform agents."""
    for part in ("app.py", "cdk.json", "requirements.txt", "functions/requirements.txt"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / part, folder / part)
    for part in ("stacks", "troupe", "functions/platform/recorder", "functions/platform/watchdog"):
        shutil.copytree(REPOSITORY / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return folder
