"""The walkthrough is true: every file that it shows is written, every command is run, every output is as it says."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import blocks, says
from troupe.cli.main import run

pytestmark = pytest.mark.thorough

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs/walkthrough.md"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a fork begins with once it has deleted the shipped domains, so that synth has little to do."""
    root = tmp_path / "fork"
    root.mkdir()
    for name in ("troupe", "stacks"):
        (root / name).symlink_to(CHECKOUT / name)
    for name in ("app.py", "cdk.json", "pyproject.toml", "conftest.py", "requirements.txt"):
        shutil.copy(CHECKOUT / name, root)
    shutil.copytree(CHECKOUT / "functions/platform", root / "functions/platform")
    shutil.copy(CHECKOUT / "functions/requirements.txt", root / "functions")
    (root / "contracts").mkdir()
    (root / ".venv").symlink_to(CHECKOUT / ".venv")
    monkeypatch.chdir(root)
    return root


def test_it_is_true_word_for_word(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    printed = ""
    for block in blocks(PAGE.read_text("utf-8")):
        if block.path:
            (project / block.path).parent.mkdir(parents=True, exist_ok=True)
            (project / block.path).write_text(block.text, "utf-8")
        for command, told in block.steps() if block.language == "console" else ():
            printed = execute(command, project, capfd)
            assert says(printed, told), f"$ {command}\n{printed}\ndoes not say\n" + "\n".join(told)
        if block.language == "mermaid":
            assert block.text == printed


def execute(command: str, project: Path, capfd: pytest.CaptureFixture[str]) -> str:
    """What the command prints. The command line itself runs in this process, which has imported it already."""
    program, *arguments = shlex.split(command)
    if program == ".venv/bin/troupe":
        capfd.readouterr()
        assert run(arguments) == 0, capfd.readouterr()
        return capfd.readouterr().out
    done = subprocess.run(
        [program, "-p", "no:cacheprovider", *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout
