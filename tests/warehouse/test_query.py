"""What a query gives back, on every side of the warehouse: cells, types, limits, errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from troupe.adapters.warehouse import Warehouse, WarehouseError
from troupe.local.postgres import Server
from warehouse import sample

Connect = Callable[[str], Warehouse]
CELLS: list[tuple[str, str, Any]] = [
    ("NULL::integer", "integer", None),
    ("42", "integer", 42),
    ("9007199254740992::bigint", "integer", 9007199254740992),
    ("9007199254740993::bigint", "integer", "9007199254740993"),
    ("-9007199254740993::bigint", "integer", "-9007199254740993"),
    ("12.30::numeric(10, 2)", "number", 12.3),
    ("7::numeric", "number", 7),
    ("9007199254740993::numeric", "number", "9007199254740993"),
    ("12345678901234567.89::numeric", "number", "12345678901234567.89"),
    ("0.12345678901234567890::numeric", "number", 0.12345678901234568),
    ("10 / 3.0", "number", 3.3333333333333335),
    ("'NaN'::numeric", "number", "NaN"),
    ("1.5::float8", "number", 1.5),
    ("1e300::float8", "number", 1e300),
    ("'-Infinity'::float8", "number", "-Infinity"),
    ("true", "boolean", True),
    ("'Zoë said \"it''s 😀\"'::text", "text", 'Zoë said "it\'s 😀"'),
    ("''", "text", ""),
    ("'ab'::varchar(5)", "text", "ab"),
    ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "text", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("DATE '2026-02-28'", "date", "2026-02-28"),
    ("'infinity'::date", "date", "infinity"),
    ("TIMESTAMP '2026-02-28 13:05:00.25'", "timestamp", "2026-02-28T13:05:00.25"),
    ("TIMESTAMPTZ '2026-02-28 13:05:00+01'", "timestamp", "2026-02-28T12:05:00+00:00"),
    ("TIME '13:05'", "time", "13:05:00"),
    ("INTERVAL '1 year 2 days 3 hours'", "interval", "P1Y2DT3H"),
    ('\'{"a": [1, "<b>"]}\'::json', "json", '{"a": [1, "<b>"]}'),
    ("'{\"b\": 1}'::jsonb", "json", '{"b": 1}'),
    ("ARRAY[1, NULL, 3]", "array", [1, None, 3]),
    ("ARRAY[[1.5, 2], [3, 4]]::numeric[]", "array", [[1.5, 2], [3, 4]]),
    ("ARRAY['a,b', '\"', NULL]", "array", ["a,b", '"', None]),
    ("ARRAY[DATE '2026-01-31']", "array", ["2026-01-31"]),
    ("'\\xdeadbeef'::bytea", "other", "(4 bytes)"),
    ("'\\x00'::bytea", "other", "(1 byte)"),
    ("'[2026-01-01,2026-02-01)'::daterange", "other", "[2026-01-01,2026-02-01)"),
    ("'10.0.0.1'::inet", "other", "10.0.0.1"),
    ("ROW(1, 'a')", "other", "(1,a)"),
    ("12.5::money", "number", "$12.50"),
]


@pytest.mark.parametrize(("expression", "kind", "cell"), CELLS, ids=[case[0] for case in CELLS])
def test_a_cell_is_ready_for_json(warehouse: Warehouse, expression: str, kind: str, cell: Any) -> None:
    answer = warehouse.query(f"SELECT {expression} AS x")

    assert [(column.name, column.type) for column in answer.columns] == [("x", kind)]
    assert answer.rows == [[cell]]
    assert type(answer.rows[0][0]) is type(cell)
    assert json.loads(json.dumps(answer.rows, allow_nan=False)) == answer.rows


def test_a_type_of_the_users_own_is_text(server: Server, connect: Connect) -> None:
    url = server.database("own_types")
    with psycopg.connect(url) as connection:
        connection.execute("DROP TYPE IF EXISTS mood")
        connection.execute("CREATE TYPE mood AS ENUM ('fine', 'so-so')")

    answer = connect(url).query("SELECT 'so-so'::mood AS mood, ARRAY['fine'::mood] AS moods")

    assert [column.type for column in answer.columns] == ["text", "text"]
    assert answer.rows == [["so-so", "{fine}"]]


def test_an_answer_has_its_columns_even_without_rows(warehouse: Warehouse) -> None:
    answer = warehouse.query("SELECT name, region_id, name FROM regions WHERE false")

    assert [column.name for column in answer.columns] == ["name", "region_id", "name"]
    assert answer.rows == []
    assert not answer.truncated


@pytest.mark.parametrize(("limit", "truncated"), [(5, True), (6, False), (7, False)])
def test_the_row_limit_is_exact_and_says_so(warehouse: Warehouse, limit: int, truncated: bool) -> None:
    answer = warehouse.query("SELECT name FROM regions ORDER BY region_id", max_rows=limit)

    assert len(answer.rows) == min(limit, 6)
    assert answer.truncated is truncated


def test_ten_thousand_rows_come_whole(warehouse: Warehouse) -> None:
    answer = warehouse.query("SELECT order_line_id FROM order_lines ORDER BY 1 LIMIT 10000", max_rows=10_000)

    assert [row[0] for row in answer.rows] == list(range(1, 10_001))
    assert not answer.truncated


def test_rows_beyond_the_limit_stay_in_the_database(warehouse: Warehouse) -> None:
    answer = warehouse.query("SELECT a.quantity FROM order_lines a CROSS JOIN order_lines b", max_rows=3)

    assert len(answer.rows) == 3
    assert answer.truncated
    assert answer.elapsed_ms < 20_000, "600 million rows were not read"


def test_a_slow_query_ends_in_time(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError) as failure:
        warehouse.query("SELECT count(*) FROM order_lines a CROSS JOIN order_lines b", timeout_s=0.2)

    assert failure.value.kind == "timeout"
    assert warehouse.query("SELECT 1").rows == [[1]], "the connection is as good as before"


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT revenue FROM orders", "unknown-column"),
        ("SELECT name FROM regions WHERE region_id = 'West'", "type-mismatch"),
        ("SELECT name FROM regions WHERE name = 1", "type-mismatch"),
        ("SELECT DATE '2026-02-30'", "type-mismatch"),
        ("SELECT sum(name) FROM regions", "type-mismatch"),
        ("SELECT * FROM internal.employees", "permission"),
        ("SELECT pg_sleep(1)", "permission"),
        ("SELEC 1", "syntax"),
        ("", "syntax"),
        ("SELECT 1\0; SELECT 2", "syntax"),
        ("SELECT '\udc80'", "syntax"),
        ("SELECT 1 / 0", "other"),
        ("SELECT * FROM unheard_of", "other"),
        ("SELECT 10::smallint * 10000::smallint", "other"),
    ],
)
def test_a_query_that_cannot_work_says_why(warehouse: Warehouse, sql: str, kind: str) -> None:
    with pytest.raises(WarehouseError) as failure:
        warehouse.query(sql)

    assert failure.value.kind == kind
    assert failure.value.message
    assert "\n" not in failure.value.message


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; SELECT 2",
        "SELECT 1; COMMIT; BEGIN READ WRITE",
        "CREATE TABLE shop.x (a integer)",
        "INSERT INTO regions VALUES (9, 'x', NULL)",
        "WITH gone AS (DELETE FROM returns RETURNING 1) SELECT * FROM gone",
        "SELECT * INTO x FROM regions",
        "SET default_transaction_read_only = off",
        "EXPLAIN ANALYZE SELECT 1",
        "SHOW server_version",
        "COPY regions TO STDOUT",
        "ROLLBACK",
        "SELECT nextval('internal.employees_employee_id_seq')",
        "SELECT lo_create(0)",
    ],
)
def test_even_the_owner_can_only_select(owner: Warehouse, sql: str) -> None:
    with pytest.raises(WarehouseError) as failure:
        owner.query(sql)

    assert failure.value.kind in {"syntax", "permission", "other"}
    assert owner.query("SELECT count(*) FROM shop.regions").rows == [[6]]


def test_a_plan_is_estimated_without_running_it(warehouse: Warehouse) -> None:
    small = warehouse.explain("SELECT name FROM regions")
    large = warehouse.explain("SELECT count(*) FROM order_lines a CROSS JOIN order_lines b")

    assert 0 < small.cost < 1_000 < 1_000_000 < large.cost
    assert large.rows == 1


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT revenue FROM orders", "unknown-column"),
        ("SELECT * FROM internal.employees", "permission"),
        ("SELECT 1; SELECT 2", "syntax"),
        ("SELECT 1) AS q; SELECT (2", "syntax"),
        ("DELETE FROM returns", "syntax"),
        ("SELECT 1\0", "syntax"),
    ],
)
def test_what_cannot_be_planned_says_why(warehouse: Warehouse, sql: str, kind: str) -> None:
    with pytest.raises(WarehouseError) as failure:
        warehouse.explain(sql)

    assert failure.value.kind == kind


@pytest.fixture
def own(admin_url: str) -> Iterator[Warehouse]:
    opened = Warehouse.connect(sample.reader_url(admin_url))
    yield opened
    opened.close()


def cut_connections(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'troupe_reader'")


def test_a_lost_connection_is_reopened(own: Warehouse, admin_url: str) -> None:
    own.query("SELECT 1")
    cut_connections(admin_url)

    assert own.query("SELECT 2").rows == [[2]]


def test_a_connection_survives_a_failed_query(own: Warehouse, admin_url: str) -> None:
    def sessions() -> Any:
        with psycopg.connect(admin_url) as admin:
            return admin.execute(
                "SELECT array_agg(pid ORDER BY pid) FROM pg_stat_activity WHERE usename = 'troupe_reader'"
            ).fetchone()

    own.query("SELECT 1")
    before = sessions()
    with pytest.raises(WarehouseError):
        own.query("SELECT 1 / 0")
    own.query("SELECT 1")

    assert sessions() == before


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://somebody:hunter2@127.0.0.1:1/nowhere",
        "postgresql://somebody:hunter2@/x?host=%2Fno%2Fsuch%2Ffolder",
        "not a url with hunter2",
        "postgresql://somebody:hunter2@/x?hunter=2",
    ],
)
def test_a_warehouse_that_is_not_there_is_the_infrastructures_failure(url: str) -> None:
    with pytest.raises(WarehouseError) as failure:
        Warehouse.connect(url).query("SELECT 1")

    assert failure.value.kind == "unavailable"
    assert "hunter2" not in failure.value.message


def test_a_database_that_is_gone_is_the_infrastructures_failure(server: Server) -> None:
    with pytest.raises(WarehouseError) as failure:
        Warehouse.connect(server.url("no_such_database")).query("SELECT 1")

    assert failure.value.kind == "unavailable"


def test_sessions_do_not_differ_in_their_settings(server: Server, connect: Connect) -> None:
    url = server.database("elsewhere")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER DATABASE elsewhere SET timezone = 'Asia/Tokyo'")
        connection.execute("ALTER DATABASE elsewhere SET datestyle = 'German'")
        connection.execute("ALTER DATABASE elsewhere SET intervalstyle = 'postgres_verbose'")
        connection.execute("ALTER DATABASE elsewhere SET bytea_output = 'escape'")
        connection.execute("ALTER DATABASE elsewhere SET extra_float_digits = -3")

    answer = connect(url).query(
        "SELECT 0.1::float8 + 0.2::float8, TIMESTAMPTZ '2026-01-01 00:00:00+00', DATE '2026-01-31', "
        "INTERVAL '1 day', '\\xdeadbeef'::bytea"
    )

    assert answer.rows == [[0.30000000000000004, "2026-01-01T00:00:00+00:00", "2026-01-31", "P1D", "(4 bytes)"]]
