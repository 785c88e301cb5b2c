from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.house import write_house
from tests.desk.visitors import Visitors
from troupe.local.cloud import LocalCloud


@pytest.fixture(scope="package")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def cloud(root: Path) -> Iterator[LocalCloud]:
    with LocalCloud.boot(root) as cloud:
        yield cloud


@pytest.fixture
def visitors(cloud: LocalCloud) -> Visitors:
    cloud.reset()
    return Visitors(cloud)
