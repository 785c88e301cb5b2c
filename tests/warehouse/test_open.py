"""An agent's warehouse is where the stage's parameter says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import boto3
import pytest
from moto import mock_aws

from tests.warehouse.data_api import CLUSTER, StandIn, data_api
from troupe.adapters import Warehouse
from troupe.adapters.warehouse import WarehouseError
from troupe.runtime.settings import Names, RuntimeSettings, project_root
from warehouse import sample

SETTINGS = cast(RuntimeSettings, SimpleNamespace(names=Names("troupe", "test")))
"""All that it asks of the settings."""
NAME = "/troupe/test/warehouse"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    # Clients are kept per access key: a key of its own keeps each test apart.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", request.node.name[:60])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield


def put(value: str) -> None:
    boto3.client("ssm").put_parameter(Name=NAME, Value=value, Type="String")


def test_it_opens_what_the_parameter_names(admin_url: str) -> None:
    put(json.dumps({"url": sample.reader_url(admin_url)}))

    opened = Warehouse.open(SETTINGS)

    assert opened.query("SELECT count(*) FROM regions").rows == [[6]]
    assert opened.catalog().default_date == "orders.order_date", "the project's catalog belongs to it"


def test_a_missing_parameter_says_what_to_put_where() -> None:
    with pytest.raises(WarehouseError, match=f"put .* into the SSM parameter {NAME}") as failure:
        Warehouse.open(SETTINGS)

    assert failure.value.kind == "unavailable"


def test_it_opens_a_cluster_behind_the_data_api(admin_url: str) -> None:
    put(json.dumps({"cluster": CLUSTER, "secret": "reader-secret", "database": "warehouse"}))

    with data_api(StandIn({"reader-secret": sample.reader_url(admin_url)})) as stand_in:
        opened = Warehouse.open(SETTINGS)
        assert opened.query("SELECT count(*) FROM categories").columns[0].name == "count"
        assert opened.query("SELECT name FROM regions ORDER BY 1 LIMIT 1").rows == [["Central"]]

    assert stand_in.calls


@pytest.mark.parametrize(
    "value", ['{"cluster": "hunter2"}', "postgresql://u:hunter2@h/d", '{"host": "hunter2"}', '["hunter2"]']
)
def test_a_parameter_that_is_not_understood_is_not_repeated(value: str) -> None:
    put(value)

    with pytest.raises(WarehouseError, match=f"{NAME} is not understood") as failure:
        Warehouse.open(SETTINGS)

    assert "hunter2" not in str(failure.value)


def test_its_grant_names_its_own_parameter_only() -> None:
    grant, *on_the_cluster = Warehouse.grants

    assert grant.actions == ("ssm:GetParameter",)
    (resource,) = grant.resources
    arn = resource.format(partition="aws", region="eu-central-1", account="1", app="troupe", stage="test")
    assert arn == f"arn:aws:ssm:eu-central-1:1:parameter{NAME}"
    assert [grant.resources for grant in on_the_cluster] == [("{warehouse_cluster}",), ("{warehouse_secret}",)]


def test_the_catalog_ships_with_it() -> None:
    assert "warehouse/catalog.yaml" in Warehouse.files
    assert (project_root() / "warehouse/catalog.yaml").is_file()
