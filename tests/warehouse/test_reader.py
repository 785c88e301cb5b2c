"""The database is the second wall: what the reader's role cannot do, even with no guard in front of it.

Every statement runs straight at the database, after everything that a session may switch off is off.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from warehouse import sample

WRITES = [
    "INSERT INTO shop.regions VALUES (99, 'Nowhere', NULL)",
    "UPDATE shop.products SET list_price = 1",
    "DELETE FROM shop.returns",
    "TRUNCATE shop.returns",
    "WITH gone AS (DELETE FROM shop.returns RETURNING 1) SELECT count(*) FROM gone",
    "MERGE INTO shop.regions r USING shop.regions s ON false WHEN NOT MATCHED THEN INSERT VALUES (99, 'x', NULL)",
    "SELECT 1 FROM shop.regions FOR UPDATE",
    "LOCK TABLE shop.orders IN EXCLUSIVE MODE",
    "COPY shop.regions FROM PROGRAM 'echo'",
]
DEFINITIONS = [
    "CREATE TABLE shop.mine (a integer)",
    "CREATE TABLE public.mine (a integer)",
    "CREATE TEMPORARY TABLE mine (a integer)",
    "SELECT * INTO TEMPORARY mine FROM shop.regions",
    "CREATE VIEW shop.mine AS SELECT 1",
    "CREATE FUNCTION shop.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE ROLE mine SUPERUSER",
    "ALTER TABLE shop.regions ADD COLUMN mine text",
    "DROP TABLE shop.returns",
    "REINDEX TABLE shop.orders",
    "COMMENT ON TABLE shop.regions IS 'mine'",
]
OTHER_SCHEMAS = [
    "SELECT * FROM internal.employees",
    "SELECT count(*) FROM internal.api_keys",
    "SELECT internal.payroll()",
    "SELECT 'internal.api_keys'::regclass",
    "SELECT nextval('internal.employees_employee_id_seq')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM pg_user",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_settings",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_stats",
    "SELECT * FROM pg_proc",
    "SELECT * FROM pg_views",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_file_settings",
    "SELECT * FROM pg_hba_file_rules",
]
HIDDEN_COLUMNS = [
    "SELECT email FROM shop.customers",
    "SELECT * FROM shop.customers",
    "TABLE shop.customers",
    "SELECT c FROM shop.customers c",
    "SELECT to_jsonb(c) FROM shop.customers c",
    "SELECT count(*) FROM shop.customers WHERE email LIKE 'a%'",
    "SELECT customer_id FROM shop.customers ORDER BY email",
]
FILES_AND_NETWORK = [
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT * FROM pg_ls_logdir()",
    "SELECT * FROM pg_ls_waldir()",
    "SELECT pg_stat_file('PG_VERSION')",
    "SELECT pg_current_logfile()",
    "COPY shop.regions TO '/tmp/regions'",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_get(1)",
    "SELECT lo_open(1, 131072)",
    "SELECT dblink_connect('host=127.0.0.1')",
    "LOAD 'dblink'",
]
FUNCTIONS = [
    "SELECT pg_sleep(1)",
    "SELECT pg_sleep_for('1 second')",
    "SELECT pg_sleep_until(now())",
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_cancel_backend(1)",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('x')",
    "SELECT pg_promote()",
    "SELECT pg_logical_emit_message(true, 'a', 'b')",
    "SELECT pg_create_physical_replication_slot('x')",
    "SELECT pg_export_snapshot()",
    "SELECT pg_backend_pid()",
    "SELECT pg_postmaster_start_time()",
    "SELECT pg_database_size(current_catalog)",
    "SELECT pg_relation_size('shop.orders')",
    "SELECT pg_get_viewdef(1)",
    "SELECT pg_get_functiondef(1)",
    "SELECT pg_stat_reset()",
    "SELECT pg_notify('a', 'b')",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_xact_lock(1)",
    "SELECT set_config('statement_timeout', '0', false)",
    "SELECT current_setting('data_directory')",
    "SELECT version()",
    "SELECT current_database()",
    "SELECT current_schemas(true)",
    "SELECT inet_server_addr()",
    "SELECT has_table_privilege('internal.api_keys', 'SELECT')",
    "SELECT to_regclass('internal.api_keys')",
    "SELECT obj_description(1)",
    "SELECT txid_current()",
    "SELECT setseed(0.5)",
    "SELECT currval('internal.employees_employee_id_seq')",
    "SELECT lastval()",
    "SELECT setval('internal.employees_employee_id_seq', 1)",
    "SELECT query_to_xml('SELECT * FROM internal.employees', true, true, '')",
    "SELECT table_to_xml('shop.regions', true, true, '')",
    "SELECT schema_to_xml('shop', true, true, '')",
    "SELECT database_to_xml(true, true, '')",
    "SELECT cursor_to_xml('x', 1, true, true, '')",
    "SELECT * FROM ts_stat('SELECT to_tsvector(secret) FROM internal.api_keys')",
    "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery')",
    "SELECT array_fill(0, ARRAY[100000000])",
    "SELECT binary_upgrade_set_next_pg_type_oid(1)",
]
SESSION = [
    "DO $$ BEGIN PERFORM 1; END $$",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SET temp_file_limit = -1",
    "SET session_preload_libraries = 'x'",
    "SHOW data_directory",
    "CHECKPOINT",
    "ALTER ROLE postgres PASSWORD 'x'",
    "ALTER ROLE troupe_reader SUPERUSER",
]
OUTSIDE_TRANSACTIONS = [
    "CREATE DATABASE mine",
    "DROP DATABASE warehouse",
    "ALTER SYSTEM SET log_statement = 'all'",
    "CREATE TABLESPACE mine LOCATION '/tmp'",
    "REINDEX SYSTEM",
]

FORBIDDEN = [*WRITES, *DEFINITIONS, *OTHER_SCHEMAS, *HIDDEN_COLUMNS, *FILES_AND_NETWORK, *FUNCTIONS, *SESSION]


@pytest.fixture(scope="module")
def session(admin_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(sample.reader_url(admin_url), autocommit=True) as connection:
        for belt in ("default_transaction_read_only = off", "statement_timeout = '5s'", "search_path = internal, shop"):
            connection.execute(f"SET {belt}")
        yield connection


def fails_alone(session: psycopg.Connection, statement: str) -> psycopg.Error:
    """Runs a statement in a transaction that is rolled back, and returns its error."""
    with pytest.raises(psycopg.Error) as failure, session.transaction(force_rollback=True):
        session.execute(statement)
    return failure.value


@pytest.mark.parametrize("statement", FORBIDDEN, ids=FORBIDDEN)
def test_the_reader_cannot(session: psycopg.Connection, statement: str) -> None:
    error = fails_alone(session, statement)

    may_be_absent = (psycopg.errors.UndefinedFunction, psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)
    absent = isinstance(error, may_be_absent) and any(
        name in statement for name in ("dblink", "binary_upgrade", "current_catalog")
    )
    assert isinstance(error, psycopg.errors.InsufficientPrivilege) or absent, error


@pytest.mark.parametrize("statement", OUTSIDE_TRANSACTIONS)
def test_the_reader_cannot_manage_the_server(session: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement)


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_the_reader_has_one_database(admin_url: str, database: str) -> None:
    elsewhere = sample.reader_url(admin_url).replace("/warehouse?", f"/{database}?")

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(elsewhere)


def test_a_session_starts_read_only_and_with_a_time_limit(admin_url: str) -> None:
    with psycopg.connect(sample.reader_url(admin_url)) as connection:
        assert connection.execute("SHOW transaction_read_only").fetchone() == ("on",)
        assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)


def test_no_function_beyond_computing_is_left(admin_url: str) -> None:
    """The allow-list by its result: of all volatile functions, only the clock and chance."""
    with psycopg.connect(admin_url) as admin:
        found = admin.execute("""
            SELECT DISTINCT proname FROM pg_proc
            WHERE provolatile = 'v' AND has_function_privilege('troupe_reader', oid, 'EXECUTE')""").fetchall()

    assert {name for (name,) in found} == {"clock_timestamp", "gen_random_uuid", "random"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*), count(DISTINCT city), max(joined_on) FROM shop.customers WHERE last_name ILIKE 'o''b%'",
        "SELECT date_trunc('quarter', order_date), extract(year FROM order_date), age(order_date) FROM shop.orders",
        "SELECT to_char(shipped_at, 'YYYY-MM'), shipped_at AT TIME ZONE 'Europe/Berlin' FROM shop.orders",
        "SELECT order_date - INTERVAL '1 month', CURRENT_DATE - order_date, now() FROM shop.orders",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY unit_price), stddev(quantity) FROM shop.order_lines",
        "SELECT rank() OVER (ORDER BY sum(quantity)), lag(1) OVER () FROM shop.order_lines GROUP BY product_id",
        "SELECT string_agg(DISTINCT name, ', ' ORDER BY name), array_agg(name), json_agg(name) FROM shop.regions",
        "SELECT coalesce(nullif(trim(reason), ''), 'none'), round(refund * 1.19, 2) FROM shop.returns",
        "SELECT split_part(name, ' ', 1), length(name), upper(left(name, 1)), name ~* '^a' FROM shop.products",
        "SELECT g::date FROM generate_series(DATE '2026-01-01', DATE '2026-03-01', INTERVAL '1 month') g",
        "SELECT name SIMILAR TO '%a', substring(name FROM 1 FOR 2), position('a' IN name) FROM shop.stores",
        "SELECT CAST(order_id AS text) || '-' || status, order_id::numeric / 7, sqrt(order_id) FROM shop.orders",
        "SELECT make_date(2026, 1, 1), GREATEST(1, 2), ARRAY[1] || 2, 3 = ANY (ARRAY[3]), row_to_json(r) "
        "FROM shop.regions r",
    ],
)  # fmt: skip
def test_what_questions_need_still_works(session: psycopg.Connection, sql: str) -> None:
    assert session.execute(sql).fetchone() is not None


def test_nothing_was_changed(admin_url: str) -> None:
    """Last in this module: after all attempts the data is what it was."""
    with psycopg.connect(admin_url) as admin:
        counts = [
            admin.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("shop.regions", "shop.returns", "shop.order_lines")
        ]
        lines = admin.execute("SELECT order_lines FROM internal.loaded").fetchone()
        others = admin.execute("SELECT count(*) FROM pg_class WHERE relowner = 'troupe_reader'::regrole").fetchone()
    assert counts[0] == (6,)
    assert counts[1] is not None
    assert counts[1][0] > 300
    assert counts[2] == lines
    assert others == (0,)
