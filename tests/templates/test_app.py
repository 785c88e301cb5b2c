"""`app.py` as the CDK runs it: a mistake is one sentence and exit 1, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.errors import BuildError
from tests.templates.sample import sample_project
from tests.templates.synthesis import Synthesize
from troupe.choreography.discovery import DiscoveryError
from troupe.choreography.findings import Broken
from troupe.runtime.signature import SignatureError


def run(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CDK_OUTDIR": str(root / "out"), "CDK_VALIDATION": "false", **environment}
    return subprocess.run([sys.executable, "app.py"], cwd=root, env=env, capture_output=True, text=True, timeout=120)


def test_it_synthesizes_without_a_word(tmp_path: Path) -> None:
    done = run(sample_project(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out/troupe-dev-bakery-baker.template.json").exists()


def test_a_signature_that_cannot_be_wired_stops_it(tmp_path: Path) -> None:
    baker = sample_project(tmp_path) / "functions/bakery/baker/agent.py"
    baker.write_text(baker.read_text().replace("event: BreadOrdered", "event: int"))
    done = run(tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "functions/bakery/baker/agent.py:14: bake: the parameter event is int" in done.stderr


def test_missing_node_is_said(tmp_path: Path) -> None:
    done = run(sample_project(tmp_path), JSII_NODE="no-such-node")
    assert done.returncode == 1
    assert done.stderr == "Node.js is missing: the CDK runs on it. Install version 20 or later and run this again.\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "error", "sentence"),
    [
        ("cdk.json", '"context"', '"contexts"', BuildError, 'cdk.json has no "context"'),
        ("cdk.json", "{", "", BuildError, "cdk.json is not JSON"),
        ("functions/bakery/oven_watch/agent.py", "5 minutes", "5 moons", Broken, "look says every='5 moons'"),
        ("functions/bakery/baker/agent.py", "concurrency=3", "concurrency=1", BuildError, "its concurrency is 1;"),
        ("functions/bakery/baker/agent.py", "timeout_s=20", "timeout_s=2000", SignatureError, "Lambda allows 900 s"),
        ("functions/bakery/baker/agent.py", '">", 0', '"more", 0', Broken, "EventBridge refuses the where of bake"),
        (
            "functions/bakery/baker/agent.py",
            '{"numeric"',
            '"x" * 2000, {"numeric"',
            Broken,
            "EventBridge takes 2048",
        ),
        (
            "contracts/orchard.py",
            ", terminal=True",
            "",
            Broken,
            "contracts/orchard.py:4: A story that begins with Apples",
        ),
        ("functions/bakery/baker/flour.py", "{stage}", "{floor}", BuildError, "a placeholder that nothing fills"),
        ("functions/bakery/baker/agent.py", "agent =", "actor =", DiscoveryError, "agent"),
    ],
)
def test_what_cannot_be_deployed_stops_synth(
    tmp_path: Path,
    synthesize: Synthesize,
    file: str,
    old: str,
    new: str,
    error: type[Exception],
    sentence: str,
) -> None:
    path = sample_project(tmp_path) / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(error) as raised:
        synthesize(tmp_path)
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("bakery/baker_dlq", "bakery.baker-dlq and bakery.baker would both own troupe-dev-bakery-baker-dlq"),
        ("bakery/" + "very_" * 10 + "long_name", "Lambda takes 64"),
    ],
)
def test_names_that_clash_or_are_too_long_stop_synth(
    tmp_path: Path, synthesize: Synthesize, folder: str, sentence: str
) -> None:
    functions = sample_project(tmp_path) / "functions"
    (functions / folder).mkdir(parents=True)
    (functions / folder / "agent.py").write_text((functions / "bakery/oven_watch/agent.py").read_text())
    with pytest.raises(BuildError) as raised:
        synthesize(tmp_path)
    assert sentence in str(raised.value)


def test_a_long_rule_name_is_cut_but_stays_its_own(tmp_path: Path, synthesize: Synthesize) -> None:
    path = sample_project(tmp_path) / "functions/bakery/oven_watch/agent.py"
    long = "smell_the_bread_that_is_in_the_oven_and_say_whether_it_is_done"
    path.write_text(path.read_text().replace("def smell", f"def {long}").replace("def serve", f"def {long}_or_not"))
    deployed = synthesize(tmp_path)
    (agent,) = [a for a in deployed.agents if a.id == "bakery.oven-watch"]
    names = [rule["Name"] for rule in deployed.of(agent).of_type("AWS::Events::Rule").values()]
    assert len(set(names)) == 3 and max(map(len, names)) == 64
