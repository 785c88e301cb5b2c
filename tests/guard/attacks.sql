-- Statements that the guard must refuse, by kind of attack. A header names the kind and the rules that may say no.
-- One statement a line; ⏎ and ⇥ stand for a line break and a tab.


-- changes: select-only syntax
INSERT INTO regions VALUES (9, 'x')
INSERT INTO regions SELECT * FROM regions
INSERT INTO regions VALUES (9, 'x') ON CONFLICT DO NOTHING RETURNING *
UPDATE products SET list_price = 0
UPDATE products SET list_price = 0 FROM categories c RETURNING *
DELETE FROM orders
DELETE FROM orders USING customers WHERE true RETURNING *
MERGE INTO products p USING categories c ON true WHEN MATCHED THEN DELETE
TRUNCATE orders
TRUNCATE TABLE orders, order_lines RESTART IDENTITY CASCADE
REPLACE INTO stores VALUES (1)
UPSERT INTO orders VALUES (1)
WITH gone AS (DELETE FROM returns RETURNING refund) SELECT sum(refund) FROM gone
WITH x AS (INSERT INTO regions VALUES (9, 'x') RETURNING *) SELECT * FROM x
WITH x AS (UPDATE products SET list_price = 0 RETURNING *) SELECT count(*) FROM x
WITH x AS (MERGE INTO products p USING categories c ON true WHEN MATCHED THEN DELETE RETURNING 1) SELECT 1 FROM x
WITH a AS (SELECT 1), b AS (DELETE FROM orders RETURNING *) SELECT * FROM a
WITH a AS (WITH b AS (DELETE FROM stores RETURNING name) TABLE b) SELECT name FROM a
WITH x AS (SELECT 1) DELETE FROM orders
WITH x AS (SELECT 1) INSERT INTO regions SELECT 9, 'x' FROM x
WITH x AS (SELECT 1) UPDATE products SET list_price = 0
SELECT * FROM (DELETE FROM orders RETURNING *) x
SELECT * INTO copies FROM orders
SELECT * INTO TEMP copies FROM orders
SELECT 1 INTO UNLOGGED TABLE copies
SELECT name INTO OUTFILE '/srv/x' FROM regions
WITH x AS (SELECT * FROM orders) SELECT * INTO copies FROM x
SELECT * FROM orders UNION SELECT * INTO copies FROM orders

-- definitions: select-only syntax
CREATE TABLE x (a int)
CREATE TABLE x AS SELECT * FROM orders
CREATE TEMP TABLE x AS SELECT 1
CREATE TEMPORARY VIEW v AS SELECT 1
CREATE OR REPLACE VIEW v AS SELECT * FROM orders
CREATE MATERIALIZED VIEW v AS SELECT 1
CREATE INDEX ON orders (status)
CREATE UNIQUE INDEX CONCURRENTLY i ON orders (status)
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'
CREATE EXTENSION dblink
CREATE SCHEMA s
CREATE SEQUENCE s
CREATE TYPE t AS (a int)
CREATE DOMAIN d AS int
CREATE ROLE r SUPERUSER
CREATE USER u PASSWORD 'x'
CREATE DATABASE d
CREATE TABLESPACE t LOCATION '/srv'
CREATE TRIGGER t BEFORE INSERT ON orders EXECUTE FUNCTION f()
CREATE RULE r AS ON SELECT TO orders DO INSTEAD SELECT 1
CREATE POLICY p ON orders USING (true)
CREATE AGGREGATE a (int) (sfunc = int4pl, stype = int)
CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq)
CREATE COLLATION c FROM "C"
CREATE FOREIGN TABLE f (a int) SERVER s
CREATE USER MAPPING FOR u SERVER s
CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p
CREATE PUBLICATION everything FOR TABLES IN SCHEMA shop
CREATE STATISTICS s ON a, b FROM orders
CREATE ACCESS METHOD m TYPE INDEX HANDLER h
CREATE LANGUAGE plpython3u
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION f(internal))
ALTER TABLE orders ADD COLUMN x int
ALTER TABLE orders DROP COLUMN status
ALTER TABLE orders RENAME TO o
ALTER TABLE orders OWNER TO troupe_reader
ALTER TABLE orders DISABLE ROW LEVEL SECURITY
ALTER ROLE troupe_reader SUPERUSER
ALTER SYSTEM SET fsync = off
ALTER DATABASE d SET search_path = internal
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC
ALTER SEQUENCE s RESTART
ALTER FUNCTION f() SECURITY DEFINER
ALTER VIEW v RENAME TO w
DROP TABLE orders
DROP TABLE IF EXISTS orders CASCADE
DROP SCHEMA shop CASCADE
DROP VIEW v
DROP OWNED BY troupe_reader
DROP ROLE troupe_reader
DROP FUNCTION f
GRANT ALL ON orders TO PUBLIC
GRANT troupe_owner TO troupe_reader
REVOKE ALL ON orders FROM PUBLIC
REASSIGN OWNED BY a TO b
COMMENT ON TABLE orders IS 'x'
SECURITY LABEL FOR selinux ON TABLE products IS 'public'
IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y
REFRESH MATERIALIZED VIEW v
REINDEX TABLE orders
CLUSTER orders
VACUUM
VACUUM FULL orders
ANALYZE orders

