"""A warehouse behind the Data API of an Aurora PostgreSQL cluster: SQL over HTTPS, signed with the agent's own role.

Every cell is asked for as PostgreSQL's own text. The Data API knows fewer types than PostgreSQL (no interval, no
array of arrays) and returns numerics as it sees fit; text passes through it unharmed, and both sides of the
warehouse read the same text in the same way. So a query runs inside a sub-query whose rows become one text each,
which also makes anything but a single SELECT a syntax error.

A call may answer with 1 MiB at most, and whatever exceeds that ends its transaction: the query is then run again in
a new one, page by page through a cursor.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from troupe.adapters import _cells, _pg_text
from troupe.adapters._sides import (
    ErrorKind,
    Plan,
    ResultColumn,
    Rows,
    WarehouseError,
    kind_of,
    read_plan,
    settings,
    statement,
)
from troupe.runtime.aws import client

CALL_S = 60
"""How long one answer is awaited; the Data API itself gives up after 45 s."""
WAKING_S = (1, 2, 3, 4, 5)
"""Pauses while a cluster that has scaled to zero wakes up; AWS says about 15 s. After these: try again later."""
PAGES = (1000, 100, 10, 1)
"""Rows of a page when an answer has to be read in pages: the first size that fits."""


class _TooLarge(Exception):
    """The answer to one call exceeds what the Data API carries; the transaction is gone."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the Data API wants to know on every call."""

    arn: str
    secret: str
    """Name or ARN of the secret with the name and password of the role that asks."""
    database: str


