"""Approved SQL → rows, or the reason why there are none."""

from __future__ import annotations

from contracts.query import Column, QueryError, QueryErrorKind, QuerySuccess, SQLGenerated
from troupe.adapters.warehouse import Plan, Warehouse, WarehouseError

from .policy import Policy

_KINDS: dict[str, QueryErrorKind] = {
    "unknown-column": "unknown-column",
    "type-mismatch": "type-mismatch",
    "timeout": "timeout",
    "permission": "refused",
}
DATABASE_ROLE = "database-role"
"""The rule named when not the guard but the database refused: the second lock, which should never be needed."""
COST_CEILING = "cost"
"""The rule named when the planner expects more work than the policy allows."""


def run_sql(event: SQLGenerated, warehouse: Warehouse, policy: Policy) -> QuerySuccess | QueryError:
    """Guards the statement and runs it read-only.

    Raises WarehouseError of kind `unavailable`: no fault of the statement, so the turn is tried again.
    """
    from .guard import Approved, check  # sqlglot takes 0.1 s to import; reading the wiring needs none of it

    verdict = check(event.sql, policy)
    if not isinstance(verdict, Approved):
        return _error(event, "refused", verdict.reason, verdict.rule)
    limits = policy.limits
    try:
        if limits.max_cost is not None:
            plan = warehouse.explain(verdict.sql, timeout_s=limits.timeout_s)
            if plan.cost > limits.max_cost:
                return _error(event, "refused", _too_costly(plan, limits.max_cost), COST_CEILING)
        answer = warehouse.query(verdict.sql, timeout_s=limits.timeout_s, max_rows=verdict.limit)
    except WarehouseError as error:
        if error.kind == "unavailable":
            raise
        kind = _KINDS.get(error.kind, "other")
        return _error(event, kind, error.message, DATABASE_ROLE if kind == "refused" else "")
    return QuerySuccess(
        question=event.question,
        sql=verdict.sql,
        reading=event.reading,
        columns=[Column.model_validate({"name": column.name, "type": column.type}) for column in answer.columns],
        rows=answer.rows,
        truncated=answer.truncated,
        tables=list(verdict.tables),
        elapsed_ms=answer.elapsed_ms,
    )


def _too_costly(plan: Plan, ceiling: float) -> str:
    return (
        f"By the database's own estimate this costs {plan.cost:,.0f}; the limit is {ceiling:,.0f}. "
        "Ask for less: a shorter time, fewer tables, or a total instead of rows."
    )


def _error(event: SQLGenerated, kind: QueryErrorKind, reason: str, rule: str) -> QueryError:
    return QueryError(
        question=event.question,
        sql=event.sql,
        kind=kind,
        reason=reason,
        rule=rule,
        translator=event.translator,
        attempt=event.attempt,
    )
