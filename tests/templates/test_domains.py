"""A stage chooses its domains; the platform's agents come with every one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from stacks.errors import BuildError
from stacks.settings import read_settings
from tests.templates.sample import sample_project
from tests.templates.synthesis import Synthesize


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Baker and oven watch of the bakery, the same baker in a stall, and a watchman of the platform."""
    functions = sample_project(tmp_path) / "functions"
    shutil.copytree(functions / "bakery/oven_watch", functions / "stall/oven_watch")
    shutil.copytree(functions / "bakery/oven_watch", functions / "platform/watchman")
    return tmp_path


def agents(outdir: Path) -> set[str]:
    stacks = {path.name.split(".")[0].removeprefix("troupe-dev-") for path in outdir.glob("*.template.json")}
    return stacks - {"core"}


def choose(root: Path, domains: Any) -> None:
    settings = json.loads((root / "cdk.json").read_text())
    settings["context"]["stages"]["dev"]["domains"] = domains
    (root / "cdk.json").write_text(json.dumps(settings))


def test_a_stage_has_all_domains_until_it_chooses(project: Path, synthesize: Synthesize) -> None:
    everybody = agents(synthesize(project).outdir)
    assert {"stall-oven-watch", "platform-watchman", "bakery-oven-watch", "bakery-baker"} <= everybody
    choose(project, ["stall"])
    assert agents(synthesize(project).outdir) == {"stall-oven-watch", "platform-watchman", "platform-scribe"}


def test_the_command_line_chooses_before_the_stage() -> None:
    context = {"app": "troupe", "stage": "dev", "stages": {"dev": {"domains": ["stall"]}}}
    assert read_settings(context).stage.domains == ["stall"]
    assert read_settings({**context, "domains": "bakery, stall"}).stage.domains == ["bakery", "stall"]


@pytest.mark.parametrize(
    ("domains", "sentence"),
    [
        (["stal"], "cdk.json: stages.dev.domains names stal, and no agent lies in functions/stal; there is bakery, st"),
        ([], "stages.dev.domains is []: list should have at least 1 item"),
        ("stall", "stages.dev.domains is 'stall': input should be a valid list"),
    ],
)
def test_a_domain_that_is_not_there_is_one_sentence(
    project: Path, synthesize: Synthesize, domains: Any, sentence: str
) -> None:
    choose(project, domains)
    with pytest.raises(BuildError) as error:
        synthesize(project)
    assert sentence in str(error.value) and "\n" not in str(error.value)
