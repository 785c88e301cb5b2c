"""A new agent is complete, clean and wired; a refused one leaves no trace."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.choreography.shop import edit, write
from troupe.choreography import scaffold
from troupe.choreography.discovery import contracts, discover
from troupe.choreography.findings import findings
from troupe.choreography.graph import read_project
from troupe.choreography.scaffold import ScaffoldError, new_agent, new_domain

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
    ("on", "emits", "more"),
    [
        (["Begun"], ["Told"], {}),
        (["Begun"], [], {}),
        (["OrderPlaced"], ["Told"], {"needs": ["mail"]}),
        (["Tick"], ["Told"], {"needs": ["warehouse"]}),
        (["AgentFailed", "OrderPlaced"], ["Told", "OrderCancelled"], {}),
        (["StockReserved", "PaymentCleared"], ["Told"], {"join": True, "needs": ["model", "context"]}),
        (["BegunWithAVeryLongNameThatDoesNotFit" + c for c in "ABC"], ["ToldWithAVeryLongName" + c for c in "ABC"], {}),
    ],
)
def test_what_is_written_is_clean(project: Path, on: list[str], emits: list[str], more: dict[str, Any]) -> None:
    written = [str(p.relative_to(project)) for p in new_agent(project, "tale/teller", on, emits, **more)]
    # A second end for the shop's orders is asked for here, and rightly told.
    told = {"racing-terminals"} if "OrderCancelled" in emits else set()
    assert {f.rule for f in findings(read_project(project), project) if not f.reason} == told
    for command in (["check"], ["format", "--check"]):
        run = tool(project, "ruff", *command, *written)
        assert run.returncode == 0, run.stdout


JOINING = {"needs": ["warehouse", "model", "payments"], "join_on": "item"}


def test_a_join_waits_for_each_and_takes_what_it_needs(project: Path) -> None:
    new_agent(project, "shop/book_keeper", ["OrderPlaced", "Class"], ["EntryMade"], **JOINING)
    agent = next(agent for agent in discover(project) if agent.id == "shop.book-keeper")
    (act,) = agent.handlers
    assert {name: [t.__name__ for t in side] for name, side in act.hears.items()} == {
        "order_placed": ["OrderPlaced"],
        "class_event": ["Class"],
    }
    assert act.join_on == "item"
    assert {name: need.__name__ for name, need in act.needs.items()} == {
        "warehouse": "Warehouse",
        "model": "Model",
        "payments": "Payments",
    }
    assert act.context_parameter == "context", "a charge needs the decision's key"
    assert agent.timeout_s == 60, "a model may be asked twice for 25 seconds"


def test_whatever_adapter_there_is_can_be_asked_for_by_name(project: Path) -> None:
    """The list is read off troupe/adapters; this imports them, to see that it is right."""
    import troupe.adapters
    from troupe.choreography._offered import offered
    from troupe.runtime.needs import Need

    for path in Path(troupe.adapters.__file__).parent.glob("[!_]*.py"):
        module = importlib.import_module(f"troupe.adapters.{path.stem}")
        for need in vars(module).values():
            if isinstance(need, type) and issubclass(need, Need) and need.__module__ == module.__name__:
                offer = offered()[need.__name__.lower()]
                assert getattr(importlib.import_module(offer.module), offer.type) is need
                assert offer.turn_s > getattr(module, "TIMEOUT_S", 0)
                assert (offer.turn_s > 10) == need.slow or hasattr(module, "TIMEOUT_S")


@pytest.mark.thorough
def test_what_is_written_passes_strict_typing_and_its_test_fails_until_it_thinks(project: Path) -> None:
    new_agent(project, "tale/teller", ["OrderPlaced", "Begun"], ["Told", "OrderCancelled"])
    new_agent(project, "tale/keeper", ["OrderPlaced", "Begun"], ["Kept"], **JOINING | {"join_on": "", "join": True})
    files = [f"functions/tale/{name}/agent.py" for name in ("teller", "keeper")]
    run = tool(project, "mypy", "--follow-imports=silent", "contracts/tale.py", *files)
    assert run.returncode == 0, run.stdout
    edit(project, files[1], "raise NotImplementedError(", 'return Kept(note=model.decide() and "once") # (')
    run = tool(project, "pytest", "functions/tale")
    assert run.returncode == 1
    assert "tale.teller does not think yet" in run.stdout
    assert "missing a required argument: 'instructions'" in run.stdout, "the fake has the adapter's signatures"
    edit(project, files[1], "model.decide()", "1")
    edit(project, files[0], "raise NotImplementedError(", 'return Told(note="once") # (')
    assert tool(project, "pytest", "functions/tale").returncode == 0


def test_a_new_domain_is_a_whole_story(project: Path) -> None:
    written = new_domain(project, "tale", "teller", "Begun", "Told")
    assert [str(p.relative_to(project)) for p in written] == [
        "contracts/tale.py",
        "functions/tale/demo.yaml",
        "functions/tale/teller/agent.py",
        "functions/tale/teller/test_agent.py",
    ]
    graph = read_project(project)
    assert [f for f in findings(graph, project) if not f.reason] == []
    assert graph.events["Begun"].terms.root and graph.events["Told"].terms.terminal
    told = yaml.safe_load((project / "functions/tale/demo.yaml").read_text())
    assert [scene["publish"] for scene in told["scenes"]] == ["Begun"]


@pytest.mark.parametrize(
    ("domain", "begins", "sentence"),
    [
        ("shop", "Begun", "functions/shop is there already; write `troupe new agent shop/NAME`"),
        ("platform", "Begun", "belongs to the engine"),
        ("Tale", "Begun", "write tale"),
        ("tale", "OrderPlaced", "OrderPlaced is declared already, by contracts.shop"),
        ("tale", "begun", "cannot name an event"),
    ],
)
def test_a_domain_that_cannot_be_new_leaves_no_trace(project: Path, domain: str, begins: str, sentence: str) -> None:
    before = files(project)
    with pytest.raises(ScaffoldError, match=sentence):
        new_domain(project, domain, "teller", begins, "Told")
    assert files(project) == before


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


@pytest.mark.parametrize(
    ("on", "more", "sentence"),
    [
        (
            ["Begun"],
            {"needs": ["oracle"]},
            "no need called oracle; there are claims, context, history, mail, model, payments, steps, warehouse",
        ),
        (["Begun"], {"join": True}, "A join waits for several events"),
        (["OrderPlaced", "StockReserved"], {"join_on": "item"}, "StockReserved has no field item"),
        (["OrderPlaced", "Begun"], {"join_on": "class"}, "cannot name a field"),
        (["OrderPlaced", "Begun"], {"join_on": "example"}, "cannot name a field"),
        (["Model"], {"needs": ["model"]}, "already means something else"),
    ],
)
def test_a_join_or_need_that_cannot_be_is_refused(
    project: Path, on: list[str], more: dict[str, Any], sentence: str
) -> None:
    before = files(project)
    with pytest.raises(ScaffoldError, match=sentence):
        new_agent(project, "tale/teller", on, [], **more)
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
