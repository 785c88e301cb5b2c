"""A small project of its own, so that these tests hold whatever agents are shipped."""

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


class BreadServed(Event, terminal=True):
    """Somebody has bread."""


class OvenBroken(Event, terminal=True):
    """There will be no bread today."""
''',
    "contracts/orchard.py": '''
from troupe import Event


class ApplesPicked(Event, root=True, terminal=True):
    """A basket came in."""
''',
    "functions/bakery/baker/agent.py": '''
"""Bakes what was ordered.

More is told on the second line.
"""

from contracts.bakery import BreadBaked, BreadOrdered, OvenBroken
from troupe import Agent, Context

from .flour import Flour

agent = Agent(timeout_s=20, memory_mb=1024, concurrency=3)


@agent.on(where={"loaves": [{"numeric": [">", 0]}]})
def bake(event: BreadOrdered, flour: Flour, context: Context) -> BreadBaked | OvenBroken:
    from .recipe import knead

    return knead(flour)
''',
    "functions/bakery/baker/recipe.py": """
from contracts.bakery import BreadBaked


def knead(flour):
    import yaml

    return BreadBaked()
""",
    "functions/bakery/baker/prompt.md": "Bake well.\n",
    "functions/bakery/baker/unused.py": "import contracts.orchard\n",
    "functions/bakery/baker/test_baker.py": "import pytest\n",
    "functions/bakery/oven_watch/agent.py": '''
"""Looks at the oven now and then."""

from contracts.bakery import BreadBaked, BreadOrdered, BreadServed, OvenBroken
from contracts.orchard import ApplesPicked
from troupe import Agent, Tick

agent = Agent()


@agent.on(every="5 minutes")
def look(event: Tick) -> OvenBroken | None:
    return None


@agent.on
def smell(event: ApplesPicked) -> None:
    return None


@agent.on(within_s=600)
def serve(order: BreadOrdered, bread: BreadBaked) -> BreadServed:
    return BreadServed()
''',
    "functions/platform/scribe/agent.py": '''
"""Writes everything down."""

from troupe import Agent, Envelope

from .ledger import Ledger

agent = Agent()


@agent.on
def write(event: Envelope, ledger: Ledger) -> None:
    return None
''',
    "functions/bakery/baker/flour.py": """
from troupe import Grant, Need


class Flour(Need):
    slow = True
    files = ("flour/kinds.yaml",)
    tables = ("flour",)
    grants = (
        Grant(("ssm:GetParameter",), ("arn:{partition}:ssm:{region}:{account}:parameter/{app}/{stage}/flour",)),
    )

    @classmethod
    def open(cls, settings):
        import jinja2

        return cls()
""",
    "functions/platform/scribe/ledger.py": """
from troupe import Grant, Need


class Ledger(Need):
    grants = (
        Grant(
            ("dynamodb:PutItem",),
            ("arn:{partition}:dynamodb:{region}:{account}:table/{app}-{stage}-decisions",),
            leading_keys=("H#*",),
        ),
    )

    @classmethod
    def open(cls, settings):
        return cls()
""",
    "flour/kinds.yaml": "- rye\n- wheat\n",
}


def sample_project(folder: Path) -> Path:
    """Writes the project: its own agents and contracts, the repository's engine."""
    for part in ("app.py", "cdk.json", "requirements.txt", "functions/requirements.txt"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / part, folder / part)
    for part in ("stacks", "troupe"):
        shutil.copytree(REPOSITORY / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return folder
