"""The row limit: one row more than may be shown, so that a cut answer is known to be cut."""

from __future__ import annotations

from sqlglot import exp

from .refusal import Refused


def limit_rows(tree: exp.Query, max_rows: int) -> int:
    """Caps the outermost query in place. Returns how many rows may be shown. Raises Refused."""
    asked = _asked(tree.args.get("limit"))
    if asked is not None and asked <= max_rows:
        limit = tree.args["limit"]
        options = limit.args.get("limit_options")
        return max_rows if options is not None and options.args.get("with_ties") else asked
    tree.set("limit", exp.Limit(expression=exp.Literal.number(max_rows + 1)))
    return max_rows


def _asked(limit: exp.Expr | None) -> int | None:
    if limit is None:
        return None
    if isinstance(limit, exp.Fetch):
        count = limit.args.get("count")
        if count is None:
            return 1
    else:
        count = limit.args.get("expression")
    if isinstance(count, exp.Null) or (isinstance(count, exp.Var) and count.name.upper() == "ALL"):
        return None
    if isinstance(count, exp.Literal) and not count.is_string and count.name.isdecimal():
        return int(count.name)
    raise Refused("row-limit", "The row limit (LIMIT, FETCH) must be a whole number.")
