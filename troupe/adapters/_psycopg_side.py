"""A warehouse behind a PostgreSQL URL, through psycopg 3. The driver is imported on the first connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from troupe.adapters import _cells
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

if TYPE_CHECKING:
    import psycopg

CONNECT_S = 5
T = TypeVar("T")


class PsycopgSide:
    """One connection, opened when it is first needed and reopened when it was lost. For one thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None

    def fetch(self, sql: str, *, timeout_s: float, max_rows: int) -> Rows:
        """Runs one SELECT. Raises WarehouseError."""
        text = statement(sql)
        return self._again_if_cut(lambda: self._fetch(text, timeout_s, max_rows))

    def explain(self, sql: str, *, timeout_s: float) -> Plan:
        """What the planner expects of one SELECT, which is not run. Raises WarehouseError."""
        # A sub-query can only be a SELECT.
        text = b"EXPLAIN (FORMAT JSON) SELECT * FROM (\n" + statement(sql) + b"\n) AS q"
        return self._again_if_cut(lambda: self._explain(text, timeout_s))

    def close(self) -> None:
        """Closes the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _again_if_cut(self, ask: Callable[[], T]) -> T:
        reused = self._connection is not None
        try:
            return ask()
        except WarehouseError as error:
            if error.kind != "unavailable" or not reused:
                raise
            # A pause, a failover or a restart has cut the connection; reading twice does no harm.
            self.close()
            return ask()

    def _fetch(self, text: bytes, timeout_s: float, max_rows: int) -> Rows:
        with self._transaction(timeout_s) as connection:
            started = time.perf_counter()
            # A cursor is declared for a single SELECT only: anything else is a syntax error. And rows
            # beyond the limit stay where they are.
            with connection.cursor(name="answer", scrollable=False) as cursor:
                cursor.execute(text)
                rows = cursor.fetchmany(max_rows + 1)
                columns = [_column(column, connection) for column in cursor.description or ()]
            elapsed_ms = (time.perf_counter() - started) * 1000
        return Rows(columns, [list(row) for row in rows[:max_rows]], len(rows) > max_rows, round(elapsed_ms, 3))

    def _explain(self, text: bytes, timeout_s: float) -> Plan:
        with self._transaction(timeout_s) as connection, connection.cursor() as cursor:
            # Asked for in binary, it travels by the protocol that takes one statement only.
            cursor.execute(text, binary=True)
            found = cursor.fetchone()
        return read_plan(found[0] if found else None)

    @contextmanager
    def _transaction(self, timeout_s: float) -> Iterator[psycopg.Connection[Any]]:
        """A transaction that reads and is rolled back. Turns the driver's errors into WarehouseError."""
        import psycopg

        try:
            connection = self._connection = self._connection or _connect(self._url)
            try:
                connection.execute(_begin(timeout_s).encode())
                yield connection
            finally:
                _end(connection)
        except psycopg.Error as error:
            raise WarehouseError(_kind(error), _sentence(error)) from error


def _begin(timeout_s: float) -> str:
    return ";".join(("BEGIN", *settings(timeout_s)))


def _end(connection: psycopg.Connection[Any]) -> None:
    """Rolls back whatever state the transaction is in; a connection that cannot even do that is closed."""
    import psycopg

    try:
        connection.execute(b"ROLLBACK")
    except psycopg.Error:
        connection.close()


def _connect(url: str) -> psycopg.Connection[Any]:
    import psycopg

    connection = psycopg.connect(
        url,
        autocommit=True,  # transactions are ours to begin
        prepare_threshold=None,  # a pooler in between may hand every transaction to another server process
        connect_timeout=CONNECT_S,
        client_encoding="utf8",
        application_name="troupe",
    )
    _read_cells(connection)
    return connection


def _read_cells(connection: psycopg.Connection[Any]) -> None:
    """Makes the driver return cells: PostgreSQL's own text for all types but a few."""
    from psycopg.adapt import Loader

    def loader(convert: Any) -> type[Loader]:
        class Cell(Loader):
            def load(self, data: Any) -> Any:
                return convert(bytes(data).decode())

        return Cell

    as_the_driver_does = {"bool", "int2", "int4"}
    for info in connection.adapters.types:
        if info.name not in as_the_driver_does:
            connection.adapters.register_loader(info.oid, loader(_cells.CONVERTED.get(info.name, str)))


def _column(column: psycopg.Column, connection: psycopg.Connection[Any]) -> ResultColumn:
    info = connection.adapters.types.get(column.type_code)
    if info is None:  # a type of the user's own, which arrives as text: most often an enum
        return ResultColumn(column.name, "text")
    if column.type_code == info.array_oid:
        return ResultColumn(column.name, "array")
    return ResultColumn(column.name, _cells.column_type(info.name))


def _kind(error: psycopg.Error) -> ErrorKind:
    import psycopg

    # Without a code it never came from the server: the connection failed, or the driver refused.
    if error.sqlstate is None and not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return "unavailable" if isinstance(error, psycopg.ProgrammingError) else "other"
    return kind_of(error.sqlstate)


def _sentence(error: psycopg.Error) -> str:
    """What the server said, without its pointer into the statement and without line breaks."""
    said = error.diag.message_primary or str(error)
    hint = error.diag.message_hint
    return " ".join(f"{said}. {hint}".split() if hint else said.split())
