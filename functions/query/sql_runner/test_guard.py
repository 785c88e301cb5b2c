"""What comes out of the guard: the text that runs, its limit, its tables; and the seams between its rules."""

import time

import pytest

from .guard import Approved, check
from .policy import Limits, Mask, Policy, RowFilter, TableRule
from .refusal import Refusal

POLICY = Policy(
    schema="farm",
    tables={
        "fields": TableRule(),
        "animals": TableRule(),
        "farmers": TableRule(
            columns=("id", "name", "born", "phone"), deny=("salary",), mask={"born": Mask.YEAR, "phone": Mask.BLANK}
        ),
    },
    limits=Limits(max_rows=100),
)


def approved(sql: str, policy: Policy = POLICY, **claims: str | int) -> Approved:
    verdict = check(sql, policy, claims)
    assert isinstance(verdict, Approved), verdict
    return verdict


def refused(sql: str, policy: Policy = POLICY, **claims: str | int) -> Refusal:
    verdict = check(sql, policy, claims)
    assert isinstance(verdict, Refusal), verdict
    return verdict


@pytest.mark.parametrize(
    ("sql", "runs"),
    [
        ("select name from fields -- all", "SELECT name FROM farm.fields LIMIT 101"),
        ('SELECT "Name", "order" FROM Fields F', 'SELECT "Name", "order" FROM farm.fields AS f LIMIT 101'),
        ("SELECT E'a\\'b' || $$c'd$$", "SELECT 'a''b' || 'c''d' LIMIT 101"),
        ("SELECT now()::date", "SELECT CAST(CURRENT_TIMESTAMP AS DATE) LIMIT 101"),
        ("SELECT current_time", "SELECT CURRENT_TIME LIMIT 101"),
        ("SELECT farm.fields.name FROM farm.fields", "SELECT fields.name FROM farm.fields LIMIT 101"),
        ("((SELECT 1))", "SELECT 1 LIMIT 101"),
        ("(SELECT 1) UNION (SELECT 2)", "(SELECT 1) UNION (SELECT 2) LIMIT 101"),
        ("SELECT 1_000 + 0x10", "SELECT 1000 + 16 LIMIT 101"),
    ],
)
def test_writes_the_statement_anew(sql: str, runs: str) -> None:
    assert approved(sql).sql == runs


@pytest.mark.parametrize(
    ("tail", "runs", "limit"),
    [
        ("", " LIMIT 101", 100),
        (" LIMIT 7", " LIMIT 7", 7),
        (" LIMIT 100", " LIMIT 100", 100),
        (" LIMIT 101", " LIMIT 101", 100),
        (" LIMIT 5000 OFFSET 20", " LIMIT 101 OFFSET 20", 100),
        (" LIMIT ALL", " LIMIT 101", 100),
        (" LIMIT NULL", " LIMIT 101", 100),
        (" FETCH FIRST 3 ROWS ONLY", " FETCH FIRST 3 ROWS ONLY", 3),
        (" FETCH FIRST ROW ONLY", " FETCH FIRST ROWS ONLY", 1),
        (" FETCH FIRST 500 ROWS ONLY", " LIMIT 101", 100),
        (" ORDER BY name FETCH FIRST 3 ROWS WITH TIES", " ORDER BY name FETCH FIRST 3 ROWS WITH TIES", 100),
    ],
)
def test_caps_the_rows_with_one_to_spare(tail: str, runs: str, limit: int) -> None:
    verdict = approved("SELECT name FROM fields" + tail)
    assert (verdict.sql, verdict.limit) == ("SELECT name FROM farm.fields" + runs, limit)


def test_names_the_real_tables_only() -> None:
    verdict = approved("WITH farmers AS (SELECT * FROM fields) SELECT * FROM farmers JOIN animals a ON true")
    assert verdict.tables == ("animals", "fields")


def test_a_cte_hides_a_table_only_where_postgresql_says_so() -> None:
    assert approved("WITH barns AS (SELECT 1 AS a) SELECT a FROM barns").tables == ()
    assert refused("WITH barns AS (SELECT * FROM barns) SELECT * FROM barns").rule == "allowed-tables"
    assert refused("WITH a AS (SELECT * FROM barns), barns AS (SELECT 1) SELECT * FROM a").rule == "allowed-tables"
    assert refused("SELECT (WITH barns AS (SELECT 1) SELECT 1 FROM barns) FROM barns").rule == "allowed-tables"
    assert approved("WITH fields AS (SELECT * FROM fields) SELECT * FROM fields").tables == ("fields",)


