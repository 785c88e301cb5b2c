"""A project whose one agent answers as it is asked to: with a page, with a question back, with a failure, or not."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.choreography.shop import write

CHECKOUT = Path(__file__).resolve().parents[2]
CONTRACTS = '''"""Questions, questions back, approvals and answers."""

from typing import Any, ClassVar

from pydantic import Field

from troupe import Event, Person


class QueryReceived(Event, root=True, within_s=120):
    """Somebody asks."""

    example: ClassVar[dict[str, Any]] = {"question": "How many?"}

    question: str = Field(min_length=1)
    asked_by: Person = Person()


class ClarificationRequested(Event):
    """Asks back."""

    request: str
    question: str
    reason: str


class ClarificationProvided(Event, root=True):
    """Somebody answers."""

    request: str
    question: str
    provided_by: Person


class LeaveGiven(Event, root=True):
    """Somebody else allows it."""

    request: str
    approved_by: Person


class QuestionFailed(Event, terminal=True, failure=True):
    """There is no answer."""

    kind: str = "other"
    reason: str = "Nobody knows."


class ViewRendered(Event, terminal=True):
    """The page."""

    html: str
    told: str = ""
'''
AGENT = '''"""Answers."""

from contracts.query import (
    ClarificationProvided,
    ClarificationRequested,
    LeaveGiven,
    QueryReceived,
    QuestionFailed,
    ViewRendered,
)
from troupe import Agent

agent = Agent()


@agent.on
def answer(event: QueryReceived) -> ClarificationRequested | QuestionFailed | ViewRendered | None:
    match event.question:
        case "doubt":
            return ClarificationRequested(request=f"r-{event.asked_by.id}", question="doubt", reason="Of what?")
        case "fail":
            return QuestionFailed()
        case "silence":
            return None
        case "long":
            return ViewRendered(html="<p>" + "long " * 50_000)
    return ViewRendered(html=f"<p>{event.asked_by.id}", told=event.asked_by.claims.get("tenant", ""))


@agent.on(join_on="request")
def go_on(asked: ClarificationRequested, said: ClarificationProvided | LeaveGiven) -> ViewRendered:
    return ViewRendered(html=f"<p>{type(said).__name__}")
'''


def write_house(root: Path) -> Path:
    """Writes the project: agent and contracts of its own, the repository's engine and platform."""
    for part in ("app.py", "cdk.json", "requirements.txt"):
        shutil.copy(CHECKOUT / part, root)
    for part in ("stacks", "troupe"):
        (root / part).symlink_to(CHECKOUT / part, target_is_directory=True)
    for agent in ("recorder", "desk"):
        shutil.copytree(
            CHECKOUT / "functions/platform" / agent,
            root / "functions/platform" / agent,
            ignore=shutil.ignore_patterns("__pycache__", "test_*", "conftest.py"),
        )
    write(root, "contracts/query.py", CONTRACTS)
    write(root, "functions/requirements.txt", (CHECKOUT / "functions/requirements.txt").read_text())
    write(root, "functions/query/answerer/agent.py", AGENT)
    return root
