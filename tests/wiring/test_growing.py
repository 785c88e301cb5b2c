"""Adding an agent is adding a folder; removing the domains leaves an engine that works."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wiring.project import add, write_project
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth

REPOSITORY = Path(__file__).resolve().parents[2]
CRITIC = '''
"""Judges the bread."""

from contracts.bakery import BreadBaked
from contracts.criticism import BreadPraised
from troupe import Agent

agent = Agent()


@agent.on
def judge(event: BreadBaked) -> BreadPraised:
    return BreadPraised()
'''
CRITICISM = '''
from troupe import Event


class BreadPraised(Event, terminal=True):
    """It is good bread."""
'''


def test_an_added_folder_is_wired_and_running_with_no_other_file_touched(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    before = fingerprints(root)
    add(root, "contracts/criticism.py", CRITICISM)
    add(root, "functions/bakery/critic/agent.py", CRITIC)
    with LocalCloud.boot(root) as cloud:
        from contracts.bakery import BreadOrdered

        order = cloud.publish(BreadOrdered(loaves=1))
        cloud.run_until_idle()
        assert "BreadPraised" in [event.type for event in cloud.events(order)]
    assert (synth(root) / "troupe-dev-bakery-critic.template.json").exists()
    assert fingerprints(root).items() >= before.items()


@pytest.mark.thorough
def test_without_any_shipped_domain_the_project_synthesizes_and_the_engine_is_whole(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns(".venv", ".git", ".troupe", "node_modules", "cdk.out", "__pycache__")
    root = tmp_path / "bare"
    shutil.copytree(REPOSITORY, root, ignore=ignored)
    for domain in (d for folder in ("functions", "contracts") for d in (root / folder).iterdir()):
        if domain.is_dir():
            shutil.rmtree(domain)
        elif domain.suffix == ".py":
            domain.unlink()
    shutil.rmtree(root / "warehouse")
    assert [f.name for f in synth(root).glob("*.template.json")] == ["troupe-dev-core.template.json"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *ENGINE],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


ENGINE = [
    *("tests/runtime", "tests/event_store", "tests/architecture", "tests/local/test_cloud.py"),
    *(f"tests/choreography/test_{name}.py" for name in ("discovery", "findings", "graph", "mermaid", "patterns")),
    *("--ignore=tests/runtime/test_fuzz.py", "--ignore=tests/event_store/test_window.py"),
]
"""The engine's tests, less those that take long and look at events of their own making anyway."""


def fingerprints(root: Path) -> dict[str, str]:
    """Every file of the project's sources with its hash."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in ("app.py", "cdk.json", "contracts", "functions", "stacks", "troupe")
        for path in ([root / part] if (root / part).is_file() else sorted((root / part).rglob("*.py")))
    }
