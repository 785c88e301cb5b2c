from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dead_letters.shop import write_shop
from troupe.local.cloud import LocalCloud
from troupe.local.synth import synth


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's project, synthesized."""
    root = write_shop(tmp_path_factory.mktemp("shop"))
    synth(root)
    return root


@pytest.fixture(scope="module")  # a process has room for one cloud at a time: the next file may open its own
def booted(shop: Path) -> Iterator[LocalCloud]:
    with LocalCloud.boot(shop) as cloud:
        yield cloud


@pytest.fixture
def cloud(booted: LocalCloud) -> LocalCloud:
    booted.reset()
    return booted


@pytest.fixture
def order(cloud: LocalCloud) -> Any:
    """Places an order; returns its correlation id."""

    def place(order: str = "o-1", total: int = 10) -> str:
        from contracts.shop import OrderPlaced  # type: ignore[import-not-found]

        return cloud.publish(OrderPlaced(order=order, total=total))

    return place
