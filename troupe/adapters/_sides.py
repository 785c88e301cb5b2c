"""What a warehouse is reached through, and what every way of reaching it answers with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, Protocol

ErrorKind = Literal["unknown-column", "type-mismatch", "timeout", "permission", "syntax", "unavailable", "other"]


class WarehouseError(Exception):
    """A query that did not work.

    `unavailable` is the infrastructure's failure: trying again later may help. Everything else is the
    query's own: trying the same again will not.
    """

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind: ErrorKind = kind
        self.message = message


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of a result; `type` is one of contracts.query.ColumnType."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a query, ready for JSON: cells are str, int, float, bool, None, or lists of these.

    Dates, times and intervals are ISO 8601 text (timestamps with a zone in UTC), JSON is its text, and
    numbers that a double cannot hold are text.
    """

    columns: list[ResultColumn]
    rows: list[list[Any]]
    truncated: bool
    """True when there were more rows than asked for."""
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What PostgreSQL's planner expects: an estimate, which can be far off where statistics are old."""

    cost: float
    """In the planner's own unit: reading one page of 8 KB in sequence is 1."""
    rows: int


class Side(Protocol):
    """One way to reach a PostgreSQL."""

    def fetch(self, sql: str, *, timeout_s: float, max_rows: int) -> Rows:
        """Runs one SELECT read-only. Raises WarehouseError."""

    def explain(self, sql: str, *, timeout_s: float) -> Plan:
        """What the planner expects of one SELECT, which is not run. Raises WarehouseError."""

    def close(self) -> None:
        """Lets go of the connection."""


def settings(timeout_s: float) -> tuple[str, ...]:
    """The first statements of every transaction: it only reads, ends in time, and writes values in one way."""
    return (
        "SET TRANSACTION READ ONLY",
        f"SET LOCAL statement_timeout = {max(1, math.ceil(timeout_s * 1000))}",
        "SET LOCAL TimeZone = 'UTC'",
        "SET LOCAL DateStyle = 'ISO'",
        "SET LOCAL IntervalStyle = 'iso_8601'",
        "SET LOCAL bytea_output = 'hex'",
        "SET LOCAL extra_float_digits = 1",
        "SET LOCAL cursor_tuple_fraction = 1",  # plan for all rows, not for the first few
    )


def statement(sql: str) -> bytes:
    """The SQL as it is sent. Raises WarehouseError for text that no database can take."""
    if "\0" in sql:  # the protocol would end the statement there
        raise WarehouseError("syntax", "The SQL contains a NUL character.")
    try:
        return sql.encode()
    except UnicodeEncodeError:
        raise WarehouseError("syntax", "The SQL contains characters that are not text.") from None


def read_plan(explained: Any) -> Plan:
    """What EXPLAIN (FORMAT JSON) said."""
    top = explained[0]["Plan"]
    return Plan(cost=float(top["Total Cost"]), rows=int(top["Plan Rows"]))


_KIND_OF_STATE: dict[str, ErrorKind] = {
    "42703": "unknown-column",  # undefined_column
    "42804": "type-mismatch",  # datatype_mismatch
    "42846": "type-mismatch",  # cannot_coerce
    "42883": "type-mismatch",  # undefined_function: `text = integer` has no operator
    "42725": "type-mismatch",  # ambiguous_function
    "42P18": "type-mismatch",  # indeterminate_datatype
    "22P02": "type-mismatch",  # invalid_text_representation
    "22007": "type-mismatch",  # invalid_datetime_format
    "22008": "type-mismatch",  # datetime_field_overflow: '2026-02-30'
    "57014": "timeout",  # query_canceled
    "42501": "permission",  # insufficient_privilege
    "25006": "permission",  # read_only_sql_transaction
    "42601": "syntax",  # syntax_error
    "53100": "unavailable",  # disk_full
    "53300": "unavailable",  # too_many_connections
    "55P03": "unavailable",  # lock_not_available
}
_KIND_OF_CLASS: dict[str, ErrorKind] = {
    "08": "unavailable",  # connection
    "28": "unavailable",  # authorization: the stage's settings are wrong, not the question
    "3D": "unavailable",  # the database does not exist
    "40": "unavailable",  # transaction rollback
    "57": "unavailable",  # operator intervention, such as a shutdown
    "58": "unavailable",  # system error
}


def kind_of(sqlstate: str | None) -> ErrorKind:
    """What an error code of PostgreSQL means (PostgreSQL documentation, appendix A). None: the server is gone."""
    if sqlstate is None:
        return "unavailable"
    return _KIND_OF_STATE.get(sqlstate) or _KIND_OF_CLASS.get(sqlstate[:2]) or "other"
