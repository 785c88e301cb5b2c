"""Imports point one way, lazy ones included; and what ships does not drag in what stays at home."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rule import files, trespasses

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "moto", "aws_cdk", "jsii", "aws_xray_sdk", "psycopg", "sqlglot", "boto3", "jinja2", "vl_convert", "typer", "rich",
}  # fmt: skip


def test_imports_point_one_way() -> None:
    looked_at = files(ROOT)
    assert len(looked_at) > 40
    assert [trespass for path in looked_at for trespass in trespasses(path, ROOT)] == []


@pytest.mark.parametrize(
    ("path", "text", "trespass"),
    [
        ("troupe/runtime/turn.py", "import troupe.event_store.read", "troupe.runtime imports troupe.event_store.read"),
        ("troupe/__init__.py", "from troupe.cli import main", "troupe.runtime imports troupe.cli.main"),
        ("troupe/event_store/read.py", "def f():\n    from troupe import local", "imports troupe.local"),
        ("troupe/local/cloud.py", "from ..cli import main", "troupe.local imports troupe.cli.main"),
        ("troupe/local/cloud.py", "import contracts.query", "troupe.local imports contracts.query"),
        ("troupe/cli/ask.py", "import importlib\nimportlib.import_module('stacks.core')", "imports stacks.core"),
        ("troupe/choreography/graph.py", "if 0:\n    import stacks", "troupe.choreography imports stacks"),
        ("functions/a/b/agent.py", "from functions.a.c import x", "functions.a.b imports functions.a.c.x"),
        ("functions/a/b/agent.py", "from ..c import x", "functions.a.b imports functions.a.c.x"),
        ("functions/a/b/agent.py", "from troupe.event_store import read", "imports troupe.event_store.read"),
        ("contracts/a.py", "from functions.a.c import x", "contracts imports functions.a.c.x"),
        ("troupe/new_part/x.py", "", "troupe.new_part has no rule; say in MAY_IMPORT what it may import"),
        ("app.py", "from troupe.local import cloud", "app imports troupe.local.cloud"),
    ],
)
def test_the_rule_sees_what_breaks_it(tmp_path: Path, path: str, text: str, trespass: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n")
    (found,) = trespasses(file, tmp_path)
    assert found.endswith(trespass)
    assert found.startswith(f"{path}:{text.count(chr(10)) + 1}: ")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "functions/a/b/agent.py",
            "from troupe import Agent\nfrom troupe.adapters import Model\nfrom .think import x",
        ),
        ("functions/a/b/think.py", "from contracts.a import X\nimport sqlglot\nfrom . import words"),
        ("functions/platform/recorder/agent.py", "from troupe.event_store.append import EventStore"),
        ("troupe/local/cloud.py", "from . import router\nfrom troupe.choreography.patterns import matches"),
    ],
)
def test_the_rule_lets_pass_what_it_allows(tmp_path: Path, path: str, text: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text + "\n")
    assert trespasses(file, tmp_path) == []


def test_folders_of_yours_are_namespace_packages() -> None:
    """Or two checkouts, a fork and a test's project, could not lie beside each other on the path."""
    assert [p for part in ("functions", "contracts") for p in (ROOT / part).rglob("__init__.py")] == []


def loaded(code: str, cwd: Path) -> set[str]:
    code += "\nimport json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    run = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_a_minimal_agent_drags_nothing_heavy_in(tmp_path: Path) -> None:
    agent = tmp_path / "functions/game/lob/agent.py"
    agent.parent.mkdir(parents=True)
    agent.write_text(
        '"""Answers."""\nfrom contracts.game import Ping, Pong\nfrom troupe import Agent\n\nagent = Agent()\n\n\n'
        "@agent.on\ndef answer(event: Ping) -> Pong:\n    return Pong()\n"
    )
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/game.py").write_text(
        "from troupe import Event\n\n\nclass Ping(Event): ...\n\n\nclass Pong(Event): ...\n"
    )
    (tmp_path / "troupe").symlink_to(ROOT / "troupe")
    modules = loaded("import functions.game.lob.agent, troupe.runtime.turn, troupe.runtime.services", tmp_path)
    assert "pydantic" in modules
    assert modules & HEAVY == set()


def test_help_is_quick_because_it_loads_no_cloud() -> None:
    modules = loaded("from troupe.cli.main import run; run(['--help'])", ROOT)
    assert "typer" in modules
    assert modules & {"moto", "aws_cdk", "jsii", "botocore", "boto3", "psycopg", "sqlglot"} == set()