-- session: select-only syntax one-statement
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
SET search_path TO internal
SET LOCAL statement_timeout = 0
SET default_transaction_read_only = off
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
SET CONSTRAINTS ALL IMMEDIATE
SET TIME ZONE 'UTC'
SET a.b = 'c'
RESET statement_timeout
RESET ROLE
SHOW ALL
SHOW search_path
SHOW data_directory
BEGIN
BEGIN; SELECT 1
START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE
COMMIT
END
ABORT
ROLLBACK
ROLLBACK TO SAVEPOINT a
SAVEPOINT before
RELEASE SAVEPOINT a
PREPARE p AS SELECT 1
PREPARE p(int) AS DELETE FROM orders
PREPARE TRANSACTION 'half'
COMMIT PREPARED 'x'
EXECUTE stored_statement
EXECUTE p(1)
EXECUTE IMMEDIATE 'SELECT 1'
DEALLOCATE ALL
DISCARD ALL
DECLARE c CURSOR FOR SELECT 1
FETCH ALL FROM c
MOVE 1 IN c
CLOSE c
LISTEN price_changes
UNLISTEN *
NOTIFY price_changes, 'now'
LOCK TABLE orders
LOCK orders IN ACCESS EXCLUSIVE MODE
LOAD 'x'
CHECKPOINT
CALL p()
CALL internal.payroll()
DO $$ BEGIN PERFORM 1; END $$
DO LANGUAGE plpgsql 'BEGIN END'
COPY orders TO '/srv/x'
COPY returns (reason) TO STDOUT WITH CSV
COPY orders FROM PROGRAM 'id'
COPY (SELECT * FROM orders) TO PROGRAM 'cat > /srv/x'
COPY orders FROM STDIN
EXPLAIN SELECT 1
EXPLAIN ANALYZE DELETE FROM orders
EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM orders
EXPLAIN (FORMAT JSON) SELECT * FROM internal.employees
DESCRIBE orders
USE shop
KILL 1
ATTACH DATABASE 'x' AS y
PRAGMA table_info(orders)
VALUES (1), (2)

-- several: one-statement syntax
SELECT 1; SELECT 2
SELECT count(*) FROM stores; DROP TABLE stores
SELECT 1;;DROP TABLE orders
; DROP TABLE orders
SELECT name FROM regions; --
SELECT 1 /* ; */; DELETE FROM orders
SELECT 1; COMMIT; SET ROLE postgres
BEGIN; DELETE FROM orders; COMMIT
SELECT $$;$$; DROP TABLE orders
SELECT ';'; DROP TABLE orders
SELECT 1 \; SELECT 2
SELECT 1 \gexec

-- locks: locking
SELECT name FROM stores FOR UPDATE
SELECT * FROM orders FOR NO KEY UPDATE
SELECT name FROM stores FOR SHARE
SELECT * FROM orders FOR KEY SHARE
SELECT * FROM orders FOR UPDATE OF orders NOWAIT
SELECT * FROM orders FOR UPDATE SKIP LOCKED
SELECT * FROM (SELECT * FROM orders FOR UPDATE) x
WITH x AS (SELECT * FROM orders FOR SHARE) SELECT * FROM x
SELECT * FROM orders LIMIT 1 FOR UPDATE
SELECT * FROM orders LOCK IN SHARE MODE

