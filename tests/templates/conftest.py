"""Two projects, synthesized once: what is shipped, and a sample, so that the tests outlive the shipped domains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.templates.deployed import Deployed
from tests.templates.sample import REPOSITORY, sample_project
from troupe.choreography.discovery import discover

Synthesize = Callable[[Path], Deployed]


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synthesize]:
    """Synthesizes a project in this process (the CDK takes seconds to import)."""
    with pytest.MonkeyPatch.context() as patch:
        # Before the import: it starts the process that reads them.
        patch.setenv("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
        patch.setenv("CDK_VALIDATION", "false")
        from stacks import project

        def run(root: Path) -> Deployed:
            outdir = tmp_path_factory.mktemp("assembly")
            project.build(root, str(outdir)).synth()
            return Deployed(root, outdir, discover(root))

        yield run


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, synthesize: Synthesize) -> Deployed:
    return synthesize(sample_project(tmp_path_factory.mktemp("sample")))


@pytest.fixture(scope="session", params=["sample", "shipped"])
def deployed(request: pytest.FixtureRequest, synthesize: Synthesize) -> Deployed:
    """Each test with this fixture runs over the sample's agents and over whatever agents are shipped."""
    if request.param == "shipped":
        return synthesize(REPOSITORY)
    found: Deployed = request.getfixturevalue("sample")
    return found
