"""The sample warehouse twice: as it is, and from another seed with every table and column renamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql

from functions.query.sql_agent.translate import Declined, Translation, translate
from troupe.adapters.catalog import Catalog, read_overlay
from troupe.adapters.warehouse import Warehouse
from troupe.local.postgres import Server, serve
from troupe.runtime.settings import project_root
from warehouse import sample

TODAY = date(2026, 8, 15)
CATALOG = project_root() / "warehouse" / "catalog.yaml"


@dataclass
class Shop:
    """One warehouse that can be asked in words and in SQL written by hand in the sample's own names."""

    warehouse: Warehouse
    catalog: Catalog
    names: dict[str, str]

    def translated(self, question: str) -> Translation | Declined:
        return translate(question, self.catalog, TODAY)

    def answer(self, question: str) -> list[list[Any]]:
        found = self.translated(question)
        assert isinstance(found, Translation), found
        return self.warehouse.query(found.sql).rows

    def by_hand(self, statement: str) -> list[list[Any]]:
        return self.warehouse.query(renamed(statement, self.names)).rows


def renamed(text: str, names: dict[str, str]) -> str:
    """The text with every name of the sample exchanged; quoted texts stay."""
    parts = re.split(r"('[^']*')", text)
    return "".join(
        part if part.startswith("'") else re.sub(r"[a-z_]+", lambda match: names.get(match[0], match[0]), part)
        for part in parts
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture(scope="session")
def original(server: Server) -> Iterator[Shop]:
    url = server.database("original")
    sample.load(url, today=TODAY)
    warehouse = Warehouse.connect(sample.reader_url(url), CATALOG)
    yield Shop(warehouse, warehouse.catalog(), {})
    warehouse.close()


@pytest.fixture(scope="session")
def other(server: Server, original: Shop) -> Iterator[Shop]:
    """Another seed; every table and column has a name that says nothing, and a catalog that says it instead."""
    url = server.database("other")
    sample.load(url, today=TODAY, seed=sample.SEED + 1)
    names = _meaningless_names(original.catalog)
    with psycopg.connect(url) as connection:
        for table in original.catalog.tables:
            for column in table.columns:
                connection.execute(
                    sql.SQL("ALTER TABLE shop.{} RENAME COLUMN {} TO {}").format(
                        *map(sql.Identifier, (table.name, column.name, names[column.name]))
                    )
                )
            connection.execute(
                sql.SQL("ALTER TABLE shop.{} RENAME TO {}").format(
                    *map(sql.Identifier, (table.name, names[table.name]))
                )
            )
    warehouse = Warehouse.connect(sample.reader_url(url))
    catalog = warehouse.catalog().merged(_renamed_overlay(original.catalog, names))
    yield Shop(warehouse, catalog, names)
    warehouse.close()


def _meaningless_names(catalog: Catalog) -> dict[str, str]:
    names = {table.name: f"zq{index}" for index, table in enumerate(catalog.tables)}
    columns = sorted({column.name for table in catalog.tables for column in table.columns})
    return names | {name: f"kx{index}" for index, name in enumerate(columns)}


def _renamed_overlay(catalog: Catalog, names: dict[str, str]) -> dict[str, Any]:
    """The catalog.yaml for the renamed tables: the old names have become synonyms."""
    stated = read_overlay(CATALOG)
    tables: dict[str, Any] = {}
    for table in catalog.tables:
        known = dict(stated["tables"].get(table.name, {}))
        columns = known.pop("columns", {})
        label = known.pop("label", [])
        tables[names[table.name]] = {
            **known,
            "label": [names[name] for name in ([label] if isinstance(label, str) else label)],
            "synonyms": [table.name.replace("_", " "), *known.get("synonyms", [])],
            "columns": {
                names[column.name]: {
                    **columns.get(column.name, {}),
                    "synonyms": [column.name.replace("_", " "), *columns.get(column.name, {}).get("synonyms", [])],
                }
                for column in table.columns
            },
        }
    measures = {}
    for name, measure in stated["measures"].items():
        measures[name] = {key: value for key, value in measure.items() if key in ("synonyms", "unit", "description")}
        measures[name]["expression"] = renamed(measure["expression"], names)
        if "date" in measure:
            measures[name]["date"] = renamed(measure["date"], names)
        if "finer" in measure:
            measures[name]["finer"] = [renamed(finer, names) for finer in measure["finer"]]
    return {"default_date": renamed(stated["default_date"], names), "tables": tables, "measures": measures}
