-- The role `troupe_reader` on Aurora: SELECT on the visible columns of `shop`, nothing else. Run by cloud.py.
--
-- reader.sql also takes PostgreSQL's own functions and system catalogs from PUBLIC. On Aurora they belong to AWS and
-- nobody can: there the guard alone holds questions to an allow-list of functions. What files, the network or other
-- people's sessions need, Aurora withholds from everybody.

ALTER ROLE troupe_reader WITH LOGIN NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT 40;
ALTER ROLE troupe_reader SET default_transaction_read_only = on;
ALTER ROLE troupe_reader SET statement_timeout = '30s';
ALTER ROLE troupe_reader SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE troupe_reader SET lock_timeout = '10s';
ALTER ROLE troupe_reader SET search_path = shop;

REVOKE ALL ON SCHEMA public, internal FROM PUBLIC;
REVOKE ALL ON FUNCTION internal.payroll FROM PUBLIC;
GRANT USAGE ON SCHEMA shop TO troupe_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO troupe_reader;
-- Personal data: the table without the column.
REVOKE SELECT ON shop.customers FROM troupe_reader;
GRANT SELECT (customer_id, first_name, last_name, city, segment, birth_year, newsletter, joined_on)
    ON shop.customers TO troupe_reader;
