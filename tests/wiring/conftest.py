from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.project import write_project
from troupe.local.synth import synth


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of these tests, synthesized."""
    root = write_project(tmp_path_factory.mktemp("wiring"))
    synth(root)
    return root
