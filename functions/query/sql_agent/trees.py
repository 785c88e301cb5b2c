"""Small pieces of sqlglot trees: identifiers, literals, comparisons."""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp, parse_one

from .meaning import (
    Literal,
)

_PLAIN = re.compile(r"^[a-z_][a-z0-9_]*$")
_RESERVED = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "value",
    "values",
    "year",
    "month",
    "day",
    "date",
    "time",
    "timestamp",
    "name",
}


@lru_cache(maxsize=256)
def parsed(expression: str) -> exp.Expression:
    return parse_one(expression, dialect="postgres")


def identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not _PLAIN.match(name) or name in _RESERVED)


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_") or "value"


def literal(value: Literal) -> exp.Expression:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float):
        return exp.Literal.number(value)
    return exp.Literal.string(value)


def date(text: str) -> exp.Expression:
    return exp.cast(exp.Literal.string(text), "date")


def compared(left: exp.Expression, operator: str, right: exp.Expression) -> exp.Expression:
    kinds = {"=": exp.EQ, "<>": exp.NEQ, ">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}
    return kinds[operator](this=left, expression=right)