-- files: functions fields row-limit syntax
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_file('/etc/passwd', 0, 100)
SELECT pg_read_binary_file('/etc/passwd')
SELECT pg_catalog.pg_read_file('/etc/passwd')
SELECT pg_ls_dir('.')
SELECT * FROM pg_ls_dir('/')
SELECT * FROM pg_ls_waldir()
SELECT name FROM pg_ls_logdir() ORDER BY size
SELECT (pg_stat_file('base')).size
SELECT * FROM pg_stat_file('base')
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/srv/x')
SELECT lo_create(0)
SELECT lo_from_bytea(0, 'x')
SELECT lo_get(1)
SELECT lo_put(1, 0, 'x')
SELECT loread(1, 1)
SELECT lo_open(1, 1)
SELECT lo_unlink(1)
SELECT pg_file_write('x', 'y', true)
SELECT pg_current_logfile()
SELECT pg_rotate_logfile()
SELECT x.* FROM pg_read_file('/etc/passwd') AS x
SELECT name, pg_read_file('/etc/passwd') FROM regions
SELECT name FROM regions WHERE pg_read_file('/etc/passwd') LIKE 'root%'
SELECT name FROM regions ORDER BY pg_read_file('/etc/passwd')
SELECT name FROM regions GROUP BY name, pg_read_file('/etc/passwd')
SELECT count(*) FROM regions HAVING pg_read_file('/etc/passwd') IS NOT NULL
SELECT count(*) FILTER (WHERE pg_read_file('x') IS NULL) FROM regions
SELECT sum(region_id) OVER (PARTITION BY pg_read_file('x')) FROM regions
SELECT * FROM regions LIMIT length(pg_read_file('x'))
SELECT * FROM regions OFFSET length(pg_read_file('x'))
SELECT * FROM regions r LEFT JOIN LATERAL pg_ls_dir('.') d ON true
SELECT * FROM regions r JOIN stores s ON pg_read_file('x') IS NULL
SELECT CASE WHEN pg_read_file('x') IS NULL THEN 1 END
SELECT ARRAY[pg_read_file('x')]
SELECT ARRAY(SELECT pg_read_file('x'))
SELECT (ARRAY['x'])[length(pg_read_file('x'))]
SELECT ROW(pg_read_file('x'))
SELECT (SELECT pg_read_file('x'))
SELECT 1 WHERE 1 IN (length(pg_read_file('x')))
SELECT coalesce(pg_read_file('x'), 'y')
SELECT upper(lower(trim(pg_read_file('x'))))
SELECT DISTINCT ON (pg_read_file('x')) name FROM regions
SELECT string_agg(name, pg_read_file('x')) FROM regions
SELECT string_agg(name, ',' ORDER BY pg_read_file('x')) FROM regions
SELECT * FROM (VALUES (pg_read_file('x'))) AS t(a)
SELECT * FROM unnest(ARRAY[pg_read_file('x')]) u
SELECT * FROM generate_series(1, length(pg_read_file('x')))
WITH x AS (SELECT pg_read_file('x') AS t) SELECT t FROM x
SELECT pg_read_file('x') UNION SELECT name FROM regions
SELECT name FROM regions EXCEPT SELECT pg_read_file('x')
SELECT pg_read_file('x')::text
SELECT CAST(pg_read_file('x') AS int)
SELECT pg_read_file(filename => 'x')
SELECT pg_read_file(VARIADIC ARRAY['x'])
SELECT json_build_object('a', pg_read_file('x'))
SELECT make_interval(days => length(pg_read_file('x')))
SELECT name FROM regions TABLESAMPLE BERNOULLI (length(pg_read_file('x')))
SELECT interval '1 day' * length(pg_read_file('x'))
SELECT name FROM regions WHERE (name, pg_read_file('x')) = ('a', 'b')
SELECT name FROM regions WHERE name BETWEEN pg_read_file('x') AND 'z'
SELECT name FROM regions WHERE name LIKE pg_read_file('x')
SELECT sum(region_id) OVER w FROM regions WINDOW w AS (ORDER BY pg_read_file('x'))
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY length(pg_read_file('x'))) FROM regions
SELECT status FROM orders GROUP BY GROUPING SETS ((status), (pg_read_file('x')))

-- attribute: columns fields syntax
SELECT x.pg_read_file FROM unnest(ARRAY['/etc/passwd']) AS x
SELECT x.pg_read_file FROM unnest(ARRAY['/etc/passwd']) x
SELECT (x).pg_read_file FROM unnest(ARRAY['/etc/passwd']) x
SELECT ('/etc/passwd'::text).pg_read_file
SELECT ('/etc/passwd').pg_read_file
SELECT (0.1).pg_sleep
SELECT g.pg_sleep FROM generate_series(0.1, 0.2) g
SELECT (g.g).pg_sleep FROM generate_series(0.1, 0.2) g
SELECT (SELECT 0.1).pg_sleep
SELECT x.pg_sleep FROM (unnest(ARRAY[0.1]) x CROSS JOIN regions)
SELECT x.lo_get FROM unnest(ARRAY[1]) x
SELECT x.set_masklen FROM unnest(ARRAY[1]) x
SELECT x.current_setting FROM unnest(ARRAY['data_directory']) x
SELECT x.lo_unlink FROM LATERAL unnest(ARRAY[1]) AS x
SELECT x.currval FROM jsonb_array_elements_text('["s"]') AS x
SELECT unnest.current_setting FROM unnest(ARRAY['data_directory'])
SELECT generate_series.pg_sleep FROM generate_series(0.1, 0.2)
SELECT x.nextval FROM string_to_table('s', ',') AS x
SELECT x.pg_read_file FROM ROWS FROM (unnest(ARRAY['/etc/passwd'])) AS x
SELECT x.current_setting FROM upper('data_directory') AS x
SELECT x.current_setting FROM CAST('data_directory' AS text) AS x
SELECT x.pg_read_file FROM regexp_split_to_table('/etc/passwd', ',') x
SELECT (regions).name FROM regions
SELECT (r).* FROM regions r
SELECT (pg_stat_file('PG_VERSION')).*
SELECT r.pg_typeof FROM regions r
SELECT ((r.name)).upper FROM regions r
SELECT (ARRAY['/etc/passwd'])[1].pg_read_file
SELECT (r.name).current_setting FROM regions r
SELECT r.name.current_setting FROM regions r

