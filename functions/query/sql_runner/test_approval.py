"""Whose rows a statement shows, when somebody has to approve it, and which approvals count."""

from typing import Any, cast

import pytest

from contracts.query import (
    ApprovalDenied,
    ApprovalGranted,
    ApprovalRequested,
    QueryError,
    QuerySuccess,
    QuestionFailed,
    SQLGenerated,
)
from troupe import Person
from troupe.adapters.warehouse import Plan, ResultColumn, Rows, Warehouse

from .approval import shared_claims
from .policy import Limits, Policy, RowFilter, TableRule
from .run import run_approved, run_sql

ADA, BEN, GRACE = (Person(id=name, claims={"farm": "north", "team": name}) for name in ("ada", "ben", "grace"))
POLICY = Policy(
    schema="farm",
    tables={"fields": TableRule(), "wages": TableRule(approve=True)},
    limits=Limits(max_rows=10, max_cost=1000, approve_above_cost=100, approve_above_rows=5),
)
OWN = Policy(tables={"fields": TableRule(columns=("name",), rows=RowFilter(column="farm", claim="farm"))})


class FakeWarehouse:
    """Expects what it is told to, and remembers what ran."""

    def __init__(self, cost: float = 1, rows: int = 1) -> None:
        self.plan, self.ran = Plan(cost, rows), []

    def explain(self, sql: str, **_: Any) -> Plan:
        return self.plan

    def query(self, sql: str, **_: Any) -> Rows:
        self.ran.append(sql)
        return Rows([ResultColumn("name", "text")], [["North"]], False, 1)


def asks(sql: str, **more: Any) -> SQLGenerated:
    said = {"question": "Which?", "reading": "names", "translator": "m-1", "attempt": 2, "asked_by": ADA, **more}
    return SQLGenerated(sql=sql, **said)


def run(event: SQLGenerated, warehouse: FakeWarehouse, policy: Policy = POLICY) -> Any:
    return run_sql(event, cast(Warehouse, warehouse), policy, "r-1")


def decided(said: ApprovalGranted | ApprovalDenied, warehouse: FakeWarehouse, policy: Policy = POLICY) -> Any:
    asked = run(asks("SELECT name FROM wages", reworded_by=[BEN]), FakeWarehouse())
    return run_approved(asked, said, cast(Warehouse, warehouse), policy, "r-2")


def granted(by: Person) -> ApprovalGranted:
    return ApprovalGranted(request="r-1", approved_by=by, why="For the audit.")


@pytest.mark.parametrize(
    ("sql", "cost", "rows", "rule", "says"),
    [
        ("SELECT name FROM wages", 1, 1, "approve-table", "Reading wages needs"),
        ("SELECT f.name FROM fields f, wages w", 1, 1, "approve-table", "Reading wages needs"),
        ("SELECT name FROM fields", 101, 1, "approve-cost", "costs 101; above 100 somebody"),
        ("SELECT name FROM fields", 1, 6, "approve-rows", "6 rows; above 5 somebody"),
        ("SELECT name FROM wages", 101, 6, "approve-table", "Reading wages needs somebody's approval. By the database"),
    ],
)
def test_what_the_policy_wants_approved_waits(sql: str, cost: float, rows: int, rule: str, says: str) -> None:
    warehouse = FakeWarehouse(cost, rows)
    found = run(asks(sql, reworded_by=[BEN]), warehouse)
    assert isinstance(found, ApprovalRequested) and not warehouse.ran
    assert (found.request, found.rule, found.proposed) == ("r-1", rule, sql)
    assert found.sql.endswith(" LIMIT 11") and says in found.reason
    assert (found.asked_by, found.reworded_by, found.translator, found.attempt) == (ADA, [BEN], "m-1", 2)


def test_what_is_within_the_limits_runs_at_once() -> None:
    assert isinstance(run(asks("SELECT name FROM fields"), FakeWarehouse(100, 5)), QuerySuccess)


def test_what_costs_more_than_anybody_may_approve_is_refused() -> None:
    found = run(asks("SELECT name FROM wages"), FakeWarehouse(1001))
    assert isinstance(found, QueryError) and found.rule == "cost"


def test_of_nobody_it_cannot_be_said_that_another_approves() -> None:
    found = run(asks("SELECT name FROM wages", asked_by=Person()), FakeWarehouse())
    assert isinstance(found, QueryError) and (found.kind, found.rule) == ("refused", "approval")


