"""The shapes that a statement may have: an allow-list over the kinds of nodes in its tree."""

from __future__ import annotations

import re

from sqlglot import exp

from .refusal import Refused
from .vocabulary import FUNCTIONS

_QUERY = (
    exp.Select,
    exp.Union,
    exp.Intersect,
    exp.Except,
    exp.Subquery,
    exp.With,
    exp.CTE,
    exp.From,
    exp.Table,
    exp.TableAlias,
    exp.TableSample,
    exp.Join,
    exp.Lateral,
    exp.Unnest,
    exp.Values,
    exp.Where,
    exp.Group,
    exp.GroupingSets,
    exp.Rollup,
    exp.Cube,
    exp.Having,
    exp.Order,
    exp.Ordered,
    exp.Distinct,
    exp.Limit,
    exp.LimitOptions,
    exp.Offset,
    exp.Fetch,
    exp.ColumnDef,
)
_EXPRESSION = (
    exp.Alias,
    exp.Column,
    exp.Identifier,
    exp.Star,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Var,
    exp.Paren,
    exp.Tuple,
    exp.Bracket,
    exp.Slice,
    exp.Kwarg,
    exp.Variadic,
    exp.Cast,
    exp.DataType,
    exp.DataTypeParam,
    exp.Interval,
    exp.IntervalSpan,
    exp.Func,  # which function: decided by its name, in the text that would run
    exp.Filter,
    exp.WithinGroup,
    exp.Window,
    exp.WindowSpec,
    exp.IgnoreNulls,
    exp.AtTimeZone,
    exp.Collate,
    exp.Escape,
    exp.In,
    exp.Between,
    exp.JSONPath,
    exp.JSONPathRoot,
    exp.JSONPathKey,
    exp.JSONPathSubscript,
    exp.JSONKeyValue,
    exp.Not,
    exp.Neg,
    exp.BitwiseNot,
    exp.Any,
    exp.All,
    exp.Exists,
    exp.Binary,  # which operator: decided in the text that would run
)
_ALLOWED = _QUERY + _EXPRESSION
_NEVER = (exp.Dot, exp.Operator, exp.ObjectIdentifier, exp.PropertyEQ, exp.TryCast)
"""Kinds of the above that reach further: `(x).pg_sleep` calls a function, OPERATOR(schema.op) leaves the schema."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: _words("with_ distinct expressions from_ joins laterals where group having windows order limit offset"),
    exp.Star: frozenset(),
    exp.Table: _words("this db catalog alias joins sample only ordinality rows_from"),
    exp.Join: _words("this on using kind side method"),
    exp.Ordered: _words("this desc nulls_first"),
    exp.In: _words("this expressions query"),
    exp.Group: _words("expressions grouping_sets cube rollup"),
}
"""Parts that the most capable kinds may have; sqlglot knows more, from other databases."""

_TEXTS = (exp.Literal, exp.Identifier, exp.JSONPathKey)
"""Kinds whose text is written in quotes."""
_CALLABLE = FUNCTIONS | {"all", "any", "some"}
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9 ]*\Z")

_REASONS: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Lock: ("locking", "A question may not lock rows (FOR UPDATE, FOR SHARE)."),
    exp.Into: ("select-only", "SELECT INTO would create a table."),
    exp.DML: ("select-only", "A question may not change data, not even inside WITH."),
    exp.Dot: (
        "fields",
        "Names with dots other than table.column are refused: they can call functions or leave the schema.",
    ),
    exp.Operator: ("operators", "OPERATOR(…) is refused: write the operator itself."),
    exp.ObjectIdentifier: ("casts", "Casts to the database's own identifiers (regclass and its kin) are refused."),
}


def check_shapes(tree: exp.Expr) -> None:
    """Refuses a tree that contains a kind of node which is not on the list."""
    for node in tree.walk():
        if not isinstance(node, _ALLOWED) or isinstance(node, _NEVER):
            raise _refused(node)
    for node in tree.walk():
        _check_parts(node)
        if isinstance(node, exp.Anonymous) and (not isinstance(node.this, str) or node.name.lower() not in _CALLABLE):
            raise Refused("functions", f"The function {node.name} is not one that questions may call.")


def _check_parts(node: exp.Expr) -> None:
    kind = type(node).__name__
    parts = _PARTS.get(type(node))
    if parts is not None and any(value and key not in parts for key, value in node.args.items()):
        raise Refused("shapes", f"{kind} has a part here that PostgreSQL does not know.")
    if isinstance(node, exp.Alias) and node.this.is_star:
        raise Refused("shapes", "All columns together (*) cannot have a name.")
    if not isinstance(node, _TEXTS) and not all(_WORD.match(v) for v in node.args.values() if isinstance(v, str)):
        # sqlglot writes such text as it is: date_part('year FROM …', x) would become a part of the statement.
        raise Refused("words", f"{kind} holds text where a single word belongs.")


def _refused(node: exp.Expr) -> Refused:
    for kind, (rule, reason) in _REASONS.items():
        if isinstance(node, kind):
            return Refused(rule, reason)
    return Refused("shapes", f"{type(node).__name__} is a part of SQL that questions may not use.")
