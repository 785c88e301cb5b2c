"""One PostgreSQL for all tests of the warehouse, with the sample data of a fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from troupe.adapters.warehouse import Warehouse
from troupe.local.postgres import Server, serve
from troupe.runtime.settings import project_root
from warehouse import sample

TODAY = date(2026, 8, 15)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture(scope="session")
def admin_url(server: Server) -> str:
    """The administrator's URL of the sample warehouse."""
    url = server.database("warehouse")
    sample.load(url, today=TODAY)
    return url


@pytest.fixture(scope="session")
def warehouse(admin_url: str) -> Iterator[Warehouse]:
    """The sample warehouse as agents see it."""
    opened = Warehouse.connect(sample.reader_url(admin_url), project_root() / "warehouse" / "catalog.yaml")
    yield opened
    opened.close()
