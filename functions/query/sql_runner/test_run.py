from collections.abc import Callable
from typing import Any, cast

import pytest

from contracts.query import QueryError, QuerySuccess, SQLGenerated
from troupe.adapters.warehouse import ResultColumn, Rows, Warehouse, WarehouseError

from .policy import Limits, Policy
from .run import run_sql

POLICY = Policy(schema="farm", tables=["fields"], limits=Limits(max_rows=2, timeout_s=3))  # type: ignore[arg-type]


class FakeWarehouse:
    """Answers what it was given, and remembers what it was asked."""

    def __init__(self, answer: Callable[[], Rows]) -> None:
        self._answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def query(self, sql: str, **limits: Any) -> Rows:
        self.asked.append((sql, limits))
        return self._answer()


def asks(sql: str) -> SQLGenerated:
    return SQLGenerated(question="Which fields?", sql=sql, reading="names of fields", translator="offline")


def run(sql: str, answer: Callable[[], Rows]) -> tuple[QuerySuccess | QueryError, FakeWarehouse]:
    warehouse = FakeWarehouse(answer)
    return run_sql(asks(sql), cast(Warehouse, warehouse), POLICY), warehouse


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
