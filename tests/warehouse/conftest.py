"""One PostgreSQL for all tests of the warehouse, with the sample data of a fixed day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import psycopg
import pytest

from tests.warehouse.data_api import CLUSTER, StandIn, data_api
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
    with psycopg.connect(url) as admin:  # the Data API's side needs it; on Aurora nobody can take it from PUBLIC
        admin.execute('GRANT EXECUTE ON FUNCTION pg_typeof("any") TO troupe_reader')
    return url


@pytest.fixture(scope="module")
def stand_in(admin_url: str) -> Iterator[StandIn]:
    """The Data API in front of the same warehouse."""
    urls = {"reader-secret": sample.reader_url(admin_url), "owner-secret": admin_url}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "data-api-stand-in")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        with data_api(StandIn(urls)) as stand_in:
            yield stand_in


@pytest.fixture(scope="module", params=["psycopg", "data-api"])
def side(request: pytest.FixtureRequest) -> str:
    """Both ways to a warehouse keep the same contract."""
    if request.param == "data-api":
        request.getfixturevalue("stand_in")
    return str(request.param)


@pytest.fixture(scope="module")
def warehouse(side: str, admin_url: str) -> Iterator[Warehouse]:
    """The sample warehouse as agents see it."""
    opened = opened_by(side, "reader-secret", sample.reader_url(admin_url))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def owner(side: str, admin_url: str) -> Iterator[Warehouse]:
    """The sample warehouse as its owner, who may do anything but through this."""
    opened = opened_by(side, "owner-secret", admin_url)
    yield opened
    opened.close()


@pytest.fixture
def connect(side: str, request: pytest.FixtureRequest) -> Callable[[str], Warehouse]:
    """Opens any other database."""

    def open_(url: str) -> Warehouse:
        if side == "data-api":
            request.getfixturevalue("stand_in").urls["another-secret"] = url
            return Warehouse.through_data_api(CLUSTER, "another-secret", "another")
        return Warehouse.connect(url)

    return open_


def opened_by(side: str, secret: str, url: str) -> Warehouse:
    catalog = project_root() / "warehouse" / "catalog.yaml"
    if side == "data-api":
        return Warehouse.through_data_api(CLUSTER, secret, "warehouse", catalog)
    return Warehouse.connect(url, catalog)
