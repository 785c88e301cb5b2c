"""Two projects, synthesized once: what is shipped, and a sample, so that the tests outlive the shipped domains."""

from __future__ import annotations

import pytest

from tests.templates.deployed import Deployed
from tests.templates.sample import REPOSITORY, sample_project
from tests.templates.synthesis import Synthesize, synthesize

__all__ = ["synthesize"]


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
