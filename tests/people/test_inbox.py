"""The inbox as a user types it: a question back survives the process, and its answer leads the story to an end."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.choreography.shop import write

CHECKOUT = Path(__file__).resolve().parents[2]
CONTRACTS = '''"""Questions, questions back, and answers."""

from typing import Any, ClassVar

from pydantic import Field

from troupe import Event, Person


class QueryReceived(Event, root=True):
    """Somebody asks."""

    example: ClassVar[dict[str, Any]] = {"question": "How many?"}

    question: str = Field(min_length=1, max_length=2000)


class ClarificationRequested(Event):
    """Which?"""

    request: str
    question: str
    reason: str


class ClarificationProvided(Event, root=True):
    """This."""

    request: str
    question: str = Field(min_length=1)
    provided_by: Person


class ViewRendered(Event, terminal=True):
    """The page."""

    html: str
'''
DOUBTER = '''"""Asks back, whatever is asked."""

from contracts.query import ClarificationProvided, ClarificationRequested, QueryReceived, ViewRendered
from troupe import Agent

agent = Agent()


@agent.on
def doubt(event: QueryReceived) -> ClarificationRequested:
    return ClarificationRequested(request="abc123", question=event.question, reason="How many of [what]?")


@agent.on(join_on="request")
def answer(asked: ClarificationRequested, said: ClarificationProvided) -> ViewRendered:
    return ViewRendered(html=f"{asked.question} {said.question} {bool(said.provided_by.id)}")
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for part in ("app.py", "cdk.json", "requirements.txt"):
        shutil.copy(CHECKOUT / part, root)
    for part in ("stacks", "troupe", "functions/platform"):
        shutil.copytree(CHECKOUT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", "test_*"))
    write(root, "contracts/query.py", CONTRACTS)
    write(root, "functions/requirements.txt", (CHECKOUT / "functions/requirements.txt").read_text())
    write(root, "functions/query/doubter/agent.py", DOUBTER)
    return root


def troupe(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "troupe.cli", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)


def test_from_the_question_to_the_answer(project: Path) -> None:
    asked = troupe(project, "ask", "How many?", "--json")
    assert (asked.returncode, json.loads(asked.stdout)["outcome"]) == (1, "clarification")

    listed = troupe(project, "inbox")
    assert listed.returncode == 0
    assert "abc123" in listed.stdout and "How many of [what]?" in listed.stdout

    empty = troupe(project, "inbox", "answer", "abc", " ")
    assert empty.returncode == 1 and "question" in empty.stderr and "Traceback" not in empty.stderr

    answered = troupe(project, "inbox", "answer", "abc", "Of pens.")
    assert answered.returncode == 0, answered.stderr
    assert "ClarificationProvided" in answered.stdout
    (page,) = (project / ".troupe/views").glob("*.html")
    assert page.read_text() == "How many? Of pens. True"

    again = troupe(project, "inbox", "answer", "abc", "Of pens.")
    assert again.returncode == 1 and "Nothing waits for an answer to" in again.stderr
    assert "Nothing waits for an answer." in troupe(project, "inbox").stdout