def test_shows_of_a_table_with_rules_only_what_the_policy_lists() -> None:
    year, nothing = "CAST(DATE_TRUNC('YEAR', born) AS DATE) AS born", "CAST(NULL AS TEXT) AS phone"
    seen = f"(SELECT id, name, {year}, {nothing} FROM farm.farmers)"
    assert approved("SELECT * FROM farmers").sql == f"SELECT * FROM {seen} AS farmers LIMIT 101"
    assert approved("SELECT f FROM farmers f").sql == f"SELECT f FROM {seen} AS f LIMIT 101"
    assert approved("SELECT x FROM farmers AS f(x)").sql == f"SELECT x FROM {seen} AS f(x) LIMIT 101"
    joined = approved("SELECT 1 FROM fields NATURAL JOIN farmers").sql
    assert joined == f"SELECT 1 FROM farm.fields NATURAL JOIN {seen} AS farmers LIMIT 101"
    inner = approved("WITH farmers AS (SELECT * FROM farmers) SELECT name FROM farmers").sql
    assert inner == f"WITH farmers AS (SELECT * FROM {seen} AS farmers) SELECT name FROM farmers LIMIT 101"


def test_says_that_a_column_is_withheld() -> None:
    assert refused("SELECT salary FROM farmers").reason == "The column farmers.salary is withheld by the policy."
    assert refused("SELECT name FROM farmers f WHERE f.salary > 1").rule == "denied-columns"
    assert refused("SELECT (SELECT f.salary) FROM farmers f").rule == "denied-columns"
    assert approved("SELECT salary FROM fields")
    assert approved("SELECT x.salary FROM (SELECT 1 AS salary FROM farmers) x")


def test_masks_a_name_by_its_initial() -> None:
    policy = Policy(schema="farm", tables={"farmers": TableRule(columns=("name",), mask={"name": Mask.INITIAL})})
    shown = "LEFT(CAST(name AS TEXT), 1) || '…' AS name"
    assert approved("SELECT name FROM farmers", policy).sql.startswith(f"SELECT name FROM (SELECT {shown} FROM")


def test_shows_each_asker_their_own_rows() -> None:
    rows = RowFilter(column="owner", claim="farm")
    policy = Policy(schema="farm", tables={"fields": TableRule(columns=("id", "name"), rows=rows)})
    own = approved("SELECT name FROM fields", policy, farm="O'Hara; --").sql
    assert own == (
        "SELECT name FROM (SELECT id, name FROM farm.fields WHERE owner = 'O''Hara; --' OFFSET 0) AS fields LIMIT 1001"
    )
    assert refused("SELECT name FROM fields", policy).rule == "claims"
    assert refused("SELECT name FROM fields", policy, tenant="x").rule == "claims"


def test_a_name_that_postgresql_would_cut_is_refused() -> None:
    assert refused(f"SELECT 1 AS {'x' * 64}").rule == "names"
    assert refused(f'SELECT 1 AS "{"ü" * 32}"').rule == "names"
    assert approved(f"SELECT 1 AS {'x' * 63}")


def test_a_number_is_no_name() -> None:
    assert refused("SELECT name FROM fields pg_sleep(1)").rule == "names"
    assert approved("SELECT a$1 FROM fields AS f(a$1)").sql == 'SELECT "a$1" FROM farm.fields AS f("a$1") LIMIT 101'


def test_folds_case_as_postgresql_does() -> None:
    assert approved("SELECT ÄPFEL, Birnen FROM FIELDS").sql == 'SELECT "Äpfel", birnen FROM farm.fields LIMIT 101'


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("", "select-only"),
        (" \n\t ", "select-only"),
        ("SELECT '\x00'", "characters"),
        ("SELECT '\ud800'", "characters"),
        ("SELECT 1" + " " * 20_000, "size"),
        ("SELECT " + "(" * 100_000, "size"),
        ("SELECT " + "(" * 50 + "1" + ")" * 50, "size"),
        ("SELECT 1" + " + 1" * 4_000, "size"),
        ("SELECT * FROM fields JOIN animals", "syntax"),
        ("SELECT * FROM fields JOIN animals WHERE true", "syntax"),
        ("SELECT DISTINCT ON (a.id) * FROM fields a JOIN animals b", "syntax"),
    ],
)
def test_bad_input_is_a_refusal(sql: str, rule: str) -> None:
    assert refused(sql).rule == rule


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "date (" * 30 + "1" + ")" * 30,
        "SELECT " + "ARRAY[" * 30 + "1" + "]" * 30,
        "SELECT a" + "[1]" * 3_000 + " FROM fields",
        "SELECT * FROM fields" + " JOIN fields" * 30,
        "SELECT " + "a JOIN " * 30,
    ],
    ids=["types", "arrays", "subscripts", "joins", "nonsense"],
)
def test_what_the_parser_would_take_minutes_for_is_refused_at_once(sql: str) -> None:
    started = time.process_time()
    assert refused(sql).rule in ("size", "syntax")
    assert time.process_time() - started < 1


def test_joins_as_people_write_them_are_not_nested() -> None:
    many = " ".join(f"LEFT JOIN animals a{n} ON a{n}.id = f.id" for n in range(30))
    assert approved(f"SELECT f.id FROM fields f {many} JOIN farmers USING (id) CROSS JOIN animals")
