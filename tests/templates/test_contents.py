"""An asset holds what its agent reaches, and nothing else; its name follows from that."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.closure import Sources
from stacks.contents import Contents, Packer
from stacks.errors import BuildError
from stacks.shelf import LAMBDA, Shelf, Target
from tests.templates.sample import REPOSITORY, sample_project
from troupe.choreography.discovery import discover


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return sample_project(tmp_path)


def packed(root: Path) -> dict[str, Contents]:
    packer = Packer(root)
    return {agent.id: packer.contents(agent) for agent in discover(root)}


def changed_by(root: Path, change: Callable[[], object]) -> set[str]:
    before = {id: contents.hash for id, contents in packed(root).items()}
    change()
    return {id for id, contents in packed(root).items() if contents.hash != before[id]}


def append(path: Path, text: str = "\n# changed\n") -> None:
    path.write_text(path.read_text() + text)


def test_an_asset_holds_what_the_agent_reaches(root: Path) -> None:
    files = {f for f in packed(root)["bakery.baker"].files if not f.startswith("troupe/")}
    assert files == {
        "contracts/bakery.py",
        "functions/bakery/baker/agent.py",
        "functions/bakery/baker/flour.py",
        "functions/bakery/baker/recipe.py",  # a lazy, relative import
        "functions/bakery/baker/prompt.md",
        "flour/kinds.yaml",  # a need's file
    }


def test_the_engine_ships_only_what_runs(root: Path) -> None:
    files = packed(root)["platform.scribe"].files
    assert {"troupe/__init__.py", "troupe/runtime/__init__.py", "troupe/runtime/turn.py"} <= set(files)
    assert not [f for f in files if f.split("/")[1] in ("choreography", "local", "cli")]


def test_distributions_are_those_that_imports_need_at_the_locked_version(root: Path) -> None:
    pins = {id: {pin.split("==")[0] for pin in contents.pins} for id, contents in packed(root).items()}
    runtime = {"pydantic", "pydantic-core", "aws-lambda-powertools", "rfc8785", "typing-extensions"}
    assert pins["platform.scribe"] > runtime
    assert pins["bakery.baker"] - pins["platform.scribe"] == {"pyyaml", "jinja2", "markupsafe"}  # lazy, and in turn
    lock = (REPOSITORY / "requirements.txt").read_text().splitlines()
    assert set(packed(root)["bakery.baker"].pins) <= {line.split(" ;")[0] for line in lock}
    assert not {"boto3", "botocore"} & pins["bakery.baker"], "Lambda brings them"


def test_changing_a_contract_changes_only_its_users(root: Path) -> None:
    append(root / "functions/platform/scribe/ledger.py", "")
    assert changed_by(root, lambda: append(root / "contracts/orchard.py")) == {"bakery.oven-watch"}
    assert changed_by(root, lambda: append(root / "contracts/bakery.py")) == {"bakery.baker", "bakery.oven-watch"}


def test_what_does_not_ship_changes_nothing(root: Path) -> None:
    def change() -> None:
        append(root / "functions/bakery/baker/test_baker.py")
        append(root / "functions/bakery/baker/unused.py")
        append(root / "troupe/choreography/discovery.py")
        (root / "functions/bakery/baker/__pycache__").mkdir()
        (root / "functions/bakery/baker/__pycache__/agent.cpython-311.pyc").write_bytes(b"x")
        (root / "functions/bakery/baker/.DS_Store").write_bytes(b"x")

    assert changed_by(root, change) == set()


def test_prompts_needs_files_the_runtime_and_pins_change_the_hash(root: Path) -> None:
    assert changed_by(root, lambda: append(root / "functions/bakery/baker/prompt.md")) == {"bakery.baker"}
    assert changed_by(root, lambda: append(root / "flour/kinds.yaml")) == {"bakery.baker"}
    assert len(changed_by(root, lambda: append(root / "troupe/runtime/turn.py"))) == 3
    (scribe,) = [c for id, c in packed(root).items() if id == "platform.scribe"]
    newer = Contents(scribe.root, scribe.files, (*scribe.pins, "more==1"), scribe.target)
    elsewhere = Contents(scribe.root, scribe.files, scribe.pins, Target("3.13", LAMBDA.platform, LAMBDA.markers))
    assert len({scribe.hash, newer.hash, elsewhere.hash}) == 3


def test_the_hash_is_the_same_wherever_the_project_lies(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(root, elsewhere)
    assert {id: c.hash for id, c in packed(root).items()} == {id: c.hash for id, c in packed(elsewhere).items()}


@pytest.mark.parametrize(
    ("statement", "reaches"),
    [
        ("import contracts.one", True),
        ("from contracts import one", True),
        ("from contracts.one import Something", True),
        ("def later():\n    from contracts.one import Something", True),
        ("from .sibling import x", True),
        ("from . import sibling", True),
        ("from ..two.sibling import x", True),
        ("try:\n    import contracts.one\nexcept ImportError:\n    pass", True),
        ("from importlib import import_module\nimport_module('contracts.one')", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import contracts.one", False),
        ("import typing\nif typing.TYPE_CHECKING:\n    import contracts.one\nelse:\n    import json", False),
        ("'import contracts.one'", False),
    ],
)
def test_imports_are_followed_as_python_would(tmp_path: Path, statement: str, reaches: bool) -> None:
    agent = tmp_path / "functions/two/agent.py"
    agent.parent.mkdir(parents=True)
    agent.write_text(statement)
    (tmp_path / "functions/two/sibling.py").write_text("import contracts.one\nx = 1")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/one.py").write_text("Something = 1")
    found = Sources(tmp_path).reach("functions.two.agent").files
    assert (tmp_path / "contracts/one.py" in found) is reaches


FACE = """
from importlib import import_module
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from contracts.one import Something
    from .two import Other
