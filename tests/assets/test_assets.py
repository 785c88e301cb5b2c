"""Every agent's asset, bundled for this machine, runs its handler with nothing else on the path."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stacks.bundling import bundle
from stacks.contents import Contents, Packer
from stacks.errors import BuildError
from stacks.shelf import Target
from tests.templates.sample import REPOSITORY, sample_project
from tests.templates.synthesis import Synthesize
from troupe.choreography.discovery import discover

PROBE = Path(__file__).with_name("probe.py")
BATCH: dict[str, Any] = {"Records": []}
REQUEST: dict[str, Any] = {
    "version": "2.0",
    "rawPath": "/",
    "rawQueryString": "",
    "headers": {},
    "requestContext": {"http": {"method": "GET", "path": "/"}},
}
"""What a function URL hands over of somebody who has not signed."""


@pytest.fixture(scope="session")
def lambdas_own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Lambda's Python brings: boto3 and what it needs."""
    folder = tmp_path_factory.mktemp("lambda") / "runtime"
    lock = (REPOSITORY / "requirements.txt").read_text().splitlines()
    names = ("boto3==", "botocore==", "s3transfer==", "jmespath==", "python-dateutil==", "urllib3==", "six==")
    pins = tuple(sorted(line for line in lock if line.startswith(names)))
    assert len(pins) == len(names)
    bundle(Contents(REPOSITORY, (), pins, Target.here()), folder)
    return folder


@pytest.mark.parametrize("project", ["sample", pytest.param("shipped", marks=pytest.mark.thorough)])
def test_every_handler_runs_from_its_asset_alone(
    project: str, tmp_path: Path, synthesize: Synthesize, lambdas_own: Path
) -> None:
    root = REPOSITORY if project == "shipped" else sample_project(tmp_path / "project")
    deployed, packer = synthesize(root), Packer(root, Target.here())
    assert deployed.agents or project == "shipped"
    folder = tmp_path / "asset"  # one after the other in the same place: what is compiled for one serves the next
    for agent in deployed.agents:
        bundle(packer.contents(agent), folder)
        template = deployed.of(agent)
        function = template.one("AWS::Lambda::Function")
        served = bool(template.of_type("AWS::Lambda::Url"))
        done = invoke(
            folder, lambdas_own, function["Handler"], function["Environment"]["Variables"], REQUEST if served else BATCH
        )
        assert done.returncode == 0, f"{agent.id}: {done.stderr}"
        found = json.loads(done.stdout.splitlines()[-1])
        if served:
            assert found["answer"]["statusCode"] == 403, agent.id
        else:
            assert found["answer"] == {"batchItemFailures": []}, agent.id
        assert found["strangers"] == [], agent.id
        assert agent.module in found["imported"]
        assert served or "troupe.runtime.turn" in found["imported"]
        shutil.rmtree(folder)


def test_a_module_left_out_would_be_noticed(tmp_path: Path, synthesize: Synthesize, lambdas_own: Path) -> None:
    deployed = synthesize(sample_project(tmp_path / "project"))
    (baker,) = [a for a in deployed.agents if a.id == "bakery.baker"]
    contents = Packer(deployed.root, Target.here()).contents(baker)
    function = deployed.of(baker).one("AWS::Lambda::Function")
    missing = {"functions/bakery/baker/recipe.py": "functions.bakery.baker.recipe", "pyyaml": "yaml"}
    for number, (left_out, module) in enumerate(missing.items()):
        folder = tmp_path / str(number)
        files = tuple(f for f in contents.files if f != left_out)
        pins = tuple(p for p in contents.pins if not p.startswith(left_out))
        bundle(Contents(contents.root, files, pins, contents.target), folder)
        done = invoke(folder, lambdas_own, function["Handler"], function["Environment"]["Variables"], BATCH)
        assert done.returncode != 0 and f"No module named '{module}'" in done.stderr


def invoke(
    asset: Path, lambdas_own: Path, handler: str, environment: dict[str, str], event: dict[str, Any]
) -> subprocess.CompletedProcess[str]:
    compiled = f"pycache_prefix={lambdas_own.parent / 'compiled'}"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-X", compiled, PROBE, asset, lambdas_own, handler, json.dumps(event)],
        env={**environment, "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_DEFAULT_REGION": "eu-central-1"},
        cwd=asset,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_asset_holds_the_files_and_the_pins_and_nothing_else(tmp_path: Path) -> None:
    root = sample_project(tmp_path / "project")
    (baker,) = [a for a in discover(root) if a.id == "bakery.baker"]
    contents = Packer(root, Target.here()).contents(baker)
    bundle(contents, tmp_path / "asset")
    ours = {
        path.relative_to(tmp_path / "asset").as_posix()
        for part in ("functions", "contracts", "troupe", "flour")
        for path in (tmp_path / "asset" / part).rglob("*")
        if path.is_file()
    }
    assert ours == set(contents.files)
    installed = {path.name.split("-")[0] for path in (tmp_path / "asset").glob("*.dist-info")}
    assert installed == {pin.split("==")[0].replace("-", "_") for pin in contents.pins}
    assert not list((tmp_path / "asset").rglob("*.pyc")) and not (tmp_path / "asset/bin").exists()


@pytest.mark.parametrize(
    ("pins", "sentence"),
    [
        (("pydantic==2.14.3",), "would hold other distributions than requirements.txt pins for it: annotated-types"),
        (("rfc8785==0.0.0",), "The dependencies of an asset cannot be installed for here: "),
    ],
)
def test_a_bundle_that_fails_leaves_nothing_behind(tmp_path: Path, pins: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(BuildError) as error:
        bundle(Contents(REPOSITORY, ("app.py",), pins, Target.here()), tmp_path / "out/asset")
    assert sentence in str(error.value) and "\n" not in str(error.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_asset_that_lambda_would_refuse_is_refused_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stacks.bundling._LAMBDA_LIMIT_BYTES", 100)
    with pytest.raises(BuildError, match="Lambda takes 0 MB"):
        bundle(Contents(REPOSITORY, ("app.py",), (), Target.here()), tmp_path / "asset")
    assert not (tmp_path / "asset").exists()
