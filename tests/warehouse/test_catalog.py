"""What the warehouse knows of its data: read from the database, refined by the catalog.yaml."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from troupe.adapters.catalog import CatalogError, Column, ForeignKey, Table
from troupe.adapters.warehouse import Warehouse
from troupe.local.postgres import Server
from warehouse import sample

OTHER = """
CREATE SCHEMA archive;
CREATE TYPE grade AS ENUM ('good', 'bad');
CREATE DOMAIN amount AS numeric(8, 2);
CREATE TABLE plants (
    genus text, species text, "Übliche Name" varchar(40), grade grade, price amount, tags text[], code uuid,
    notes jsonb, bloom daterange, gone integer, secret text,
    PRIMARY KEY (genus, species), UNIQUE (code)
);
ALTER TABLE plants DROP COLUMN gone;
COMMENT ON TABLE plants IS 'What grows';
COMMENT ON COLUMN plants.species IS 'The second half of the name';
CREATE TABLE sightings (
    id bigint PRIMARY KEY, genus text NOT NULL, species text NOT NULL, seen timestamptz, note text,
    FOREIGN KEY (genus, species) REFERENCES plants
);
CREATE TABLE archive.plants (id integer);
CREATE VIEW recent AS SELECT * FROM sightings WHERE seen > now() - INTERVAL '1 day';
CREATE TABLE years (day date) PARTITION BY RANGE (day);
CREATE TABLE years_2026 PARTITION OF years FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO plants (genus, species, "Übliche Name", grade, secret)
    SELECT 'Rosa', 'no ' || n, repeat('r', n % 30), 'good', 'secret ' || n FROM generate_series(1, 1200) n;
INSERT INTO sightings SELECT 1, 'Rosa', 'no 1', now(), repeat('long ', 100);
INSERT INTO sightings SELECT 2, 'Rosa', 'no 2', now(), 'short';
"""


@pytest.fixture(scope="module")
def other_url(server: Server) -> str:
    """A database of another make, read by its owner."""
    url = server.database("other")
    with psycopg.connect(url) as connection:
        connection.execute(OTHER)
    return url


def column(table: Table | None, name: str) -> Column:
    assert table is not None
    found = table.column(name)
    assert found is not None
    return found


def test_the_reader_sees_the_shop_and_only_the_shop(warehouse: Warehouse) -> None:
    catalog = warehouse.catalog()

    assert [table.name for table in catalog.tables] == [
        "categories", "customers", "order_lines", "orders", "products", "regions", "returns", "stores",
    ]  # fmt: skip
    stores = catalog.table("stores")
    assert stores is not None
    assert stores.primary_key == ("store_id",)
    assert stores.unique == (("name",),)
    assert stores.foreign_keys == (ForeignKey(columns=("region_id",), table="regions", to=("region_id",)),)
    assert stores.rows == 14
    assert stores.description.startswith("Shops")
    assert "shop" in stores.synonyms
    assert column(stores, "opened_on").type == "date"
    assert column(stores, "opened_on").nullable is False
    assert column(stores, "floor_area").nullable is True
    assert column(stores, "floor_area").unit == "m²"
    assert "Köln" in column(stores, "city").values
    assert column(stores, "city").complete


def test_a_closed_column_is_known_as_hidden_and_never_sampled(warehouse: Warehouse, admin_url: str) -> None:
    email = column(warehouse.catalog().table("customers"), "email")
    plain = column(Warehouse.connect(sample.reader_url(admin_url)).catalog().table("customers"), "email")

    assert (email.hidden, email.values) == (True, ())
    assert (plain.hidden, plain.values) == (True, ())


def test_measures_and_dates_come_from_the_catalog_file(warehouse: Warehouse) -> None:
    catalog = warehouse.catalog()

    assert catalog.default_date == "orders.order_date"
    for measure in catalog.measures:
        answer = warehouse.query(f"SELECT {measure.expression} FROM {measure.table}")
        assert isinstance(answer.rows[0][0], int | float), measure.name
        assert answer.rows[0][0] > 0, measure.name
    sales = next(measure for measure in catalog.measures if measure.name == "sales")
    by_hand = warehouse.query("SELECT sum(quantity * unit_price * (1 - discount)) FROM order_lines").rows
    assert warehouse.query(f"SELECT {sales.expression} FROM {sales.table}").rows == by_hand


def test_the_catalog_is_read_once(admin_url: str) -> None:
    own = Warehouse.connect(sample.reader_url(admin_url))
    catalog = own.catalog()
    own.close()

    assert own.catalog() is catalog


def test_any_database_is_read_by_its_structure(other_url: str) -> None:
    catalog = Warehouse.connect(other_url).catalog()

    assert [table.name for table in catalog.tables] == ["plants", "recent", "sightings", "years"]
    plants, sightings = catalog.table("plants"), catalog.table("sightings")
    assert plants is not None
    assert sightings is not None
    assert plants.primary_key == ("genus", "species")
    assert plants.unique == (("code",),)
    assert plants.description == "What grows"
    assert column(plants, "species").description == "The second half of the name"
    assert sightings.foreign_keys == (
        ForeignKey(columns=("genus", "species"), table="plants", to=("genus", "species")),
    )
    assert {c.name: c.type for c in plants.columns} == {
        "genus": "text", "species": "text", "Übliche Name": "text", "grade": "text", "price": "number",
        "tags": "array", "code": "other", "notes": "json", "bloom": "other", "secret": "text",
    }  # fmt: skip


def test_values_are_the_names_that_occur(other_url: str) -> None:
    catalog = Warehouse.connect(other_url).catalog()
    plants, sightings = catalog.table("plants"), catalog.table("sightings")

    assert column(plants, "genus").values == ("Rosa",)
    assert column(plants, "genus").complete
    assert column(plants, "grade").values == ("good",)
    assert len(column(plants, "Übliche Name").values) == 30
    assert len(column(plants, "species").values) == 1000
    assert not column(plants, "species").complete, "there are 1,200"
    assert column(sightings, "note").values == ("short",)
    assert not column(sightings, "note").complete, "the long one is prose"


def test_a_column_that_the_file_hides_is_not_sampled(other_url: str, tmp_path: Path) -> None:
    overlay = tmp_path / "catalog.yaml"
    overlay.write_text("tables: {plants: {columns: {secret: {hidden: true}}}, sightings: {hidden: true}}")

    catalog = Warehouse.connect(other_url, overlay).catalog()

    assert column(catalog.table("plants"), "secret").values == ()
    assert column(catalog.table("plants"), "genus").values == ("Rosa",)
    assert column(catalog.table("sightings"), "note").values == ()


def test_the_search_path_decides_which_namesake_is_meant(other_url: str) -> None:
    def columns_of_plants(path: str) -> list[str]:
        separator = "&" if "?" in other_url else "?"
        url = f"{other_url}{separator}options=-csearch_path%3D{path}"
        table = Warehouse.connect(url).catalog().table("plants")
        assert table is not None
        return [c.name for c in table.columns]

    assert columns_of_plants("archive,public") == ["id"]
    assert columns_of_plants("public,archive")[0] == "genus"


def test_a_file_that_does_not_fit_says_where(other_url: str, tmp_path: Path) -> None:
    overlay = tmp_path / "catalog.yaml"
    overlay.write_text("tables: {plantz: {synonyms: [flower]}}")

    with pytest.raises(CatalogError, match=r"catalog\.yaml, tables: there is no table called `plantz`"):
        Warehouse.connect(other_url, overlay).catalog()
