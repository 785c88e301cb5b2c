"""The second lock: approved statements give the reader what the original gives the owner; attacks fail there too."""

from __future__ import annotations

from collections import Counter

import psycopg
import pytest

from functions.query.sql_runner.columns import Claims
from functions.query.sql_runner.guard import Approved, check
from functions.query.sql_runner.policy import Limits, Policy, RowFilter, TableRule, load_policy
from troupe.runtime.settings import project_root

from .conftest import Connection
from .corpus import accepts, attacks

POLICY = load_policy(project_root() / "warehouse" / "policy.yaml")
NARROWED = ("SELECT * FROM customers", "SELECT c.* FROM customers c")
"""Their answer differs on purpose: without the e-mail address."""
CHANCE = ("random()", "gen_random_uuid()", "LIMIT", "TABLESAMPLE SYSTEM")
HARMFUL = {"changes", "definitions", "files", "attribute", "network", "dynamic", "admin", "tables", "injection"}
HARMLESS_AT_THE_DATABASE = {
    # Computed from their arguments alone; the guard refuses the form, which can do worse.
    "SELECT (regions).name FROM regions",
    "SELECT (r).* FROM regions r",
    "SELECT ((r.name)).upper FROM regions r",
    "SELECT pg_catalog.count(*) FROM regions",
    "SELECT * FROM json_table('[1]', '$[*]' COLUMNS (a int PATH '$'))",
    # Answers with a warning that it was skipped.
    "ANALYZE orders",
}


def same(theirs: list[tuple[object, ...]], ours: list[tuple[object, ...]], most: int) -> bool:
    """The same rows up to the row limit, in the same order unless the statement leaves it open."""
    if theirs == ours[:most]:
        return True
    return len(theirs) == min(len(ours), most) and Counter(map(repr, theirs)) <= Counter(map(repr, ours))


def answer(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    with connection.transaction(force_rollback=True):
        return connection.execute(sql.encode()).fetchall()


def error(connection: Connection, sql: str) -> psycopg.Error | None:
    """What the database says against it; None when it runs. Everything is rolled back."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.encode())
    except psycopg.Error as refused:
        return refused
    return None


def test_approved_statements_mean_what_was_written(owner: Connection, reader: Connection) -> None:
    differ = []
    for case in accepts():
        verdict = check(case.sql, POLICY)
        assert isinstance(verdict, Approved), case.sql
        theirs = answer(reader, verdict.sql)
        ours = answer(owner, case.sql)
        if case.sql in NARROWED or any(word in case.sql for word in CHANCE):
            continue
        if not same(theirs, ours, verdict.limit + 1):
            differ.append((case.sql, verdict.sql, ours[:3], theirs[:3]))
    assert not differ


@pytest.mark.parametrize("kind", sorted(HARMFUL))
def test_attacks_fail_at_the_database_too(reader: Connection, kind: str) -> None:
    tried = {case.sql for case in attacks() if case.kind == kind}
    succeeded = {sql for sql in tried if error(reader, sql) is None}
    assert succeeded == tried & HARMLESS_AT_THE_DATABASE


def test_a_withheld_column_cannot_be_had_in_any_way(owner: Connection, reader: Connection) -> None:
    (secret,) = answer(owner, "SELECT email FROM shop.customers WHERE email IS NOT NULL LIMIT 1")[0]
    for sql in (
        "SELECT * FROM customers",
        "SELECT customers FROM customers",
        "SELECT to_json(c) FROM customers c",
        "SELECT json_agg(c) FROM customers c",
        "SELECT * FROM (customers c JOIN orders o USING (customer_id)) LIMIT 100",
        "SELECT * FROM customers AS c(a, b, d, e, f, g, h, i)",
        "WITH x AS (SELECT * FROM customers) SELECT x FROM x",
    ):
        verdict = check(sql, POLICY)
        assert isinstance(verdict, Approved), sql
        assert answer(reader, verdict.sql)
        assert str(secret) not in str(answer(reader, verdict.sql))


def test_rows_of_others_stay_unseen_even_in_error_messages(reader: Connection) -> None:
    filtered = TableRule(columns=("store_id", "name", "city"), rows=RowFilter(column="store_id", claim="store"))
    policy = Policy(schema="shop", tables={"stores": filtered}, limits=Limits(max_rows=50))
    own = approved("SELECT store_id FROM stores", policy, {"store": 3})
    assert answer(reader, own) == [(3,)]
    failing = "SELECT name FROM stores WHERE CASE WHEN store_id = 5 THEN name::int END = 1"
    assert answer(reader, approved(failing, policy, {"store": 3})) == []


HOSTILE = (
    "x' OR 'a'='a",
    "x\\' OR 1=1 --",
    "'; DROP TABLE shop.stores; --",
    "') OR true OFFSET 0) AS stores --",
    "$$ OR 1=1",
    "E'\\x27",
    "\u2019 OR \uff07a\uff07=\uff07a",
    "%",
    "*",
    "NULL",
    "{city}",
    "\x00' OR 'a'='a",
    "\ud800' OR 'a'='a",
)


@pytest.mark.parametrize("claim", HOSTILE)
def test_a_hostile_claim_shows_no_rows(reader: Connection, claim: str) -> None:
    filtered = TableRule(columns=("store_id", "city"), rows=RowFilter(column="city", claim="city"))
    policy = Policy(schema="shop", tables={"stores": filtered})
    verdict = check("SELECT city FROM stores", policy, {"city": claim})
    if isinstance(verdict, Approved):
        assert answer(reader, verdict.sql) == []
    else:  # what no text in PostgreSQL can hold
        assert not claim.isprintable()


def approved(sql: str, policy: Policy, claims: Claims) -> str:
    verdict = check(sql, policy, claims)
    assert isinstance(verdict, Approved), verdict
    return verdict.sql
