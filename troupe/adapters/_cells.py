"""Cells as they travel in an event: str, int, float, bool, None, and lists of these.

Read from PostgreSQL's text output, which every driver can give. Numbers that a double cannot hold become
text, because JSON readers would round them without a word (RFC 8785, RFC 7493 section 2.2).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

EXACT = 2**53
"""The largest integer up to which a double holds every integer."""
MOST_DECIMALS = 6
"""More decimals than amounts and rates are stored with: the value is a quotient, such as an average."""

_TYPES = {
    "integer": ("int2", "int4", "int8", "oid"),
    "number": ("numeric", "float4", "float8", "money"),
    "text": ("text", "varchar", "bpchar", "char", "name", "citext", "uuid"),
    "boolean": ("bool",),
    "date": ("date",),
    "timestamp": ("timestamp", "timestamptz"),
    "time": ("time", "timetz"),
    "interval": ("interval",),
    "json": ("json", "jsonb"),
}
_TYPE_OF = {name: kind for kind, names in _TYPES.items() for name in names}


_SHORT = {
    "smallint": "int2",
    "integer": "int4",
    "bigint": "int8",
    "real": "float4",
    "double precision": "float8",
    "character varying": "varchar",
    "character": "bpchar",
    '"char"': "char",
    "boolean": "bool",
    "time without time zone": "time",
    "time with time zone": "timetz",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
}
_OTHERS = """
    bytea bit varbit record inet cidr macaddr macaddr8 point line lseg box path polygon circle tsvector tsquery xml void
    jsonpath pg_lsn tid xid xid8 cid regclass regtype regproc regprocedure regoper regoperator regrole regnamespace
    regconfig regdictionary aclitem refcursor int4range int8range numrange tsrange tstzrange daterange int4multirange
    int8multirange nummultirange tsmultirange tstzmultirange datemultirange
"""
"""PostgreSQL's own types that no other kind fits."""


def short_name(sql_name: str) -> str:
    """The name in pg_type of a type as SQL spells it: `bigint` → `int8`."""
    return _SHORT.get(sql_name, sql_name)


def is_own(type_name: str) -> bool:
    """Whether it is one of PostgreSQL's own types, not a user's."""
    return type_name in _TYPE_OF or type_name in _OTHERS.split()


def any_column_type(type_name: str) -> str:
    """As `column_type`, for any type that the user may have made: that arrives as text, most often an enum."""
    return column_type(type_name) if is_own(type_name) else "text"


def column_type(type_name: str) -> str:
    """The type that a contract knows (contracts.query.ColumnType) for a scalar type of PostgreSQL."""
    return _TYPE_OF.get(type_name, "other")


def integer(text: str) -> int | str:
    """An integer, or its text beyond ±2^53."""
    value = int(text)
    return value if -EXACT <= value <= EXACT else text


def real(text: str) -> float | str:
    """A double, or its text if JSON has no word for it (NaN, Infinity)."""
    value = float(text)
    return value if math.isfinite(value) else text


def number(text: str) -> int | float | str:
    """A numeric: an int or float if a double holds it, otherwise its text.

    A quotient (`1/3`, an average) has no end; it is rounded to a double, which keeps 15 digits. An amount
    is never rounded.
    """
    decimal = Decimal(text)
    if not decimal.is_finite():
        return text
    if "." not in text:
        return integer(text)
    value = float(decimal)
    quotient = len(text.rpartition(".")[2]) > MOST_DECIMALS and abs(value) < EXACT
    return value if quotient or Decimal(repr(value)) == decimal else text


def timestamp(text: str) -> str:
    """ISO 8601; PostgreSQL writes a space for the T and `+00` for UTC."""
    text = text.replace(" ", "T", 1)
    return f"{text[:-3]}+00:00" if text.endswith("+00") else text


def binary(text: str) -> str:
    """What is said instead of bytes, which no table shows and no event carries."""
    size = max(len(text) - 2, 0) // 2  # `\\x` and two digits per byte
    return f"({size} byte{'' if size == 1 else 's'})"


def boolean(text: str) -> bool:
    """PostgreSQL writes `t` and `f`."""
    return text == "t"


CONVERTED: dict[str, Callable[[str], Any]] = {
    "bool": boolean,
    "int2": integer,
    "int4": integer,
    "int8": integer,
    "oid": integer,
    "numeric": number,
    "float4": real,
    "float8": real,
    "timestamp": timestamp,
    "timestamptz": timestamp,
    "bytea": binary,
}
"""How the text of a type is read; all others stay as they are."""