def __getattr__(name):
    return getattr(import_module("contracts." + {"Something": "one"}.get(name, "two")), name)
"""


@pytest.mark.parametrize(
    ("statement", "reaches"),
    [
        ("from contracts import Something", {"one"}),
        ("from contracts import Other", {"two"}),
        ("from contracts import Something, Other", {"one", "two"}),
        ("from contracts import *", {"one", "two"}),
        ("import contracts", {"one", "two"}),
        ("from contracts.two import Other", {"two"}),
    ],
)
def test_of_names_that_a_package_loads_lazily_those_asked_for_are_reached(
    tmp_path: Path, statement: str, reaches: set[str]
) -> None:
    for name, text in {
        "functions/agent.py": statement,
        "contracts/__init__.py": FACE,
        "contracts/one.py": "Something = 1",
        "contracts/two.py": "Other = 2",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {path.stem for path in Sources(tmp_path).reach("functions.agent").files}
    assert found & {"one", "two"} == reaches


def test_a_database_driver_ships_with_those_who_ask_a_database() -> None:
    with_driver = {id for id, contents in packed(REPOSITORY).items() if any("psycopg" in pin for pin in contents.pins)}
    assert with_driver == {
        agent.id
        for agent in discover(REPOSITORY)
        for handler in agent.handlers
        if any(need.__name__ == "Warehouse" for need in handler.needs.values())
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "functions/bakery/baker/recipe.py",
            "import yaml",
            "import requests",
            "functions/bakery/baker/recipe.py:5 imports requests, which would be missing on Lambda; "
            "add its distribution to functions/requirements.txt and run make lock.",
        ),
        (
            "functions/bakery/baker/recipe.py",
            "import yaml",
            "from contracts import bakery; import contracts.nowhere",
            "functions/bakery/baker/recipe.py:5 imports contracts.nowhere, which does not exist.",
        ),
        ("functions/requirements.txt", "rfc8785", "never-heard-of", "lists never-heard-of, which is not installed"),
        ("functions/requirements.txt", "rfc8785==", "rfc8785 =", "functions/requirements.txt:5: Expected"),
        ("requirements.txt", "rfc8785==", "rfc8785==9.", "is installed, but requirements.txt says 9."),
        ("requirements.txt", "rfc8785==", "# ", "requirements.txt has no version for rfc8785"),
    ],
)
def test_what_cannot_ship_is_one_sentence(root: Path, file: str, old: str, new: str, sentence: str) -> None:
    agents = discover(root)
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new))
    with pytest.raises(BuildError) as error:
        packer = Packer(root)
        for agent in agents:
            packer.contents(agent)
    assert sentence in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_a_need_brings_must_be_there(root: Path) -> None:
    (root / "flour/kinds.yaml").unlink()
    with pytest.raises(BuildError, match=r"bakery\.baker needs Flour, which ships flour/kinds\.yaml, but"):
        packed(root)


def test_code_that_can_do_without_a_module_may_import_it(root: Path) -> None:
    agents = discover(root)
    recipe = root / "functions/bakery/baker/recipe.py"
    append(recipe, "\ntry:\n    import ujson\nexcept ImportError:\n    ujson = None\n")
    for agent in agents:
        Packer(root).contents(agent)
    append(recipe, "\nimport ujson\n")
    with pytest.raises(BuildError, match="imports ujson"):
        for agent in agents:
            Packer(root).contents(agent)


def test_markers_are_the_targets_not_this_machines() -> None:
    here, there = Shelf(REPOSITORY, Target.here()), Shelf(REPOSITORY)
    assert here.has("pydantic") and there.has("pydantic") and not there.has("moto")
    windows = Shelf(REPOSITORY, Target("3.14", "windows", {**LAMBDA.markers, "sys_platform": "win32"}))
    tzdata = [pin for pin in windows.pins(["psycopg"]) if pin.startswith("tzdata")]
    assert tzdata and not [pin for pin in there.pins(["psycopg"]) if pin.startswith("tzdata")]