-- network: functions fields
SELECT dblink_connect('host=10.0.0.1')
SELECT * FROM dblink('host=10.0.0.1', 'SELECT 1') AS t(a int)
SELECT dblink_exec('DROP TABLE orders')
SELECT dblink_send_query('a', 'b')
SELECT postgres_fdw_get_connections()
SELECT inet_server_addr()
SELECT inet_client_addr()
SELECT inet_server_port()
SELECT http_get('http://10.0.0.1')
SELECT http_post('http://10.0.0.1', 'x', 'y')
SELECT aws_s3.query_export_to_s3('SELECT 1', 'b', 'k')
SELECT aws_lambda.invoke('f', '{}')
SELECT pg_notify('c', 'x')
SELECT * FROM OPENROWSET('SQLNCLI', 'x', 'SELECT 1')

-- dynamic: functions casts fields shapes syntax
SELECT query_to_xml('SELECT * FROM internal.employees', true, false, '')
SELECT query_to_xmlschema('SELECT 1', true, false, '')
SELECT query_to_xml_and_xmlschema('SELECT 1', true, false, '')
SELECT table_to_xml('internal.employees', true, false, '')
SELECT schema_to_xml('internal', true, false, '')
SELECT database_to_xml(true, false, '')
SELECT cursor_to_xml('c', 1, true, false, '')
SELECT * FROM crosstab('SELECT 1, 2, 3') AS t(a int, b int)
SELECT connectby('employees', 'a', 'b', 'c', 0)
SELECT ts_stat('SELECT name FROM internal.employees')
SELECT * FROM ts_stat('SELECT 1')
SELECT ts_rewrite('a'::tsquery, 'SELECT 1')
SELECT ts_rewrite(to_tsquery('a'), 'SELECT t, s FROM internal.employees')
SELECT xpath('/a', '<a/>')
SELECT xmlparse(document '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
SELECT xmlelement(name foo, 'x')
SELECT '<a/>'::xml
SELECT CAST('x' AS xml)
SELECT * FROM xmltable('/a' PASSING '<a/>' COLUMNS b int)
SELECT xmlserialize(content '<a/>' AS text)
SELECT xmlconcat('<a/>', '<b/>')
SELECT xmlforest(name) FROM regions
SELECT * FROM json_table('[1]', '$[*]' COLUMNS (a int PATH '$'))
SELECT sys_eval('id')
SELECT plpython3u('x')
SELECT json_populate_record(NULL::internal.employees, '{}')
SELECT json_populate_record(NULL::employees, '{}')
SELECT query_to_json('SELECT 1')

-- admin: functions fields
SELECT pg_sleep(1)
SELECT pg_sleep_for('1 minute')
SELECT pg_sleep_until('tomorrow')
SELECT pg_terminate_backend(1)
SELECT pg_cancel_backend(1)
SELECT pg_reload_conf()
SELECT pg_switch_wal() IS NULL
SELECT pg_promote()
SELECT pg_create_restore_point('x')
SELECT pg_backup_start('x')
SELECT pg_start_backup('x')
SELECT pg_create_physical_replication_slot('mine', true)
SELECT pg_create_logical_replication_slot('s', 'test_decoding')
SELECT pg_drop_replication_slot('s')
SELECT * FROM pg_logical_slot_get_changes('s', NULL, NULL)
SELECT * FROM pg_logical_slot_peek_changes('s', NULL, NULL)
SELECT pg_logical_emit_message(true, 'a', 'b')
SELECT pg_replication_origin_create('x')
SELECT pg_wal_replay_pause()
SELECT pg_advisory_lock(7, 8)
SELECT pg_advisory_xact_lock(1)
SELECT pg_try_advisory_lock(1)
SELECT pg_advisory_unlock_all()
SELECT pg_stat_reset()
SELECT pg_stat_clear_snapshot()
SELECT pg_log_backend_memory_contexts(1)
SELECT length(pg_export_snapshot())
SELECT txid_current_if_assigned()
SELECT pg_current_xact_id()
SELECT pg_current_wal_lsn()
SELECT pg_last_wal_replay_lsn()
SELECT nextval('s')
SELECT setval('s', 1)
SELECT currval('returns_id')
SELECT lastval()
SELECT set_config('search_path', 'internal', false)
SELECT set_config('default_transaction_read_only', 'off', false)
SELECT setseed(0.5)
SELECT pg_prewarm('orders')
SELECT pg_import_system_collations('shop')
SELECT pg_extension_config_dump('x', '')
SELECT pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')
SELECT brin_summarize_new_values('i')
SELECT gin_clean_pending_list('i')
SELECT internal.payroll()
SELECT payroll()
SELECT shop.payroll()
SELECT pg_catalog.pg_sleep(1)
SELECT pg_catalog.count(*) FROM regions
SELECT "pg_sleep"(1)
SELECT "pg_catalog"."pg_sleep"(1)
SELECT PG_SLEEP (1)
SELECT upper(pg_sleep(1)::text)
SELECT binary_upgrade_set_next_pg_authid_oid(1)
SELECT lower(current_setting('data_directory'))
SELECT plpgsql_call_handler()
SELECT amvalidate(1)
SELECT pg_partition_root('orders')
SELECT currtid2('orders', '(0,1)')
SELECT pg_table_size('orders')
SELECT pg_total_relation_size('orders')
SELECT pg_database_size('postgres')
SELECT pg_relation_filepath('orders')

-- catalogs: allowed-tables schemas functions casts words columns fields syntax
SELECT usename FROM pg_catalog.pg_user
SELECT * FROM pg_user
SELECT * FROM pg_shadow
SELECT * FROM pg_authid
TABLE pg_auth_members
SELECT usename FROM pg_stat_activity
SELECT * FROM pg_tables
SELECT * FROM pg_class
SELECT * FROM pg_proc
SELECT * FROM pg_settings
SELECT * FROM pg_hba_file_rules
SELECT * FROM pg_file_settings
SELECT query FROM pg_stat_statements
SELECT data FROM pg_largeobject
SELECT * FROM information_schema.tables
SELECT * FROM information_schema.columns
SELECT * FROM INFORMATION_SCHEMA.TABLES
SELECT * FROM "information_schema"."tables"
SELECT * FROM pg_temp.x
SELECT * FROM pg_toast.pg_toast_1
SELECT * FROM shopdb.shop.regions
SELECT * FROM shopdb.information_schema.tables
SELECT * FROM sqlite_master
SELECT * FROM mysql.user
SELECT * FROM sys.databases
SELECT name FROM regions UNION SELECT rolname FROM pg_roles
SELECT name FROM regions WHERE EXISTS (SELECT 1 FROM pg_shadow)
SELECT current_user
SELECT session_user
SELECT user
SELECT current_role
SELECT system_user
SELECT user, name FROM regions
SELECT name FROM regions WHERE name = CURRENT_ROLE
SELECT current_catalog
SELECT current_database()
SELECT current_schema
SELECT current_schema()
SELECT current_schemas(false)
SELECT current_query()
SELECT current_setting('search_path')
SELECT version()
SELECT pg_version()
SELECT pg_backend_pid()
SELECT pg_postmaster_start_time()
SELECT pg_conf_load_time()
SELECT pg_typeof(1)
SELECT pg_get_viewdef('pg_tables', true)
SELECT pg_get_functiondef(1)
SELECT pg_get_constraintdef(1)
SELECT pg_get_userbyid(10)
SELECT pg_get_keywords()
SELECT pg_describe_object(1, 1, 1)
SELECT obj_description(1)
SELECT col_description(1, 1)
SELECT shobj_description(1, 'pg_database')
SELECT format_type(23, NULL)
SELECT has_table_privilege('internal.employees', 'SELECT')
SELECT has_schema_privilege('internal', 'USAGE')
SELECT row_security_active('orders')
SELECT to_regclass('internal.employees')
SELECT to_regproc('upper')
SELECT to_regtype('int')
SELECT to_regrole('postgres')
SELECT to_regnamespace('internal')
SELECT 'internal.employees'::regclass
SELECT CAST('internal.employees' AS regclass)
SELECT CAST('internal.employees' AS pg_catalog.regclass)
SELECT regclass 'internal.employees'
SELECT pg_catalog.regclass 'internal.employees'
SELECT 'internal.employees'::"regclass"
SELECT 'internal.employees'::RegClass::oid
SELECT 'internal.employees'::regclass::int
SELECT 1::regclass
SELECT 'upper'::regproc
SELECT 'upper(text)'::regprocedure
SELECT '+'::regoper
SELECT '+(int,int)'::regoperator
SELECT 'int'::regtype
SELECT 'postgres'::regrole
SELECT 'internal'::regnamespace
SELECT 'english'::regconfig
SELECT 'simple'::regdictionary
SELECT 'C'::regcollation
SELECT 1::oid
SELECT 'x'::name
SELECT '(0,1)'::tid
SELECT 'x'::cstring
SELECT '0/0'::pg_lsn
SELECT '1'::xid
SELECT 'x'::pg_node_tree
SELECT NULL::regions
SELECT NULL::internal.employees
SELECT ROW(1, 'a')::regions
SELECT '(1,a,b)'::employees
SELECT '{1}'::regclass[]
SELECT ARRAY['pg_class']::regclass[]
SELECT 'x'::unknown_type
SELECT tableoid FROM regions
SELECT r.ctid, r.xmin FROM regions r
SELECT xmax, cmin, cmax FROM regions
SELECT tableoid::regclass FROM regions
SELECT "tableoid" FROM regions

-- tables: allowed-tables schemas columns casts fields syntax
SELECT * FROM employees
SELECT * FROM internal.employees
SELECT * FROM "internal"."employees"
SELECT * FROM Internal.Employees
SELECT salary FROM public.employees
SELECT * FROM internal.regions
SELECT * FROM "Regions"
SELECT * FROM "REGIONS"
SELECT * FROM "regions "
SELECT employees::text FROM employees
SELECT employees.name FROM regions
SELECT e.name FROM regions r
SELECT internal.employees.name FROM regions
SELECT * FROM regions, employees
SELECT * FROM regions r JOIN employees e ON true
SELECT * FROM regions NATURAL JOIN employees
SELECT * FROM regions CROSS JOIN internal.api_keys
SELECT * FROM regions r LEFT JOIN LATERAL (SELECT * FROM employees) e ON true
SELECT * FROM regions r, LATERAL (SELECT * FROM employees) e
SELECT (SELECT salary FROM employees LIMIT 1)
SELECT (SELECT max(salary) FROM internal.employees) FROM regions
SELECT max(e.salary) FROM (SELECT salary FROM employees) e
SELECT * FROM (SELECT * FROM (SELECT * FROM internal.employees) a) b
SELECT name FROM regions WHERE region_id IN (SELECT employee_id FROM employees)
SELECT name FROM regions WHERE EXISTS (SELECT 1 FROM employees)
SELECT name FROM regions WHERE region_id = ANY (SELECT employee_id FROM employees)
SELECT name FROM regions WHERE region_id > ALL (SELECT salary FROM employees)
SELECT name FROM regions ORDER BY (SELECT salary FROM employees LIMIT 1)
SELECT name FROM regions GROUP BY name HAVING count(*) > (SELECT count(*) FROM employees)
SELECT name FROM regions LIMIT (SELECT count(*) FROM employees)
SELECT name FROM regions OFFSET (SELECT count(*) FROM employees)
SELECT sum(region_id) OVER (ORDER BY (SELECT 1 FROM employees)) FROM regions
SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM employees)) FROM regions
SELECT CASE WHEN EXISTS (SELECT 1 FROM employees) THEN 1 END
SELECT ARRAY(SELECT name FROM employees)
SELECT name FROM regions UNION SELECT name FROM employees
SELECT name FROM regions UNION ALL (SELECT name FROM employees)
SELECT name FROM regions INTERSECT SELECT name FROM employees
SELECT name FROM regions EXCEPT SELECT name FROM employees
(SELECT name FROM employees)
((SELECT name FROM employees))
TABLE employees
TABLE internal.employees
SELECT * FROM regions UNION TABLE employees
SELECT * FROM (TABLE employees) x
WITH employees AS (SELECT * FROM employees) SELECT * FROM employees
WITH x AS (SELECT * FROM employees) SELECT * FROM x
WITH x AS (TABLE employees) SELECT * FROM x
WITH x AS (SELECT * FROM y), y AS (SELECT 1), employees AS (SELECT * FROM employees) SELECT 1
WITH x AS (SELECT * FROM employees), employees AS (SELECT 1) SELECT * FROM x
WITH employees AS (SELECT 1 AS a) SELECT * FROM internal.employees
WITH employees AS (SELECT 1 AS a) SELECT * FROM shop.employees
SELECT * FROM (WITH employees AS (SELECT 1 AS a) SELECT * FROM employees) x, employees
(WITH employees AS (SELECT 1 AS a) SELECT * FROM employees) UNION SELECT employee_id FROM employees
WITH a AS (WITH employees AS (SELECT 1) SELECT * FROM employees) SELECT * FROM employees
SELECT (WITH employees AS (SELECT 1) SELECT count(*) FROM employees), (SELECT count(*) FROM employees)
WITH "Employees" AS (SELECT 1) SELECT * FROM employees
WITH RECURSIVE x AS (SELECT name FROM employees UNION SELECT name FROM x) SELECT * FROM x
SELECT * FROM ONLY employees
SELECT * FROM ONLY (employees)
SELECT * FROM employees *
SELECT * FROM employees TABLESAMPLE SYSTEM (100)
SELECT * FROM employees AS regions
SELECT regions.name FROM employees AS regions
SELECT * FROM (employees)
SELECT * FROM ((employees CROSS JOIN regions))
SELECT * FROM (regions JOIN employees ON true) AS j
SELECT row_to_json(employees) FROM employees
SELECT count(employees.*) FROM employees
SELECT json_agg(e) FROM internal.employees e
SELECT * FROM json_to_recordset('[]') AS x(a employees)
SELECT salary FROM еmployees
SELECT * FROM ｅmployees
SELECT * FROM regions r WHERE r.name = (SELECT min(e.name) FROM employees e WHERE e.employee_id = r.region_id)

