"""The workshop, written and synthesized once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.workshop import FILES
from troupe.local.simulation.generate import write
from troupe.local.synth import synth


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write(tmp_path_factory.mktemp("workshop"), FILES)
    synth(root)
    return root
