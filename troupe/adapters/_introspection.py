"""Reads a catalog from the database itself: names, types, keys, comments, and the values of text columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from troupe.adapters._cells import column_type
from troupe.adapters._sides import Side, WarehouseError
from troupe.adapters.catalog import (
    LONGEST_SAMPLED_VALUE,
    SAMPLED_VALUES,
    Catalog,
    Column,
    ForeignKey,
    Table,
)

STRUCTURE_FUNCTION = "troupe_structure"
"""Where a role may not read the system catalogs, its schema may offer this function: the same query, run as
its owner, restricted to what the caller may select."""

STRUCTURE_S = 20.0
SAMPLE_S = 3.0
"""Seconds for the values of one table; a table that takes longer goes without."""
SAMPLED_ROWS = 200_000
"""Of larger tables about this many rows are looked at."""


def structure_sql(schemas: str = "current_schemas(false)") -> str:
    """One SELECT of one JSON text: the readable tables of these schemas (an SQL expression, a text array).

    A column that the role may not select is part of it, marked as such: it can be said that it is closed.
    """
    return f"""
SELECT coalesce(json_agg(json_build_object(
    'schema', n.nspname, 'table', c.relname, 'kind', c.relkind, 'rows', c.reltuples::bigint,
    'description', (
        SELECT d.description FROM pg_catalog.pg_description d
        WHERE d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0),
    'columns', (
        SELECT json_agg(json_build_object(
            'name', a.attname, 'type', coalesce(base.typname, t.typname),
            'category', coalesce(base.typcategory, t.typcategory), 'nullable', NOT a.attnotnull,
            'readable', has_column_privilege(session_user, c.oid, a.attnum, 'SELECT'),
            'description', (
                SELECT d.description FROM pg_catalog.pg_description d
                WHERE d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND d.objsubid = a.attnum)
        ) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_type base ON base.oid = t.typbasetype
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'keys', (
        SELECT json_agg(json_build_object(
            'kind', k.contype,
            'columns', (
                SELECT json_agg(a.attname ORDER BY part.place)
                FROM unnest(k.conkey) WITH ORDINALITY AS part (number, place)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.number),
            'schema', fn.nspname, 'table', f.relname,
            'to', (
                SELECT json_agg(a.attname ORDER BY part.place)
                FROM unnest(k.confkey) WITH ORDINALITY AS part (number, place)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = part.number)
        ) ORDER BY k.conname)
        FROM pg_catalog.pg_constraint k
        LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
        LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
        WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f') AND k.conparentid = 0)
) ORDER BY array_position(({schemas})::name[], n.nspname), c.relname), '[]')::text AS structure
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname = ANY ({schemas})
    AND has_schema_privilege(session_user, n.oid, 'USAGE')
    AND has_any_column_privilege(session_user, c.oid, 'SELECT')"""  # noqa: S608 - `schemas` is never a user's


def structure_function(schema: str) -> str:
    """The statement that creates the structure function in a schema, for its tables alone."""
    # The body is a literal: the session's search path decides nothing in it.
    return (
        f"CREATE OR REPLACE FUNCTION {quoted(schema)}.{STRUCTURE_FUNCTION}() RETURNS text "
        "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog "
        f"AS $structure${structure_sql('ARRAY[' + literal(schema) + ']')}$structure$"
    )


def read_structure(side: Side) -> Catalog:
    """The tables that the role may read, without values. Raises WarehouseError."""
    try:
        answer = side.fetch(structure_sql(), timeout_s=STRUCTURE_S, max_rows=1)
    except WarehouseError as error:
        if error.kind != "permission":
            raise
        answer = side.fetch(f"SELECT {STRUCTURE_FUNCTION}()", timeout_s=STRUCTURE_S, max_rows=1)
    found: list[dict[str, Any]] = json.loads(answer.rows[0][0])
    schema_of: dict[str, str] = {}
    for table in found:  # the search path's order decided which of two namesakes an unqualified name means
        schema_of.setdefault(table["table"], table["schema"])
    return Catalog(tables=tuple(_table(t, schema_of) for t in found if schema_of[t["table"]] == t["schema"]))


def _table(found: dict[str, Any], schema_of: dict[str, str]) -> Table:
    keys = found["keys"] or []
    return Table(
        name=found["table"],
        description=found["description"] or "",
        columns=tuple(_column(column) for column in found["columns"] or ()),
        primary_key=next((tuple(key["columns"]) for key in keys if key["kind"] == "p"), ()),
        unique=tuple(tuple(key["columns"]) for key in keys if key["kind"] == "u"),
        foreign_keys=tuple(
            ForeignKey(columns=tuple(key["columns"]), table=key["table"], to=tuple(key["to"]))
            for key in keys
            if key["kind"] == "f" and schema_of.get(key["table"]) == key["schema"]
        ),
        rows=found["rows"] if found["rows"] >= 0 else None,
    )


def _column(found: dict[str, Any]) -> Column:
    kind = {"A": "array", "E": "text"}.get(found["category"]) or column_type(found["type"])
    if found["type"] == "uuid":  # in a result it is text; in a question nobody names one
        kind = "other"
    return Column(
        name=found["name"],
        type=kind,
        nullable=found["nullable"],
        description=found["description"] or "",
        hidden=not found["readable"],
    )


def with_values(catalog: Catalog, side: Side) -> Catalog:
    """The catalog with the distinct values of its visible text columns, as far as they are names."""
    tables = tuple(_sampled(table, side) if not table.hidden else table for table in catalog.tables)
    return catalog.model_copy(update={"tables": tables})


def _sampled(table: Table, side: Side) -> Table:
    wanted = [column for column in table.columns if column.type == "text" and not column.hidden]
    if not wanted:
        return table
    try:
        answer = side.fetch(_values_sql(table, wanted), timeout_s=SAMPLE_S, max_rows=1)
    except WarehouseError as error:
        if error.kind == "unavailable":
            raise
        return table
    found = dict(zip((column.name for column in wanted), answer.rows[0], strict=True))
    all_rows = (table.rows or 0) <= SAMPLED_ROWS
    columns = tuple(
        _with_values(column, found[column.name] or [], all_rows) if column.name in found else column
        for column in table.columns
    )
    return table.model_copy(update={"columns": columns})


def _values_sql(table: Table, columns: list[Column]) -> str:
    """One row with an array of distinct values for each column; one value more than we keep says: not all."""
    return "SELECT " + ", ".join(_values_of(table, columns))


def _values_of(table: Table, columns: list[Column]) -> Iterator[str]:
    rows = quoted(table.name)
    if table.rows and table.rows > SAMPLED_ROWS:
        rows += f" TABLESAMPLE SYSTEM ({100 * SAMPLED_ROWS / table.rows:.4f})"
    for column in columns:
        value = f"left({quoted(column.name)}::text, {LONGEST_SAMPLED_VALUE + 1})"
        yield (
            f"(SELECT array_agg(v) FROM (SELECT DISTINCT {value} AS v FROM {rows} "  # noqa: S608 - quoted
            f"WHERE {quoted(column.name)} IS NOT NULL LIMIT {SAMPLED_VALUES + 1}) AS values)"
        )


def _with_values(column: Column, found: list[str], all_rows: bool) -> Column:
    names = sorted(value for value in found if len(value) <= LONGEST_SAMPLED_VALUE)
    complete = all_rows and len(names) == len(found) <= SAMPLED_VALUES
    return column.model_copy(update={"values": tuple(names[:SAMPLED_VALUES]), "complete": complete})


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