-- columns: denied-columns shapes
SELECT email FROM customers
SELECT c.email FROM customers c
SELECT customers.email FROM customers
SELECT "email" FROM customers
SELECT EMAIL FROM customers
SELECT upper(email) FROM customers
SELECT count(email) FROM customers
SELECT last_name FROM customers WHERE email LIKE 'a%'
SELECT last_name FROM customers ORDER BY email
SELECT c.last_name FROM customers c JOIN orders o ON o.coupon = c.email
SELECT (SELECT c.email) FROM customers c
SELECT x.email FROM (SELECT email FROM customers) x
WITH x AS (SELECT email AS e FROM customers) SELECT e FROM x
SELECT last_name FROM customers TABLESAMPLE SYSTEM (100)

-- obfuscated: allowed-tables schemas functions casts characters columns fields one-statement operators round-trip row-limit select-only shapes syntax
SELECT salary FROM -- here⏎employees
SELECT * FROM/**/employees
SELECT/**/*/**/FROM/**/internal/**/./**/employees
SELECT * FROM internal . employees
SELECT * FROM⇥employees
SELECT * FROM⏎⏎⏎employees
sElEcT * fRoM eMpLoYeEs
SELECT /* one /* two */ one */ pg_sleep(2)
SELECT /*! pg_sleep(1) */ pg_sleep(1)
SELECT 1 --⏎; DROP TABLE orders
SELECT pg_/* */sleep(2)
SELECT pg_sleep/**/(1)
SELECT pg_sleep⏎(1)
SELECT U&"\0070g_sleep"(1)
SELECT U&"pg!005Fsleep" UESCAPE '!' (1)
SELECT * FROM U&"\0065mployees"
SELECT U&"n\0061me" FROM regions
SELECT * FROM u&"employees"
SELECT * FROM U& "\0065mployees"
SELECT B'101'
SELECT X'1F'
SELECT $1
SELECT ?
SELECT :name
SELECT %s
SELECT %(name)s
SELECT @@version
SELECT @x
SELECT `name` FROM regions
SELECT name FROM [employees]
SELECT 1 OPERATOR(pg_catalog.+) 2
SELECT OPERATOR(pg_catalog.-) 1
SELECT name FROM regions ORDER BY name USING <
SELECT name FROM regions ORDER BY name USING OPERATOR(pg_catalog.<)
SELECT name FROM regions WHERE name = ANY (SELECT name FROM regions) OR pg_sleep(1) IS NULL
SELECT * FROM regions WHERE name = 'a' 'b' DROP TABLE orders
SELECT * FROM regions WHERE name = '' OR 1=1; DROP TABLE orders --'
SELECT chr(68) || pg_sleep(1)
SELECT $a$;$a$ || pg_read_file($b$PG_VERSION$b$)
SELECT lo_import('/etc/' || 'passwd')
SELECT convert_from(pg_read_binary_file('/etc/passwd'), 'UTF8')
SELECT decode('70677c', 'hex')
SELECT encode('x'::bytea, 'base64')
SELECT 'x'::bytea
SELECT {d '2024-01-01'}
SELECT #comment
SELECT * FROM regions # comment
good morning
2026
SELECT
SELECT name FROM
SELECT FROM
SELECT * regions
SELECT 'open
SELECT "open
SELECT $$open
SELECT /* open
SELECT (1
SELECT 1)
;
--
/* */
SELECT * FROM regions WHERE
SELECT name FROM regions LIMIT -1
SELECT name FROM regions LIMIT 'a'
SELECT name FROM regions LIMIT 1 + 1
SELECT TOP 5 name FROM regions
SELECT name FROM regions QUALIFY row_number() OVER () = 1
SELECT * EXCEPT (name) FROM regions
SELECT * EXCLUDE (name) FROM regions
SELECT * REPLACE (1 AS name) FROM regions
SELECT /*+ PARALLEL(8) */ pg_sleep(1)
SELECT a.* FROM regions a PIVOT (count(*) FOR name IN ('x'))
SELECT name FROM regions USE INDEX (x)
SELECT name FROM regions CONNECT BY PRIOR a = b
SELECT name FROM regions FOR JSON AUTO
SELECT name FROM regions FOR SYSTEM_TIME AS OF '2020-01-01'
SELECT name FROM regions AT (TIMESTAMP => 'x')
SELECT DATE_TRUNC(pg_sleep(1), now())
SELECT TRY_CAST('a' AS int)
SELECT name::!text FROM regions
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM 'file.csv'
SELECT * FROM s3('x')
SELECT * FROM url('http://10.0.0.1')
SELECT LOAD_FILE('/etc/passwd')
SELECT xp_cmdshell('id')
SELECT UTL_HTTP.REQUEST('http://10.0.0.1')
SELECT BENCHMARK(1000000, MD5('a'))
SELECT SLEEP(5)
WAITFOR DELAY '0:0:5'
SELECT system('id')
SELECT eval('x')
SELECT sys_context('a', 'b')

