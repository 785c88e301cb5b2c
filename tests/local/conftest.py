from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.bakery import write_bakery
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth


@pytest.fixture(scope="session")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bakery's project, synthesized."""
    root = write_bakery(tmp_path_factory.mktemp("bakery"))
    synth(root)
    return root


@pytest.fixture
def cloud(bakery: Path) -> Iterator[LocalCloud]:
    with LocalCloud.boot(bakery) as cloud:
        yield cloud
