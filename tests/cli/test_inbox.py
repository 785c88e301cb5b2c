"""The inbox as a user types it: a question back survives the process, and its answer leads the story to an end."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.choreography.shop import write
from troupe.cli import main

pytestmark = pytest.mark.thorough

CHECKOUT = Path(__file__).resolve().parents[2]
CONTRACTS = '''"""Questions, questions back, and answers."""

from typing import Any, ClassVar

from pydantic import Field

from troupe import Event, Person


class QueryReceived(Event, root=True):
    """Somebody asks."""

    example: ClassVar[dict[str, Any]] = {"question": "How many?"}

    question: str = Field(min_length=1, max_length=2000)
    asked_by: Person = Person()


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


class ApprovalRequested(Event):
    """May I?"""

    request: str
    question: str
    reason: str
    sql: str
    asked_by: Person


class ApprovalGranted(Event, root=True):
    """Yes."""

    request: str
    approved_by: Person
    why: str = Field(min_length=1)


class ApprovalDenied(Event, root=True):
    """No."""

    request: str
    denied_by: Person
    why: str = Field(min_length=1)


class ViewRendered(Event, terminal=True):
    """The page."""

    html: str
'''
DOUBTER = '''"""Asks back, whatever is asked."""

from contracts.query import (
    ApprovalDenied,
    ApprovalGranted,
    ApprovalRequested,
    ClarificationProvided,
    ClarificationRequested,
    QueryReceived,
    ViewRendered,
)
from troupe import Agent

agent = Agent()


@agent.on
def doubt(event: QueryReceived) -> ClarificationRequested | ApprovalRequested:
    if event.question.startswith("May"):
        said = {"question": event.question, "reason": "So [much].", "sql": "SELECT 1"}
        return ApprovalRequested(request=event.question, asked_by=event.asked_by, **said)
    return ClarificationRequested(request="abc123", question=event.question, reason="How many of [what]?")


@agent.on(join_on="request")
def answer(asked: ClarificationRequested, said: ClarificationProvided) -> ViewRendered:
    return ViewRendered(html=f"{asked.question} {said.question} {bool(said.provided_by.id)}")


@agent.on(join_on="request")
def decide(asked: ApprovalRequested, said: ApprovalGranted | ApprovalDenied) -> ViewRendered:
    return ViewRendered(html=f"{type(said).__name__} {said!r}")
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


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs one command in this process; returns what it says, its exit code first."""
    monkeypatch.chdir(project)
    monkeypatch.setattr("getpass.getuser", lambda: "ada")

    def run(*arguments: str) -> str:
        code = main.run(list(arguments))
        told = capsys.readouterr()
        return f"{code} {told.out} {told.err}"

    return run


def test_somebody_else_approves(here: Callable[..., str], project: Path) -> None:
    asked = here("ask", "May I?")
    assert asked.startswith("1") and "Waiting for somebody.  So [much]." in asked
    assert "troupe inbox approve May I? --why" in asked

    listed = here("inbox")
    assert "(asked by ada)" in listed and "So [much]." in listed and "SELECT 1" in listed
    assert "troupe inbox approve|deny ID --why …" in listed and "Say one in other words" not in listed

    own = here("inbox", "approve", "May", "--why", "I may.")
    assert own.startswith("1") and "nobody approves their own request" in own and "--as" in own
    assert "not for ClarificationProvided" in here("inbox", "answer", "May", "In other words")
    assert here("inbox", "approve", "May").startswith("2"), "a reason is asked for"
    assert "why" in here("inbox", "approve", "May", "--why", " ", "--as", "grace")
    assert "In a stage you are who" in here(
        "inbox", "approve", "May", "--why", "So.", "--as", "grace", "--stage", "dev"
    )

    assert "Page " in here("inbox", "approve", "May", "--why", "It is [fine].", "--as", "grace")
    (page,) = [text for text in pages(project) if "May I?" in text]
    assert "ApprovalGranted" in page and "approved_by=Person(id='grace'" in page and "why='It is [fine].'" in page


def test_somebody_denies_even_if_it_is_the_asker(here: Callable[..., str], project: Path) -> None:
    here("ask", "May we?")
    here("inbox", "deny", "May we", "--why", "No more.")
    (page,) = [text for text in pages(project) if "May we?" in text]
    assert "ApprovalDenied" in page and "denied_by=Person(id='ada'" in page


def pages(project: Path) -> list[str]:
    return [path.read_text() for path in (project / ".troupe/views").glob("*.html")]
