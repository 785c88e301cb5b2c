from collections.abc import Callable
from typing import Any, cast

import pytest

from contracts.query import ApprovalRequested, QueryError, QuerySuccess, SQLGenerated
from troupe.adapters.warehouse import Plan, ResultColumn, Rows, Warehouse, WarehouseError

from .policy import Limits, Policy
from .run import run_sql

POLICY = Policy(schema="farm", tables=["fields"], limits=Limits(max_rows=2, timeout_s=3))  # type: ignore[arg-type]


class FakeWarehouse:
    """Answers what it was given, and remembers what it was asked."""

    def __init__(self, answer: Callable[[], Rows]) -> None:
        self._answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.plan: Plan | WarehouseError = Plan(cost=1, rows=1)

    def explain(self, sql: str, **limits: Any) -> Plan:
        self.asked.append((f"EXPLAIN {sql}", limits))
        if isinstance(self.plan, WarehouseError):
            raise self.plan
        return self.plan

    def query(self, sql: str, **limits: Any) -> Rows:
        self.asked.append((sql, limits))
        return self._answer()


def asks(sql: str) -> SQLGenerated:
    return SQLGenerated(question="Which fields?", sql=sql, reading="names of fields", translator="offline")


def run(sql: str, answer: Callable[[], Rows]) -> tuple[QuerySuccess | QueryError | ApprovalRequested, FakeWarehouse]:
    warehouse = FakeWarehouse(answer)
    return run_sql(asks(sql), cast(Warehouse, warehouse), POLICY, "r-1"), warehouse


def failing(kind: Any) -> Callable[[], Rows]:
    def answer() -> Rows:
        raise WarehouseError(kind, "It did not work.")

    return answer


def never() -> Rows:
    raise AssertionError("refused SQL reached the warehouse")


def test_runs_what_the_guard_wrote_within_the_limits() -> None:
    rows = Rows([ResultColumn("name", "text")], [["North"], ["South"]], True, 1.5)
    outcome, warehouse = run("select name from fields -- all", lambda: rows)
    assert warehouse.asked == [("SELECT name FROM farm.fields LIMIT 3", {"timeout_s": 3, "max_rows": 2})]
    assert isinstance(outcome, QuerySuccess)
    assert outcome.sql == "SELECT name FROM farm.fields LIMIT 3"
    assert (outcome.question, outcome.reading) == ("Which fields?", "names of fields")
    assert outcome.rows == [["North"], ["South"]] and outcome.truncated and outcome.elapsed_ms == 1.5
    assert [(column.name, column.type) for column in outcome.columns] == [("name", "text")]
    assert outcome.tables == ["fields"]


CAPPED = POLICY.model_copy(update={"limits": Limits(max_rows=2, timeout_s=3, max_cost=1000)})
NOTHING = Rows([ResultColumn("name", "text")], [], False, 1)


def run_capped(plan: Plan | WarehouseError) -> tuple[QuerySuccess | QueryError | ApprovalRequested, list[str]]:
    warehouse = FakeWarehouse(lambda: NOTHING)
    warehouse.plan = plan
    outcome = run_sql(asks("SELECT name FROM fields"), cast(Warehouse, warehouse), CAPPED, "r-1")
    return outcome, [sql for sql, _ in warehouse.asked]


def test_what_would_cost_too_much_is_not_run() -> None:
    outcome, asked = run_capped(Plan(cost=1234567.8, rows=10))
    assert asked == ["EXPLAIN SELECT name FROM farm.fields LIMIT 3"]
    assert isinstance(outcome, QueryError)
    assert (outcome.kind, outcome.rule) == ("refused", "cost")
    assert "costs 1,234,568; the limit is 1,000." in outcome.reason


def test_what_costs_as_much_as_allowed_runs() -> None:
    outcome, asked = run_capped(Plan(cost=1000, rows=10))
    assert isinstance(outcome, QuerySuccess) and len(asked) == 2


def test_what_cannot_be_planned_is_told_like_what_cannot_run() -> None:
    outcome, asked = run_capped(WarehouseError("unknown-column", "There is no such column."))
    assert isinstance(outcome, QueryError) and outcome.kind == "unknown-column" and len(asked) == 1
    with pytest.raises(WarehouseError):
        run_capped(WarehouseError("unavailable", "Nobody is there."))


def test_refused_sql_never_reaches_the_warehouse() -> None:
    outcome, _ = run("SELECT * FROM barns", never)
    assert isinstance(outcome, QueryError)
    assert (outcome.kind, outcome.rule, outcome.sql) == ("refused", "allowed-tables", "SELECT * FROM barns")
    assert outcome.reason == "The table barns is not one that questions may read."


@pytest.mark.parametrize(
    ("failure", "kind", "rule"),
    [
        ("unknown-column", "unknown-column", ""),
        ("type-mismatch", "type-mismatch", ""),
        ("timeout", "timeout", ""),
        ("permission", "refused", "database-role"),
        ("syntax", "other", ""),
        ("other", "other", ""),
    ],
)
def test_a_failing_query_is_an_event(failure: str, kind: str, rule: str) -> None:
    outcome, _ = run("SELECT name FROM fields", failing(failure))
    assert isinstance(outcome, QueryError)
    assert (outcome.kind, outcome.rule, outcome.reason) == (kind, rule, "It did not work.")


def test_a_warehouse_that_is_away_is_tried_again_later() -> None:
    with pytest.raises(WarehouseError):
        run("SELECT name FROM fields", failing("unavailable"))
