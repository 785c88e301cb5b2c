"""Column and row rules, by construction: a table with rules is replaced by a query that shows what may be seen.

`FROM customers AS c` becomes `FROM (SELECT id, name FROM shop.customers) AS c`. So `*`, whole rows,
NATURAL JOIN and every other way to reach a column meet only those that the policy lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from .policy import Mask, Policy, TableRule
from .refusal import Refused

Claims = Mapping[str, str | int]
"""What is known about the asker, by name: the tenant, the region, …"""


def narrow(reads: Iterable[tuple[exp.Table, str]], policy: Policy, claims: Claims) -> None:
    """Names the schema of every real table, and puts the permitted part in the place of those with rules."""
    for node, name in list(reads):
        rule = policy.tables[name]
        if rule.columns is None:
            node.set("db", exp.to_identifier(policy.schema_name, quoted=True))
            continue
        if any(value for key, value in node.args.items() if key not in ("this", "db", "alias", "joins")):
            raise Refused(
                "shapes", f"The table {name} has column rules, so it can be read whole only (no TABLESAMPLE, ONLY)."
            )
        alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name, quoted=True))
        if not alias.this:
            alias.set("this", exp.to_identifier(name, quoted=True))
        permitted = exp.Subquery(this=_permitted(name, rule, policy.schema_name, claims), alias=alias.copy())
        permitted.set("joins", node.args.get("joins"))
        node.replace(permitted)


def _permitted(name: str, rule: TableRule, schema: str, claims: Claims) -> exp.Select:
    table = exp.table_(name, db=schema, quoted=True)
    query = exp.select(*(_shown(column, rule.mask.get(column)) for column in rule.columns or ())).from_(table)
    if rule.rows is None:
        return query
    claim = claims.get(rule.rows.claim, "")
    if claim == "":
        raise Refused("claims", f"Rows of {name} are shown by {rule.rows.claim}, and nobody said which is the asker's.")
    own = exp.Literal.string(str(claim))
    query = query.where(exp.EQ(this=exp.column(rule.rows.column, quoted=True), expression=own))
    # OFFSET 0 keeps the planner from running the question's own conditions on other people's rows
    # first, where an error message (a failing cast, a division) would tell what is in them.
    return query.offset(0)


def _shown(column: str, mask: Mask | None) -> exp.Expr:
    value = exp.column(column, quoted=True)
    if mask is None:
        return value
    shown: exp.Expr
    if mask is Mask.INITIAL:
        first = exp.Left(this=exp.cast(value, "text", dialect="postgres"), expression=exp.Literal.number(1))
        shown = exp.DPipe(this=first, expression=exp.Literal.string("…"), safe=True)  # as the parser has it
    elif mask is Mask.YEAR:
        year = exp.TimestampTrunc(this=value, unit=exp.var("YEAR"))
        shown = exp.cast(year, "date", dialect="postgres")
    else:
        shown = exp.cast(exp.null(), "text", dialect="postgres")
    return exp.alias_(shown, column, quoted=True)
