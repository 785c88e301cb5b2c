"""A new agent is complete, clean and wired; a refused one leaves no trace."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.choreography.shop import edit, write
from troupe.choreography import scaffold
from troupe.choreography.discovery import contracts, discover
from troupe.choreography.findings import findings
from troupe.choreography.graph import read_project
from troupe.choreography.scaffold import ScaffoldError, new_agent

CHECKOUT = Path(scaffold.__file__).parents[2]


def tool(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, check=False)


def files(project: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(project)): p.read_bytes()
        for p in project.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }


@pytest.fixture
def project(shop: Path) -> Path:
    shutil.copy(CHECKOUT / "pyproject.toml", shop)
    (shop / "troupe").symlink_to(CHECKOUT / "troupe")
    return shop


def test_a_new_agent_is_wired_to_what_it_hears_and_says(project: Path) -> None:
    written = new_agent(project, "shop/book_keeper", ["OrderShipped", "OrderCancelled"], ["EntryMade"])
    assert [str(p.relative_to(project)) for p in written] == [
        "contracts/shop.py",
        "functions/shop/book_keeper/agent.py",
        "functions/shop/book_keeper/test_agent.py",
    ]
    graph = read_project(project)
    (act,) = graph.agents["shop.book-keeper"].handlers
    assert (act.sides, act.publishes) == ((("OrderShipped", "OrderCancelled"),), ("EntryMade",))
    made = next(t for t in contracts(project) if t.__name__ == "EntryMade")
    made.model_validate(made.example)
    assert made.__doc__


def test_what_exists_is_not_declared_again(project: Path) -> None:
    before = (project / "contracts/shop.py").read_bytes()
    new_agent(project, "audit/watch", ["OrderShipped"], ["OrderPlaced"])
    assert (project / "contracts/shop.py").read_bytes() == before
    assert not (project / "contracts/audit.py").exists()


def test_two_agents_one_after_the_other_share_the_new_event(project: Path) -> None:
    new_agent(project, "tale/opening", ["Begun"], ["Told"])
    new_agent(project, "tale/coda", ["Told"], ["Over"])
    new_agent(project, "tale/encore", ["Over"], [])
    assert [t.__name__ for t in contracts(project) if t.__module__ == "contracts.tale"] == ["Begun", "Over", "Told"]
    assert {"tale.opening", "tale.coda", "tale.encore"} <= {agent.id for agent in discover(project)}


@pytest.mark.parametrize(
    ("on", "emits"),
    [
        (["Begun"], ["Told"]),
        (["Begun"], []),
        (["OrderPlaced"], ["Told"]),
        (["Tick"], ["Told"]),
        (["AgentFailed", "OrderPlaced"], ["Told", "OrderCancelled"]),
        (["BegunWithAVeryLongNameThatDoesNotFit" + c for c in "ABC"], ["ToldWithAVeryLongName" + c for c in "ABC"]),
    ],
)
def test_what_is_written_is_clean(project: Path, on: list[str], emits: list[str]) -> None:
    written = [str(p.relative_to(project)) for p in new_agent(project, "tale/teller", on, emits)]
    assert [f for f in findings(read_project(project), project) if not f.reason] == []
    for command in (["check"], ["format", "--check"]):
        run = tool(project, "ruff", *command, *written)
        assert run.returncode == 0, run.stdout


def test_what_is_written_passes_strict_typing(project: Path) -> None:
    new_agent(project, "tale/teller", ["OrderPlaced", "Begun"], ["Told", "OrderCancelled"])
    run = tool(project, "mypy", "--follow-imports=silent", "contracts/tale.py", "functions/tale/teller/agent.py")
    assert run.returncode == 0, run.stdout


def test_its_test_fails_until_the_agent_thinks(project: Path) -> None:
    new_agent(project, "tale/teller", ["Begun"], ["Told"])
    run = tool(project, "pytest", "functions/tale")
    assert run.returncode == 1
    assert "tale.teller does not think yet" in run.stdout
    edit(project, "functions/tale/teller/agent.py", "raise NotImplementedError(", 'return Told(note="once") # (')
    assert tool(project, "pytest", "functions/tale").returncode == 0


@pytest.mark.parametrize(
    ("place", "on", "emits", "sentence"),
    [
        ("teller", ["Begun"], [], "write domain/name"),
        ("tale/the-teller", ["Begun"], [], "write the_teller"),
        ("Tale/teller", ["Begun"], [], "write tale"),
        ("../teller", ["Begun"], [], "cannot name a folder"),
        ("tale/a/b", ["Begun"], [], "cannot name a folder"),
        ("tale/class", ["Begun"], [], "cannot name a folder"),
        ("tale/", ["Begun"], [], "cannot name a folder"),
        ("tale/t" + "t" * 40, ["Begun"], [], "longer than 40"),
        ("platform/teller", ["Begun"], [], "belongs to the engine"),
        ("shop/stock", ["Begun"], [], "is there already"),
        ("tale/teller", [], ["Told"], "say --on EVENT"),
        ("tale/teller", ["begun"], [], "cannot name an event"),
        ("tale/teller", ["Begun); import os"], [], "cannot name an event"),
        ("tale/teller", ["None"], [], "cannot name an event"),
        ("tale/teller", ["Begun"], ["Event"], "already means something else"),
        ("tale/teller", ["Begun"], ["Begun"], "answer itself for ever"),
        ("tale/teller", ["Begun"], ["AgentFailed"], "for the platform to say"),
        ("tale/teller", ["Tick", "Begun"], [], "comes by schedule"),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_no_trace(
    project: Path, place: str, on: list[str], emits: list[str], sentence: str
) -> None:
    before = files(project)
    with pytest.raises(ScaffoldError, match=sentence) as caught:
        new_agent(project, place, on, emits)
    assert "\n" not in str(caught.value)
    assert files(project) == before


def test_a_folder_of_contracts_is_not_overshadowed_by_a_file(project: Path) -> None:
    write(project, "contracts/tale/old.py", '"""Old."""\n')
    with pytest.raises(ScaffoldError, match="contracts/tale/ is a folder"):
        new_agent(project, "tale/teller", ["Begun"], [])


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("domain", ["shop", "tale"])
def test_nothing_is_left_half_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, domain: str
) -> None:
    """The folder's rename is the last step: everything before it is undone when it fails."""
    before = files(project)

    def fail(self: Path, target: Path) -> Path:
        raise error

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises((ScaffoldError, KeyboardInterrupt)):
        new_agent(project, f"{domain}/teller", ["Begun"], ["Told"])
    assert files(project) == before
    assert (project / "functions" / domain).exists() == (domain == "shop")
