"""Synthesizes projects inside the test process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.templates.deployed import Deployed
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