class DataApiSide:
    """Holds no connection: each query is a transaction of its own, which reads and is rolled back."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def fetch(self, sql: str, *, timeout_s: float, max_rows: int) -> Rows:
        """Runs one SELECT. Raises WarehouseError."""
        statement(sql)
        try:
            return self._whole(sql, timeout_s, max_rows)
        except _TooLarge:
            pass
        for size in PAGES:
            try:
                return self._in_pages(sql, timeout_s, max_rows, size)
            except _TooLarge:
                continue
        raise WarehouseError("other", "A single row is larger than the 1 MiB that the Data API carries.")

    def explain(self, sql: str, *, timeout_s: float) -> Plan:
        """What the planner expects of a SELECT that is not run. Raises WarehouseError."""
        statement(sql)
        with self._transaction(timeout_s) as transaction:
            lines = self._texts(f"EXPLAIN (FORMAT JSON) SELECT * FROM (\n{sql}\n) AS q", transaction)  # noqa: S608
        return read_plan(json.loads("\n".join(lines)))

    def close(self) -> None:
        """There is no connection to let go of."""

    def _whole(self, sql: str, timeout_s: float, max_rows: int) -> Rows:
        """The whole answer in one call."""
        with self._transaction(timeout_s) as transaction:
            readers = self._describe(sql, transaction)
            started = time.perf_counter()
            texts = self._texts(_rows_of(sql, max_rows + 1), transaction)
            return _answer(readers, texts, max_rows, started)

    def _in_pages(self, sql: str, timeout_s: float, max_rows: int, size: int) -> Rows:
        """The answer through a cursor."""
        with self._transaction(timeout_s) as transaction:
            readers = self._describe(sql, transaction)
            started = time.perf_counter()
            self._call(f"DECLARE answer NO SCROLL CURSOR FOR {_rows_of(sql, max_rows + 1)}", transaction)
            texts: list[str] = []
            while len(texts) <= max_rows:
                page = self._texts(f"FETCH FORWARD {size} FROM answer", transaction)
                texts += page
                if len(page) < size:
                    break
            return _answer(readers, texts, max_rows, started)

    def _describe(self, sql: str, transaction: str) -> list[_Reader]:
        """Names and types of the columns. The query is planned, not run: of its rows none is asked for."""
        (names,) = self._texts(
            f"SELECT row_to_json(r.*)::text FROM (SELECT q.* FROM {_no_row_of(sql)}) AS r",  # noqa: S608
            transaction,
        )
        columns: list[str] = json.loads(names, object_pairs_hook=lambda pairs: [name for name, _ in pairs])
        if not columns:
            return []
        aliases = [f"c{number}" for number in range(len(columns))]
        types = ", ".join(f"pg_typeof(q.{alias})::text" for alias in aliases)
        (known,) = self._texts(
            f"SELECT to_json(ARRAY[{types}])::text FROM {_no_row_of(sql, aliases)}",  # noqa: S608
            transaction,
        )
        return [_Reader.of(name, type_) for name, type_ in zip(columns, json.loads(known), strict=True)]

    @contextmanager
    def _transaction(self, timeout_s: float) -> Iterator[str]:
        transaction = self._begin()
        try:
            for setting in settings(timeout_s):  # one call each: it takes one statement at a time
                self._call(setting, transaction)
            yield transaction
        finally:
            self._roll_back(transaction)

    def _begin(self) -> str:
        for pause in (*WAKING_S, 0):
            try:
                begun = self._ask("begin_transaction", database=self._cluster.database)
                return str(begun["transactionId"])
            except _Waking:
                time.sleep(pause)
        raise WarehouseError("unavailable", "The warehouse was asleep and is waking up; it needs some seconds more.")

    def _roll_back(self, transaction: str) -> None:
        # It may be gone already: after an answer that was too large, or three idle minutes. Nothing was written.
        with suppress(WarehouseError, _TooLarge, _Waking):
            self._ask("rollback_transaction", transactionId=transaction)

    def _texts(self, sql: str, transaction: str) -> list[str]:
        """The only column of the rows, which is never NULL."""
        return [record[0]["stringValue"] for record in self._call(sql, transaction).get("records", [])]

    def _call(self, sql: str, transaction: str) -> dict[str, Any]:
        try:
            return self._ask("execute_statement", sql=sql, transactionId=transaction, database=self._cluster.database)
        except _Waking:
            raise WarehouseError("unavailable", "The warehouse fell asleep in the middle of a query.") from None

    def _ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        where = {"resourceArn": self._cluster.arn, "secretArn": self._cluster.secret}
        try:
            api = client("rds-data", read_timeout_s=CALL_S)
            answer: dict[str, Any] = getattr(api, operation)(**where, **parameters)
        except ClientError as error:
            raise _understood(error.response.get("Error", {})) from None
        except BotoCoreError as error:
            said = " ".join(str(error).split())
            raise WarehouseError("unavailable", f"The Data API cannot be reached: {said}") from None
        return answer


class _Waking(Exception):
    """The cluster had scaled to zero; the call has woken it."""


def _rows_of(sql: str, limit: int) -> str:
    return f"SELECT (q.*)::text FROM (\n{sql}\n) AS q LIMIT {limit}"  # noqa: S608 - a single SELECT, or an error


def _no_row_of(sql: str, aliases: Sequence[str] = ()) -> str:
    """A source of one row in which every column of the query is NULL."""
    named = f"({', '.join(aliases)})" if aliases else ""
    return f"(VALUES (1)) AS one LEFT JOIN (SELECT * FROM (\n{sql}\n) AS q{named} LIMIT 0) AS q ON true"  # noqa: S608


def _answer(readers: list[_Reader], texts: list[str], max_rows: int, started: float) -> Rows:
    elapsed_ms = (time.perf_counter() - started) * 1000
    rows = [
        [
            None if cell is None else reader.read(cell)
            for reader, cell in zip(readers, _pg_text.row(text, len(readers)), strict=True)
        ]
        for text in texts[:max_rows]
    ]
    columns = [ResultColumn(reader.name, reader.kind) for reader in readers]
    return Rows(columns, rows, len(texts) > max_rows, round(elapsed_ms, 3))


@dataclass(frozen=True, slots=True)
class _Reader:
    """How a column is called and how its cells are read."""

    name: str
    kind: str
    type: str
    is_array: bool

    @classmethod
    def of(cls, name: str, type_: str) -> _Reader:
        plain = _cells.short_name(type_.removesuffix("[]"))
        is_array = type_.endswith("[]") and _cells.is_own(plain)  # psycopg does not know arrays of users' types either
        return cls(name, "array" if is_array else _cells.any_column_type(plain), plain, is_array)

    def read(self, text: str) -> Any:
        convert = _cells.CONVERTED.get(self.type, str)
        return _pg_text.array(text, convert) if self.is_array else convert(text)


_STATE = re.compile(r";?\s*SQLState:\s*(\w{5})")
_AROUND_THE_SENTENCE = re.compile(r"^ERROR:\s*|\s*\bPosition:\s*\d+")
_TOO_LARGE = re.compile(r"response size limit|exceeded size limit|size was too large", re.IGNORECASE)
_KIND_OF_CODE: dict[str, ErrorKind] = {
    "StatementTimeoutException": "timeout",
    "DatabaseErrorException": "other",
    "BadRequestException": "other",
    "ValidationException": "syntax",
    "UnsupportedResultException": "other",
}
"""Errors of the query itself; every other one is the infrastructure's: roles, secrets, network, the service."""


def _understood(error: dict[str, Any]) -> Exception:
    code, said = str(error.get("Code", "")), str(error.get("Message", ""))
    if code == "DatabaseResumingException":
        return _Waking()
    if _TOO_LARGE.search(said):
        return _TooLarge()
    state = _STATE.search(said)
    sentence = " ".join(_AROUND_THE_SENTENCE.sub("", _STATE.sub("", said)).split()) or code
    if state is not None:
        return WarehouseError(kind_of(state[1]), sentence)
    return WarehouseError(_KIND_OF_CODE.get(code, "unavailable"), sentence)
