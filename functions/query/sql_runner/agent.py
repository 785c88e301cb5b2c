"""Guards SQL by the warehouse's policy and runs it, read-only; what the policy wants approved waits for somebody."""

from contracts.query import (
    ApprovalDenied,
    ApprovalGranted,
    ApprovalRequested,
    QueryError,
    QuerySuccess,
    QuestionFailed,
    SQLGenerated,
)
from troupe import Agent, Context
from troupe.adapters import Warehouse
from troupe.runtime.settings import project_root

from .policy import Policy, load_policy
from .run import run_approved, run_sql

agent = Agent(timeout_s=30)


@agent.on
def run(event: SQLGenerated, warehouse: Warehouse, context: Context) -> QuerySuccess | QueryError | ApprovalRequested:
    return run_sql(event, warehouse, _policy(), context.short_key)


@agent.on(join_on="request")
def decide(
    asked: ApprovalRequested, said: ApprovalGranted | ApprovalDenied, warehouse: Warehouse, context: Context
) -> QuerySuccess | QueryError | QuestionFailed | ApprovalRequested:
    return run_approved(asked, said, warehouse, _policy(), context.short_key)


def _policy() -> Policy:
    return load_policy(project_root() / "warehouse" / "policy.yaml")
