"""Guards SQL by the warehouse's policy and runs what it approves, read-only."""

from contracts.query import QueryError, QuerySuccess, SQLGenerated
from troupe import Agent
from troupe.adapters import Warehouse
from troupe.runtime.settings import project_root

from .policy import load_policy
from .run import run_sql

agent = Agent(timeout_s=30)


@agent.on
def run(event: SQLGenerated, warehouse: Warehouse) -> QuerySuccess | QueryError:
    return run_sql(event, warehouse, load_policy(project_root() / "warehouse" / "policy.yaml"))
