"""Copies a SQLite file into PostgreSQL: the declared types where every value fits them, text where not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql


@dataclass
class _Column:
    name: str
    declared: str
    type: str = "text"


@dataclass
class _Table:
    name: str
    columns: list[_Column]
    key: list[str]
    foreign: list[tuple[list[str], str, list[str]]] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def copy(source: Path, url: str) -> None:
    """Fills the empty database behind `url` with the tables of `source`, keys included."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as lite:
        lite.text_factory = lambda raw: raw.decode("utf-8", "replace")
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        tables = [_read(lite, name) for (name,) in lite.execute(listed)]
    _agree_on_key_types(tables)
    with psycopg.connect(url) as connection:
        for table in tables:
            _create(connection, table)
        for table in tables:
            for key in table.foreign:
                _refer(connection, table, key, tables)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")


def _read(lite: sqlite3.Connection, name: str) -> _Table:
    quoted = '"' + name.replace('"', '""') + '"'
    described = lite.execute(f"PRAGMA table_info({quoted})").fetchall()
    columns = [_Column(row[1], row[2].upper()) for row in described]
    key = [row[1] for row in sorted(described, key=lambda row: row[5]) if row[5]]
    table = _Table(name, columns, key, rows=lite.execute(f"SELECT * FROM {quoted}").fetchall())
    foreign: dict[int, tuple[list[str], str, list[str]]] = {}
    for row in lite.execute(f"PRAGMA foreign_key_list({quoted})"):
        entry = foreign.setdefault(row[0], ([], row[2], []))
        entry[0].append(row[3])
        entry[2].append(row[4] or "")
    table.foreign = list(reversed(foreign.values()))
    for index, column in enumerate(columns):
        values = [row[index] for row in table.rows if row[index] is not None]
        column.type = _type_of(column.declared, values)
    return table


def _type_of(declared: str, values: list[Any]) -> str:
    wished = "text"
    for pattern, kind in (
        (r"BOOL", "boolean"), (r"INT", "bigint"), (r"REAL|FLOA|DOUB", "double precision"), (r"DEC|NUM", "numeric"),
        (r"DATETIME|TIMESTAMP", "timestamp"), (r"DATE", "date"),
    ):  # fmt: skip
        if re.search(pattern, declared):
            wished = kind
            break
    for kind in (wished, "double precision" if wished in ("bigint", "numeric") else wished):
        if all(_fits(kind, value) for value in values):
            return kind
    return "text"


def _fits(kind: str, value: Any) -> bool:
    try:
        _CONVERT[kind](value)
    except (ValueError, TypeError):
        return False
    return True


def _boolean(value: Any) -> bool:
    if value in (0, 1):
        return bool(value)
    raise ValueError(value)


def _integer(value: Any) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(value)
    return int(value)


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "boolean": _boolean,
    "bigint": _integer,
    "double precision": float,
    "numeric": float,
    "timestamp": lambda value: datetime.fromisoformat(str(value)),
    "date": lambda value: date.fromisoformat(str(value)),
    "text": lambda value: value if isinstance(value, str) else f"{value}",
}


def _agree_on_key_types(tables: Iterable[_Table]) -> None:
    """PostgreSQL wants a foreign key to have the type of what it refers to."""
    by_name = {table.name.lower(): table for table in tables}
    for table in tables:
        for columns, target, to in table.foreign:
            other = by_name.get(target.lower())
            if other is None:
                continue
            for name, referred in zip(columns, to if all(to) else other.key, strict=False):
                column = next(c for c in table.columns if c.name.lower() == name.lower())
                wanted = next((c for c in other.columns if c.name.lower() == referred.lower()), None)
                index = table.columns.index(column)
                if wanted and all(_fits(wanted.type, row[index]) for row in table.rows if row[index] is not None):
                    column.type = wanted.type


def _create(connection: psycopg.Connection[Any], table: _Table) -> None:
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type)) for column in table.columns
    )
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table.name), columns))
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    with connection.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)) as out:
        for row in table.rows:
            out.write_row(
                [
                    None if value is None else _CONVERT[column.type](value)
                    for column, value in zip(table.columns, row, strict=True)
                ]
            )
    if table.key:
        _try(connection, sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.key))))  # fmt: skip


def _refer(
    connection: psycopg.Connection[Any], table: _Table, key: tuple[list[str], str, list[str]], tables: list[_Table]
) -> None:
    columns, target, to = key
    other = next((one for one in tables if one.name.lower() == target.lower()), None)
    if other is None:
        return
    exact = {c.name.lower(): c.name for c in other.columns}
    own = {c.name.lower(): c.name for c in table.columns}
    referred = [exact[name.lower()] for name in to] if all(to) else other.key
    _try(connection, sql.SQL("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({}) NOT VALID").format(
        sql.Identifier(table.name), sql.SQL(", ").join(sql.Identifier(own[c.lower()]) for c in columns),
        sql.Identifier(other.name), sql.SQL(", ").join(map(sql.Identifier, referred))))  # fmt: skip


def _try(connection: psycopg.Connection[Any], statement: sql.Composed) -> None:
    """A constraint that the data breaks is left out."""
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.Error:
        return
