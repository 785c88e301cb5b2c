"""Synthesizing: done when needed, skipped when not, and its errors passed on in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from troupe.local.errors import LocalCloudError
from troupe.local.synth import is_fresh, synth

APP = """
import json, os, pathlib, sys
pathlib.Path("runs").open("a").write("x")
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
(out / "manifest.json").write_text(json.dumps({"context": os.environ.get("CDK_CONTEXT_JSON", "")}))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "functions" / "a" / "b").mkdir(parents=True)
    (tmp_path / "functions" / "a" / "b" / "agent.py").write_text("")
    return tmp_path


def runs(project: Path) -> int:
    return len((project / "runs").read_text())


def test_the_shipped_app_synthesizes_a_project(bakery: Path) -> None:
    assert is_fresh(bakery)
    template = synth(bakery) / "troupe-dev-bakery-baker.template.json"
    made = template.stat().st_ino
    assert (synth(bakery) / template.name).stat().st_ino == made, "nothing was made again"


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("functions/a/b/agent.py", True),
        ("functions/a/b/prompt.md", True),
        ("contracts/new.py", True),
        ("app.py", True),
        ("functions/a/b/test_agent.py", False),
        ("functions/a/b/__pycache__/agent.pyc", False),
        ("README.md", False),
        ("tests/x.py", False),
    ],
)
def test_it_is_done_again_only_when_its_inputs_change(project: Path, changed: str, again: bool) -> None:
    synth(project)
    synth(project)
    assert runs(project) == 1
    (project / changed).parent.mkdir(parents=True, exist_ok=True)
    with (project / changed).open("a") as file:
        file.write("\n# changed\n")
    assert is_fresh(project) is not again
    synth(project)
    assert runs(project) == 1 + again
    assert [p.name for p in (project / ".troupe").iterdir()] == ["cdk.out"]


def test_a_removed_file_is_a_change(project: Path) -> None:
    synth(project)
    (project / "functions" / "a" / "b" / "agent.py").unlink()
    assert not is_fresh(project)


def test_a_stage_has_an_assembly_of_its_own(project: Path) -> None:
    assert '"prod' in (synth(project, "prod") / "manifest.json").read_text()
    assert '"prod' not in (synth(project) / "manifest.json").read_text()
    assert runs(project) == 2
    synth(project, "prod")
    assert runs(project) == 2


@pytest.mark.parametrize(
    ("app", "says"),
    [
        ("import sys; sys.exit('Node.js is missing: install it.')", "Node.js is missing: install it."),
        ("import sys; sys.exit(3)", "exit code 3"),
        ("pass", "wrote no cloud assembly"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_what_goes_wrong_is_said_and_leaves_the_last_assembly(project: Path, app: str, says: str) -> None:
    synth(project)
    before = (project / ".troupe" / "cdk.out" / "manifest.json").read_text()
    (project / "app.py").write_text(app)
    with pytest.raises(LocalCloudError, match=says):
        synth(project)
    assert (project / ".troupe" / "cdk.out" / "manifest.json").read_text() == before
    assert [p.name for p in (project / ".troupe").iterdir()] == ["cdk.out"]
    assert not is_fresh(project)


def test_a_folder_that_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError, match=r"has no app\.py"):
        synth(tmp_path)
