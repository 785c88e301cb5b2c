"""Puts the sample data into a stage's own cluster, once: `make deploy` runs it after the stacks are there.

    python -m warehouse.cloud dev

It runs where the deployment runs, with the rights of whoever deploys, through the Data API. A function inside the
stack could do the same, but it would keep the administrator's rights for good, for something done once. A database
that already has a schema `shop` is left alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from troupe.adapters.warehouse import Warehouse, WarehouseError
from troupe.runtime.aws import client
from troupe.runtime.settings import Names
from warehouse import sample

FOLDER = Path(__file__).parent
CHUNK = 500_000
"""Characters of JSON in one call; the Data API takes 4 MiB."""
_ITERATIONS = 4096
"""PostgreSQL's own default for SCRAM."""


def load(cluster: str, admin: str, reader: str, database: str, *, today: date) -> bool:
    """Loads the data of that day and makes the role that asks, unless there is a schema `shop`; says whether it did.

    admin, reader: the secrets' names. All or nothing. Raises WarehouseError or botocore's errors.
    """
    there = Warehouse.through_data_api(cluster, admin, database)  # waits for a cluster that sleeps
    if there.query("SELECT 1 FROM pg_namespace WHERE nspname = 'shop'").rows:
        return False
    has_role = there.query(f"SELECT 1 FROM pg_roles WHERE rolname = '{sample.READER}'").rows  # noqa: S608
    password = json.loads(client("secretsmanager").get_secret_value(SecretId=reader)["SecretString"])["password"]
    with _Transaction.open(cluster, admin, database) as transaction:
        transaction.run_file("schema.sql")
        for table, rows in sample.generate(today=today).items():
            transaction.fill(table, rows)
        people, keys = sample.internal()
        transaction.fill("internal.employees (name, salary)", people)
        transaction.fill("internal.api_keys (owner, secret)", keys)
        if not has_role:
            transaction.run(f"CREATE ROLE {sample.READER}")
        transaction.run(f"ALTER ROLE {sample.READER} PASSWORD '{verifier(password)}'")
        transaction.run_file("cloud_reader.sql")
        transaction.run("ANALYZE")
    return True


class _Transaction:
    """Statements, one per call, that all take effect or none."""

    def __init__(self, cluster: str, secret: str, database: str) -> None:
        self._api = client("rds-data", read_timeout_s=60)
        self._where = {"resourceArn": cluster, "secretArn": secret}
        self._database = database
        self._id = self._api.begin_transaction(**self._where, database=database)["transactionId"]

    @classmethod
    @contextmanager
    def open(cls, cluster: str, secret: str, database: str) -> Iterator[_Transaction]:
        transaction = cls(cluster, secret, database)
        try:
            yield transaction
        except BaseException:
            transaction._api.rollback_transaction(**transaction._where, transactionId=transaction._id)
            raise
        transaction._api.commit_transaction(**transaction._where, transactionId=transaction._id)

    def run(self, sql: str, **parameters: str) -> list[Any]:
        answer = self._api.execute_statement(
            **self._where,
            database=self._database,
            transactionId=self._id,
            sql=sql,
            parameters=[{"name": name, "value": {"stringValue": value}} for name, value in parameters.items()],
        )
        return list(answer.get("records", []))

    def run_file(self, name: str) -> None:
        for statement in statements((FOLDER / name).read_text(encoding="utf-8")):
            self.run(statement)

    def fill(self, target: str, rows: list[sample.Row]) -> None:
        """target: a table, with the columns in brackets if not all of them are given."""
        table, _, named = target.partition(" ")
        columns = named.strip("()").split(", ") if named else self._columns(table)
        for chunk in _chunks([json.dumps(dict(zip(columns, row, strict=True)), default=str) for row in rows]):
            self.run(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} "  # noqa: S608 - our own names
                f"FROM json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json))",
                rows=f"[{','.join(chunk)}]",
            )

    def _columns(self, table: str) -> list[str]:
        ((found,),) = self.run(
            "SELECT CAST(json_agg(attname ORDER BY attnum) AS text) FROM pg_attribute "
            "WHERE attrelid = CAST(:name AS regclass) AND attnum > 0",
            name=table,
        )
        return list(json.loads(found["stringValue"]))


def statements(script: str) -> list[str]:
    """The statements of a script, each of which ends with a semicolon at the end of a line."""
    parts = (part.strip() for part in re.split(r";[ \t]*$", script, flags=re.MULTILINE))
    return [part for part in parts if re.sub(r"--.*", "", part).strip()]


def _chunks(texts: list[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in texts:
        if chunk and size + len(text) > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(text)
        size += len(text) + 1
    if chunk:
        yield chunk


def verifier(password: str) -> str:
    """What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803), so that no log of statements sees it."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt64}${stored64}:{server64}"


def main(stage: str) -> str:
    """Loads what cdk.json says belongs into the stage's own cluster; one sentence about what was done."""
    context = json.loads((FOLDER.parent / "cdk.json").read_text(encoding="utf-8"))["context"]
    warehouse = context["stages"].get(stage, {}).get("warehouse")
    if warehouse is None or warehouse.get("cluster") or not warehouse.get("sample", True):
        return ""
    names = Names(context["app"], stage)
    place = json.loads(client("ssm").get_parameter(Name=names.parameter("warehouse"))["Parameter"]["Value"])
    loaded = load(
        place["cluster"],
        f"{names.warehouse}-admin",
        place["secret"],
        place["database"],
        today=datetime.now(UTC).date(),
    )
    return "The sample data is in the warehouse." if loaded else "The warehouse has data already; it was left alone."


if __name__ == "__main__":
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        if said := main(sys.argv[1]):
            print(said)
    except (WarehouseError, BotoCoreError, ClientError) as error:
        sys.exit(f"The sample data could not be loaded: {error}; `make deploy` tries again.")