-- sizes: sizes functions
SELECT * FROM generate_series(1, 1000000000)
SELECT count(*) FROM generate_series(1, 10000 * 10000)
SELECT count(*) FROM generate_series(1, 1e9::bigint)
SELECT generate_series(1, 1000000)
SELECT generate_series(-1000000, 0)
SELECT count(*) FROM generate_series(1, 10000) a, generate_series(1, 10000) b
SELECT count(*) FROM generate_series(1, 2 ^ 40)
SELECT count(*) FROM generate_series('2000-01-01'::timestamp, '2024-01-01', '1 second')
SELECT count(*) FROM generate_series(now() - interval '10 years', now(), interval '1 second')
SELECT count(*) FROM generate_series('2000-01-01'::timestamp, '2024-01-01', interval '1 microsecond')
SELECT count(*) FROM generate_series(1, (SELECT 1000000000))
SELECT count(*) FROM generate_series(1, 10, 0)
SELECT repeat('x', 1000000000)
SELECT repeat('x', 10000 * 10000)
SELECT repeat(repeat('x', 9999), 9999)
SELECT length(repeat('x', 500000000))
SELECT lpad('x', 1000000000, 'y')
SELECT rpad('x', 1000000000)
SELECT string_agg(repeat('x', 1000000), '') FROM generate_series(1, 1000000)
SELECT format('%1000000000s', 'x')
SELECT format('%*s', 1000000000, 'x')
SELECT array_fill(1, ARRAY[10000, 10000])
SELECT factorial(50000)
SELECT 9.0 ^ 100000
SELECT power(10::numeric, 100000)
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r LIMIT 10
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE true) SELECT count(*) FROM r
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1000000000) SELECT count(*) FROM r
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT a.n FROM r a CROSS JOIN regions) SELECT count(*) FROM r
SELECT count(*) FROM order_lines a, order_lines b, order_lines c
SELECT count(*) FROM order_lines a CROSS JOIN order_lines b CROSS JOIN order_lines c
SELECT count(*) FROM order_lines a JOIN order_lines b ON true JOIN order_lines c ON 1 = 1
SELECT count(*) FROM order_lines a, order_lines b, order_lines c, order_lines d WHERE a.quantity = b.quantity
SELECT name FROM regions WHERE name ~ '(a+)+$'
SELECT name FROM regions WHERE name ~ '(a*)*b'
SELECT name FROM regions WHERE name ~ '([a-z]+)*$'
SELECT name FROM regions WHERE name ~ '(x{1,1000}){1,1000}'
SELECT regexp_replace(name, '(a+)+', 'b') FROM regions
SELECT name FROM regions WHERE name SIMILAR TO '(a+)+'
SELECT name FROM regions WHERE name ~ '(a|b)\1+'

-- injection: words functions syntax
SELECT date_part('epoch from (select max(salary) from internal.employees)) + extract(year', order_date) FROM orders
SELECT date_part('a'' || 1 ||''', order_date) FROM orders
SELECT date_part('year from now()) || pg_sleep(1) || extract(year', now())
SELECT extract("epoch from (select 1)) + extract(year" from order_date) FROM orders
SELECT date_trunc('x'') || pg_sleep(1) || (''y', order_date) FROM orders
SELECT shipped_at AT TIME ZONE 'UTC'' || pg_sleep(1) || ''' || pg_sleep(1) FROM orders
SELECT 1 AS "a"", pg_sleep(1) AS ""b", pg_sleep(1)
SELECT coalesce('{}'::jsonb ->> 'a'' || pg_sleep(1) || ''', pg_sleep(1)::text)
SELECT 'a' COLLATE "C" || pg_sleep(1) || '"
SELECT to_char(now(), 'YYYY'') || pg_sleep(1) || (''') || pg_sleep(1)
