"""SQL → rows, or the reason why there are none, or a request to let it run."""

from __future__ import annotations

from contracts.query import (
    ApprovalDenied,
    ApprovalGranted,
    ApprovalRequested,
    Column,
    QueryError,
    QueryErrorKind,
    QuerySuccess,
    QuestionFailed,
    SQLGenerated,
)
from troupe.adapters.warehouse import Plan, Warehouse, WarehouseError

from .approval import APPROVAL, approval_wanted, said_no, shared_claims, why_not_counted
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


def run_sql(
    event: SQLGenerated, warehouse: Warehouse, policy: Policy, request: str
) -> QuerySuccess | QueryError | ApprovalRequested:
    """Guards the statement and runs it read-only, or asks for an approval under the id `request`.

    Raises WarehouseError of kind `unavailable`: no fault of the statement, so the turn is tried again.
    """
    return _guarded(event, warehouse, policy, request)


def run_approved(
    asked: ApprovalRequested, said: ApprovalGranted | ApprovalDenied, warehouse: Warehouse, policy: Policy, request: str
) -> QuerySuccess | QueryError | QuestionFailed | ApprovalRequested:
    """Runs exactly what was approved, guarded again; ends the question if it was denied.

    An approval that does not count leads to another request, with the id `request`. Raises as `run_sql`.
    """
    if isinstance(said, ApprovalDenied):
        return QuestionFailed(
            question=asked.question, sql=asked.sql, kind="refused", reason=said_no(said), rule=APPROVAL
        )
    if reason := why_not_counted(asked, said):
        return asked.model_copy(update={"request": request, "not_counted": reason})
    event = SQLGenerated(sql=asked.proposed, **asked.model_dump(include=_KEPT))
    return _guarded(event, warehouse, policy, request, approved=asked.sql)


_KEPT = set(SQLGenerated.model_fields) & set(ApprovalRequested.model_fields) - {"sql"}


def _guarded(
    event: SQLGenerated, warehouse: Warehouse, policy: Policy, request: str, approved: str = ""
) -> QuerySuccess | QueryError | ApprovalRequested:
    from .guard import Approved, check  # sqlglot takes 0.1 s to import; reading the wiring needs none of it

    verdict = check(event.sql, policy, shared_claims(event))
    if not isinstance(verdict, Approved):
        shared = " Whoever said the question in other words must have the same." if event.reworded_by else ""
        return _error(event, "refused", verdict.reason + (shared if verdict.rule == "claims" else ""), verdict.rule)
    if approved and verdict.sql != approved:
        return _error(event, "refused", _CHANGED, APPROVAL)
    limits = policy.limits
    try:
        plan = warehouse.explain(verdict.sql, timeout_s=limits.timeout_s) if limits.asks_the_planner else None
        if plan and limits.max_cost is not None and plan.cost > limits.max_cost:
            return _error(event, "refused", _too_costly(plan, limits.max_cost), COST_CEILING)
        if not approved and (wanted := approval_wanted(verdict.tables, plan, policy)):
            return _asked(event, verdict.sql, *wanted, request)
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


def _asked(event: SQLGenerated, sql: str, rule: str, reason: str, request: str) -> ApprovalRequested | QueryError:
    if not event.asked_by.id:
        # Who approves must be another than who asks; of nobody that cannot be said.
        return _error(event, "refused", f"{reason} Nobody knows who asks, so nobody can approve it.", APPROVAL)
    kept = event.model_dump(include=_KEPT)
    return ApprovalRequested(request=request, sql=sql, proposed=event.sql, rule=rule, reason=reason, **kept)


_CHANGED = "The policy has changed since this was approved: another statement would run now. Ask again."


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
        asked_by=event.asked_by,
        reworded_by=event.reworded_by,
    )
