"""The sample data goes into a cluster through the Data API, by an administrator who is no superuser, as on Aurora."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.warehouse.conftest import TODAY
from tests.warehouse.data_api import CLUSTER, StandIn, data_api
from troupe.adapters.warehouse import Warehouse, WarehouseError
from troupe.local.postgres import Server
from troupe.runtime.settings import project_root
from warehouse import cloud, sample

PASSWORD = "correct horse battery staple"


class Secrets:
    def get_secret_value(self, SecretId: str) -> dict[str, Any]:
        assert SecretId == "stage-warehouse-reader"
        return {"SecretString": json.dumps({"username": sample.READER, "password": PASSWORD})}


@pytest.fixture(scope="module")
def loaded(server: Server) -> Iterator[StandIn]:
    superuser = server.database("in_the_cloud")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE ROLE cloud_admin LOGIN CREATEROLE CREATEDB")
        connection.execute("ALTER DATABASE in_the_cloud OWNER TO cloud_admin")
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'troupe_reader'").fetchone()
        if role:  # of the other tests' sample
            connection.execute("GRANT troupe_reader TO cloud_admin WITH ADMIN OPTION")
    urls = {
        "stage-warehouse-admin": make_conninfo(superuser, user="cloud_admin"),
        "stage-warehouse-reader": make_conninfo(superuser, user=sample.READER),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "cloud-loader")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        real = cloud.client
        patch.setattr(cloud, "client", lambda name, **more: Secrets() if "secret" in name else real(name, **more))
        with data_api(StandIn(urls)) as stand_in:
            assert load() is True
            yield stand_in


def load() -> bool:
    return cloud.load(CLUSTER, "stage-warehouse-admin", "stage-warehouse-reader", "in_the_cloud", today=TODAY)


@pytest.fixture
def reader(loaded: StandIn) -> Warehouse:
    catalog = project_root() / "warehouse" / "catalog.yaml"
    return Warehouse.through_data_api(CLUSTER, "stage-warehouse-reader", "in_the_cloud", catalog)


@pytest.mark.parametrize("table", ["orders", "order_lines", "products", "returns"])
def test_the_same_rows_arrive_as_on_a_laptop(reader: Warehouse, warehouse_here: Warehouse, table: str) -> None:
    everything = f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} AS t"
    assert reader.query(everything).rows == warehouse_here.query(everything).rows


@pytest.fixture
def warehouse_here(admin_url: str) -> Iterator[Warehouse]:
    here = Warehouse.connect(sample.reader_url(admin_url))
    yield here
    here.close()


def test_agents_know_as_much_about_it(reader: Warehouse) -> None:
    catalog = reader.catalog()
    assert {"regions", "orders", "order_lines"} <= {table.name for table in catalog.tables}
    assert catalog.default_date == "orders.order_date"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM internal.employees",
        "SELECT internal.payroll()",
        "SELECT email FROM customers",
        "SELECT nextval('internal.employees_employee_id_seq')",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_reader_sees_no_more_than_it_should(reader: Warehouse, sql: str) -> None:
    with pytest.raises(WarehouseError) as failure:
        reader.query(sql)
    assert failure.value.kind == "permission"


def test_the_readers_password_is_that_of_its_secret_and_no_statement_says_it(loaded: StandIn, server: Server) -> None:
    with psycopg.connect(server.url("in_the_cloud")) as connection:
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'troupe_reader'").fetchone()
    assert kept and kept[0].startswith("SCRAM-SHA-256$4096:")
    assert not any(PASSWORD in call for call in loaded.calls)


def test_a_verifier_is_the_one_that_postgres_makes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    import base64

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        made = connection.pgconn.encrypt_password(PASSWORD.encode(), b"x", b"scram-sha-256").decode()
    salt = base64.b64decode(made.split(":")[1].split("$")[0])
    monkeypatch.setattr(cloud.secrets, "token_bytes", lambda _: salt)
    assert cloud.verifier(PASSWORD) == made


@pytest.mark.parametrize(
    "warehouse", [None, {"cluster": CLUSTER, "secret": "s"}, {"sample": False}], ids=["none", "existing", "unwanted"]
)
def test_only_an_own_cluster_that_wants_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: dict[str, Any] | None
) -> None:
    (tmp_path / "cdk.json").write_text(
        json.dumps({"context": {"app": "troupe", "stages": {"dev": {"warehouse": warehouse}}}})
    )
    monkeypatch.setattr(cloud, "FOLDER", tmp_path / "warehouse")
    monkeypatch.setattr(cloud, "client", lambda *_: pytest.fail("it went to AWS"))
    assert cloud.main("dev") == ""


def test_data_that_is_there_is_left_alone(loaded: StandIn) -> None:
    before = len(loaded.calls)
    assert load() is False
    assert not any("DROP" in call or "INSERT" in call for call in loaded.calls[before:])
