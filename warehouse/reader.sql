-- The role `troupe_reader`, under which questions run: SELECT on the visible columns of `shop`, nothing else.
-- Run by sample.py, as superuser, after schema.sql; may be run again.
--
-- PostgreSQL lets every role call some 3,000 functions and read its system catalogs. Here it is the other way
-- round: for this database PUBLIC loses all of it, and the reader gets back an allow-list of functions that
-- only compute. Settings such as the read-only default can be switched off by the session itself; they are
-- there against accidents. What protects is what is not granted.
--
-- PostgreSQL lets no one take from a role: statements about its own session (SET, SHOW, LISTEN), and its own
-- password and defaults (ALTER ROLE). The adapter runs every query as a cursor, which only a SELECT can be.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'troupe_reader') THEN
        CREATE ROLE troupe_reader;
    END IF;
END $$;

ALTER ROLE troupe_reader WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS
    CONNECTION LIMIT 40;
ALTER ROLE troupe_reader RESET ALL;
ALTER ROLE troupe_reader SET default_transaction_read_only = on;
ALTER ROLE troupe_reader SET statement_timeout = '30s';
ALTER ROLE troupe_reader SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE troupe_reader SET lock_timeout = '10s';
ALTER ROLE troupe_reader SET search_path = shop;
-- The reader cannot raise this one.
ALTER ROLE troupe_reader SET temp_file_limit = '256MB';

-- Databases: this one only, and no temporary tables in it.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT datname FROM pg_database LOOP
        EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name);
    END LOOP;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO troupe_reader', current_database());
    EXECUTE format('ALTER DATABASE %I SET search_path = shop', current_database());
END $$;

-- Languages: no DO blocks.
REVOKE ALL ON LANGUAGE plpgsql, sql FROM PUBLIC;

-- Schemas and tables.
REVOKE ALL ON SCHEMA public, information_schema, internal FROM PUBLIC, troupe_reader;
REVOKE ALL ON ALL TABLES IN SCHEMA public, information_schema, pg_catalog, internal FROM PUBLIC, troupe_reader;
REVOKE ALL ON ALL ROUTINES IN SCHEMA public, information_schema, pg_catalog, internal FROM PUBLIC, troupe_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, internal FROM PUBLIC, troupe_reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA shop TO troupe_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO troupe_reader;
-- Personal data: the table without the column.
REVOKE SELECT ON shop.customers FROM troupe_reader;
GRANT SELECT (customer_id, first_name, last_name, city, segment, birth_year, newsletter, joined_on)
    ON shop.customers TO troupe_reader;

-- Functions: those that compute their result from their arguments alone (IMMUTABLE), aggregates, what stands
-- behind operators and casts, and by name those that depend on the time zone, the clock or chance.
-- Left out by name: system internals that call themselves immutable, what runs SQL given as text (ts_stat,
-- ts_rewrite), and what fills memory in one call and has no use in a question (array_fill).
DO $$
DECLARE
    allowed text;
BEGIN
    SELECT string_agg(f.oid::regprocedure::text, ', ')
    INTO allowed
    FROM pg_proc f
    WHERE f.pronamespace = 'pg_catalog'::regnamespace
        AND (
            f.prokind = 'a'
            OR f.provolatile = 'i'
            OR f.oid IN (SELECT oprcode FROM pg_operator)
            OR f.oid IN (SELECT castfunc FROM pg_cast)
            OR f.proname IN (
                'now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'random',
                'age', 'date', 'date_add', 'date_part', 'date_subtract', 'date_trunc', 'extract', 'overlaps',
                'make_timestamptz', 'time', 'timestamp', 'timestamptz', 'timetz', 'timezone',
                'to_char', 'to_date', 'to_number', 'to_timestamp', 'generate_series', 'in_range',
                'concat', 'concat_ws', 'format', 'length', 'quote_literal', 'quote_nullable',
                'array_to_json', 'array_to_string', 'row_to_json', 'to_json', 'to_jsonb',
                'json_build_array', 'json_build_object', 'jsonb_build_array', 'jsonb_build_object',
                'json_to_record', 'json_to_recordset', 'jsonb_to_record', 'jsonb_to_recordset', 'gen_random_uuid',
                'to_tsvector', 'to_tsquery', 'plainto_tsquery', 'phraseto_tsquery', 'websearch_to_tsquery'
            )
        )
        AND f.prorettype NOT IN ('regclass'::regtype, 'xml'::regtype)
        AND NOT 'internal'::regtype = ANY (f.proargtypes::oid[])
        AND f.proname !~ '^(pg_|txid_|xml|xpath|satisfies_|icu_|acldefault|.*_validator$)'
        AND f.proname NOT IN ('array_fill', 'ts_stat', 'ts_parse', 'ts_token_type', 'ts_rewrite', 'makeaclitem');
    EXECUTE 'GRANT EXECUTE ON ROUTINE ' || allowed || ' TO troupe_reader';
    GRANT EXECUTE ON FUNCTION pg_size_pretty(bigint), pg_size_pretty(numeric) TO troupe_reader;
END $$;
