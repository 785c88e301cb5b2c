"""The warehouse: a PostgreSQL that agents may ask, read-only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar, Self

from troupe.adapters import _introspection
from troupe.adapters._introspection import structure_function
from troupe.adapters._sides import Plan, ResultColumn, Rows, Side, WarehouseError
from troupe.adapters.catalog import Catalog, read_overlay
from troupe.runtime.aws import client
from troupe.runtime.needs import Grant, Need
from troupe.runtime.settings import RuntimeSettings, project_root

__all__ = ["Plan", "ResultColumn", "Rows", "Warehouse", "WarehouseError", "structure_function"]

CATALOG = "warehouse/catalog.yaml"
PARAMETER = "warehouse"
"""The stage's SSM parameter that says where the warehouse is: {"url": "postgresql://…"}, or a cluster behind the Data
API: {"cluster": its ARN, "secret": name or ARN of the role's secret, "database": its name}."""
FORMS = '{"url": "postgresql://…"} or {"cluster": "arn:…", "secret": "…", "database": "…"}'


class Warehouse(Need):
    """Runs one SELECT at a time, read-only, and knows what the data is about.

    What may be read is decided by the role in its URL; the read-only transaction, the timeout and the row
    limit guard against accidents. It connects on first use. Not for several threads.
    """

    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            ("ssm:GetParameter",),
            (f"arn:{{partition}}:ssm:{{region}}:{{account}}:parameter/{{app}}/{{stage}}/{PARAMETER}",),
        ),
        # Only in a stage whose warehouse is a cluster; the Data API reads the secret on behalf of the caller.
        Grant(
            ("rds-data:BeginTransaction", "rds-data:ExecuteStatement", "rds-data:RollbackTransaction"),
            ("{warehouse_cluster}",),
        ),
        Grant(("secretsmanager:GetSecretValue",), ("{warehouse_secret}",)),
    )
    files: ClassVar[tuple[str, ...]] = (CATALOG, "warehouse/policy.yaml")
    slow: ClassVar[bool] = True

    def __init__(self, side: Side, overlay: Path | None = None) -> None:
        self._side = side
        self._overlay = overlay
        self._catalog: Catalog | None = None

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        """The stage's warehouse. Raises WarehouseError when its parameter is missing or not understood."""
        name = settings.names.parameter(PARAMETER)
        ssm = client("ssm")
        try:
            value = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        except ssm.exceptions.ParameterNotFound:
            raise WarehouseError(
                "unavailable", f"There is no warehouse: put {FORMS} into the SSM parameter {name}."
            ) from None
        try:
            return cls._at(json.loads(value))
        except (ValueError, KeyError, TypeError):
            # The value itself may hold a password and is not repeated.
            raise WarehouseError(
                "unavailable", f"The SSM parameter {name} is not understood: it should be {FORMS}."
            ) from None

    @classmethod
    def _at(cls, place: dict[str, str]) -> Self:
        if "url" in place:
            return cls.connect(place["url"], project_root() / CATALOG)
        return cls.through_data_api(place["cluster"], place["secret"], place["database"], project_root() / CATALOG)

    @classmethod
    def is_outage(cls, error: Exception) -> bool:
        return isinstance(error, WarehouseError) and error.kind == "unavailable"

    @classmethod
    def connect(cls, url: str, catalog: Path | None = None) -> Self:
        """The warehouse behind a PostgreSQL URL, described by a catalog.yaml if there is one."""
        from troupe.adapters._psycopg_side import PsycopgSide

        return cls(PsycopgSide(url), catalog)

    @classmethod
    def through_data_api(cls, cluster: str, secret: str, database: str, catalog: Path | None = None) -> Self:
        """The warehouse in an Aurora PostgreSQL cluster, by its ARN.

        secret: name or ARN of the secret with name and password of the role that asks.
        """
        from troupe.adapters._data_api_side import Cluster, DataApiSide

        return cls(DataApiSide(Cluster(cluster, secret, database)), catalog)

    def query(self, sql: str, *, timeout_s: float = 10, max_rows: int = 1000) -> Rows:
        """Runs one SELECT and returns at most `max_rows` rows; `truncated` says whether there were more.

        Raises WarehouseError: kind `unavailable` when the warehouse cannot be reached (later may help), any
        other kind when this query can never work.
        """
        return self._side.fetch(sql, timeout_s=timeout_s, max_rows=max_rows)

    def explain(self, sql: str, *, timeout_s: float = 10) -> Plan:
        """What the planner expects one SELECT to cost, without running it. Raises WarehouseError as `query` does."""
        return self._side.explain(sql, timeout_s=timeout_s)

    def catalog(self) -> Catalog:
        """What can be asked about, read once per process: the database's own structure and values, refined
        by the catalog.yaml. Hidden columns are not sampled. Raises WarehouseError, CatalogError.
        """
        if self._catalog is None:
            catalog = _introspection.read_structure(self._side)
            if self._overlay is not None and self._overlay.exists():
                catalog = catalog.merged(read_overlay(self._overlay), str(self._overlay))
            self._catalog = _introspection.with_values(catalog, self._side)
        return self._catalog

    def close(self) -> None:
        """Lets go of the connection; the next query opens another."""
        self._side.close()
