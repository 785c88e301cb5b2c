"""One PostgreSQL for the guard's tests: the sample warehouse, reached by its owner and by the reader role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from troupe.local.postgres import serve
from warehouse import sample

Connection = psycopg.Connection[tuple[object, ...]]
SETTINGS = "-c search_path=shop -c statement_timeout=20000 -c timezone=UTC"


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The owner's URL of the sample warehouse."""
    with serve(tmp_path_factory.mktemp("postgres")) as server:
        database = server.database("warehouse")
        sample.load(database, today=date(2026, 8, 15))
        yield database


@pytest.fixture(scope="session")
def owner(url: str) -> Iterator[Connection]:
    with psycopg.connect(url, autocommit=True, options=SETTINGS) as connection:
        yield connection


@pytest.fixture(scope="session")
def reader(url: str) -> Iterator[Connection]:
    with psycopg.connect(sample.reader_url(url), autocommit=True, options=SETTINGS) as connection:
        yield connection