def test_an_approval_runs_exactly_what_was_approved() -> None:
    warehouse = FakeWarehouse(101, 6)
    assert isinstance(decided(granted(GRACE), warehouse), QuerySuccess)
    assert warehouse.ran == ["SELECT name FROM farm.wages LIMIT 11"]


@pytest.mark.parametrize(
    ("by", "says"), [(ADA, "by ada does not"), (BEN, "by ben does not"), (Person(), "Nobody knows who approved")]
)
def test_an_approval_by_who_is_behind_the_question_does_not_count(by: Person, says: str) -> None:
    warehouse = FakeWarehouse()
    found = decided(granted(by), warehouse)
    assert isinstance(found, ApprovalRequested) and not warehouse.ran
    assert found.request == "r-2" and says in found.not_counted
    assert (found.sql, found.asked_by, found.reworded_by) == ("SELECT name FROM farm.wages LIMIT 11", ADA, [BEN])
    again = run_approved(found, granted(GRACE), cast(Warehouse, warehouse), POLICY, "r-3")
    assert isinstance(again, QuerySuccess)


def test_another_session_of_the_asker_s_role_is_the_asker() -> None:
    ada, again = (Person(id=f"arn:aws:sts::1234:assumed-role/sales/{name}") for name in ("ada", "not-ada"))
    asked = run(asks("SELECT name FROM wages", asked_by=ada), FakeWarehouse())
    found = run_approved(asked, granted(again), cast(Warehouse, FakeWarehouse()), POLICY, "r-2")
    assert isinstance(found, ApprovalRequested) and "does not count" in found.not_counted


def test_a_policy_that_has_changed_since_is_kept() -> None:
    stricter = POLICY.model_copy(update={"tables": {"fields": TableRule()}})
    fewer = POLICY.model_copy(update={"limits": Limits(max_rows=3)})
    for policy, rule in ((stricter, "allowed-tables"), (fewer, "approval")):
        warehouse = FakeWarehouse()
        found = decided(granted(GRACE), warehouse, policy)
        assert isinstance(found, QueryError) and found.rule == rule and not warehouse.ran
    found = decided(granted(GRACE), FakeWarehouse(1001))
    assert isinstance(found, QueryError) and found.rule == "cost"


def test_a_denial_is_an_end_that_says_who_and_why() -> None:
    warehouse = FakeWarehouse()
    found = decided(ApprovalDenied(request="r-1", denied_by=GRACE, why="Not\nyours."), warehouse)
    assert isinstance(found, QuestionFailed) and not warehouse.ran
    assert (found.kind, found.rule, found.reason) == ("refused", "approval", "grace denied the approval: Not yours.")


def test_rows_are_those_of_the_asker_in_whoever_s_words() -> None:
    ran = "SELECT name FROM (SELECT name FROM public.fields WHERE farm = 'north' OFFSET 0) AS fields LIMIT 1001"
    for others in ([], [GRACE]):
        warehouse = FakeWarehouse()
        assert isinstance(run(asks("SELECT name FROM fields", reworded_by=others), warehouse, OWN), QuerySuccess)
        assert warehouse.ran == [ran]


@pytest.mark.parametrize(
    ("asker", "others"),
    [
        ({}, []),
        ({"farm": ""}, []),
        ({"Farm": "north"}, []),
        ({}, [{"farm": "north"}]),
        ({"farm": "north"}, [{}]),
        ({"farm": "north"}, [{"farm": "north"}, {"farm": "south"}]),
    ],
)
def test_rows_of_nobody_in_common_are_refused(asker: dict[str, str], others: list[dict[str, str]]) -> None:
    people = [Person(id="x", claims=claims) for claims in others]
    event = asks("SELECT name FROM fields", asked_by=Person(id="ada", claims=asker), reworded_by=people)
    warehouse = FakeWarehouse()
    found = run(event, warehouse, OWN)
    assert isinstance(found, QueryError) and (found.kind, found.rule) == ("refused", "claims") and not warehouse.ran
    assert found.asked_by == event.asked_by and found.reworded_by == people
    assert ("in other words" in found.reason) == bool(people)


def test_only_what_all_share_is_claimed() -> None:
    assert shared_claims(asks("SELECT 1", reworded_by=[BEN, GRACE])) == {"farm": "north"}
