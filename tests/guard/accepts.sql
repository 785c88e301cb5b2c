-- Legitimate statements that the guard must let through, on the sample warehouse.
-- One statement a line; ⏎ stands for a line break.

-- plain
SELECT name FROM regions
SELECT DISTINCT city FROM stores ORDER BY city
select name, list_price from products where list_price > 20 order by list_price desc limit 10
SELECT * FROM stores
SELECT s.* FROM stores s
SELECT s.*, r.name FROM stores s JOIN regions r ON r.region_id = s.region_id
SELECT COUNT(*) FROM orders
SELECT COUNT(DISTINCT customer_id) AS customers FROM orders
SELECT ALL name FROM regions
SELECT 1
SELECT 1 + 1 AS two, 'text' AS t, NULL AS nothing, TRUE AS yes
SELECT name FROM regions;
(SELECT name FROM regions)
SELECT "name" AS "Region Name" FROM "regions"
SELECT Name FROM Regions R WHERE r.NAME LIKE 'N%'
SELECT name FROM shop.regions
SELECT regions.name FROM shop.regions
SELECT shop.regions.name FROM shop.regions
SELECT count(*) FROM customers WHERE newsletter
SELECT count(*) FROM customers WHERE NOT newsletter
SELECT * FROM customers
SELECT c.* FROM customers c
SELECT count(*) AS n FROM customers c WHERE c.birth_year IS NULL
SELECT coalesce(city, 'unknown') AS city, count(*) FROM customers GROUP BY coalesce(city, 'unknown')
SELECT nullif(city, '') FROM customers
SELECT status, count(*) FROM orders GROUP BY status HAVING count(*) > 5 ORDER BY 2 DESC
SELECT status AS "group", count(*) AS "order" FROM orders GROUP BY status ORDER BY "order"
SELECT name FROM products WHERE list_price BETWEEN 10 AND 20
SELECT name FROM products WHERE list_price BETWEEN SYMMETRIC 20 AND 10
SELECT name FROM products WHERE NOT list_price BETWEEN 10 AND 20
SELECT name FROM products WHERE brand IN ('a', 'b')
SELECT name FROM products WHERE brand NOT IN ('a', 'b')
SELECT name FROM products WHERE name ILIKE '%shirt%' OR name LIKE '10!%%' ESCAPE '!'
SELECT name FROM products WHERE name NOT ILIKE '%shirt%'
SELECT name FROM products WHERE name SIMILAR TO '(a|b)%'
SELECT name FROM products WHERE name ~ '^[A-Z]' AND name !~ 'x$' AND name ~* 'o' AND name !~* 'q'
SELECT name FROM products WHERE discontinued IS TRUE
SELECT name FROM products WHERE discontinued IS NOT TRUE
SELECT name FROM products WHERE (weight_kg > 1) IS UNKNOWN
SELECT name FROM products WHERE weight_kg ISNULL
SELECT name FROM products WHERE weight_kg NOTNULL
SELECT count(*) FROM orders WHERE coupon IS DISTINCT FROM 'SUMMER'
SELECT count(*) FROM orders WHERE coupon IS NOT DISTINCT FROM NULL
SELECT name FROM products ORDER BY weight_kg DESC NULLS LAST, name ASC NULLS FIRST LIMIT 5 OFFSET 5
SELECT name FROM products ORDER BY list_price DESC FETCH FIRST 3 ROWS ONLY
SELECT name FROM products ORDER BY list_price DESC FETCH FIRST ROW ONLY
SELECT name FROM products ORDER BY list_price DESC OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY
SELECT name FROM products ORDER BY list_price FETCH FIRST 2 ROWS WITH TIES
SELECT name FROM products ORDER BY list_price LIMIT ALL
SELECT name FROM products ORDER BY random() LIMIT 3
SELECT o FROM orders o ORDER BY order_id LIMIT 2
SELECT count(o) FROM orders o
SELECT count(o.*) FROM orders o
SELECT count(*) AS orders FROM orders ORDER BY orders
TABLE regions

-- strings and comments
SELECT 'It''s; DELETE everything' AS note FROM regions
SELECT 'DROP TABLE regions; --' AS note
SELECT 'a' || ' -- ' || 'b' || ' /* c */ '
/* how many */ SELECT count(*) /* all of them */ FROM orders -- done
SELECT /* /* nested */ twice */ 1 AS one
SELECT $$It's a dollar$$ AS a, $tag$with $$ inside$tag$ AS b
SELECT E'it\'s\ta\\tab\nline' AS a, E'plain' AS b
SELECT 'C:\path\new' AS path
SELECT 'insert into update delete grant' AS words
SELECT 'größe 漢字 😀' AS "Größe"
SELECT 'select * from internal.employees' AS harmless
SELECT name AS "select", city AS "from" FROM stores
SELECT 'x' AS "a""b"
SELECT name FROM stores WHERE name = '''; DROP TABLE stores; --'
SELECT '%s {} $1 :x ?' AS markers
SELECT name FROM products WHERE name LIKE '%\_%'

-- joins
SELECT r.name, count(*) FROM stores s JOIN regions r USING (region_id) GROUP BY r.name
SELECT r.name, s.name FROM regions r LEFT JOIN stores s ON s.region_id = r.region_id
SELECT r.name, s.name FROM regions r LEFT OUTER JOIN stores s ON s.region_id = r.region_id AND s.floor_area > 100
SELECT r.name, s.name FROM stores s RIGHT JOIN regions r ON s.region_id = r.region_id
SELECT r.name, s.name FROM stores s FULL OUTER JOIN regions r ON s.region_id = r.region_id
SELECT r.name, c.name FROM regions r CROSS JOIN categories c
SELECT r.name, c.name FROM regions r, categories c
SELECT count(*) FROM orders NATURAL JOIN order_lines
SELECT c.first_name FROM customers c, orders o WHERE c.customer_id = o.customer_id AND o.status = 'open'
SELECT c.last_name FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id WHERE o.order_id IS NULL
SELECT a.name, b.name FROM stores a JOIN stores b ON a.region_id = b.region_id AND a.store_id < b.store_id
SELECT r.name, sum(l.quantity * l.unit_price * (1 - l.discount)) AS sales FROM order_lines l JOIN orders o ON o.order_id = l.order_id JOIN stores s ON s.store_id = o.store_id JOIN regions r ON r.region_id = s.region_id GROUP BY r.name ORDER BY sales DESC
SELECT p.name, c.name, r.reason FROM returns r JOIN order_lines l USING (order_line_id) JOIN products p USING (product_id) JOIN categories c USING (category_id)
SELECT s.name, latest.order_date FROM stores s LEFT JOIN LATERAL (SELECT o.order_date FROM orders o WHERE o.store_id = s.store_id ORDER BY o.order_date DESC LIMIT 1) latest ON true
SELECT s.name, x.n FROM stores s CROSS JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.store_id = s.store_id) AS x
SELECT * FROM (regions r JOIN stores s ON s.region_id = r.region_id) LEFT JOIN orders o ON o.store_id = s.store_id LIMIT 5
SELECT j.city FROM (regions r JOIN stores s USING (region_id)) AS j LIMIT 5
SELECT count(*) FROM customers c1 JOIN customers c2 ON c1.city = c2.city AND c1.customer_id <> c2.customer_id
SELECT count(*) FROM customers NATURAL JOIN orders

-- dates
SELECT extract(year FROM order_date) AS y, count(*) FROM orders GROUP BY y ORDER BY y
SELECT EXTRACT(DOW FROM order_date), EXTRACT(ISODOW FROM order_date), EXTRACT(DOY FROM order_date), EXTRACT(WEEK FROM order_date), EXTRACT(ISOYEAR FROM order_date) FROM orders ORDER BY order_id LIMIT 3
SELECT EXTRACT(EPOCH FROM shipped_at), EXTRACT(HOUR FROM shipped_at), EXTRACT(MICROSECONDS FROM shipped_at) FROM orders ORDER BY order_id LIMIT 3
SELECT date_part('year', order_date) AS y, date_part('month', order_date) AS m FROM orders ORDER BY order_id LIMIT 3
SELECT date_trunc('month', order_date) AS m, count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT date_trunc('day', shipped_at, 'Europe/Berlin') AS d FROM orders ORDER BY order_id LIMIT 3
SELECT date_trunc('week', order_date)::date AS w FROM orders ORDER BY order_id LIMIT 3
SELECT count(*) FROM returns WHERE returned_on < date_trunc('quarter', CURRENT_DATE) AND returned_on >= date_trunc('quarter', CURRENT_DATE) - INTERVAL '3 months'
SELECT count(*) FROM orders WHERE order_date >= CURRENT_DATE - 30
SELECT count(*) FROM orders WHERE order_date >= CURRENT_DATE - INTERVAL '30 days'
SELECT count(*) FROM orders WHERE order_date >= now() - interval '1 year 2 months'
SELECT count(*) FROM orders WHERE order_date BETWEEN DATE '2020-01-01' AND DATE '2030-12-31'
SELECT count(*) FROM orders WHERE shipped_at > TIMESTAMP '2020-01-01 10:00:00'
SELECT count(*) FROM orders WHERE shipped_at > TIMESTAMP WITH TIME ZONE '2020-01-01 10:00:00+01'
SELECT count(*) FROM orders WHERE shipped_at::time > TIME '10:00'
SELECT shipped_at AT TIME ZONE 'Europe/Berlin' FROM orders ORDER BY order_id LIMIT 3
SELECT to_char(order_date, 'YYYY-MM'), to_char(order_date, 'FMMonth YYYY'), to_char(order_date, 'Day, DD "of" Mon') FROM orders ORDER BY order_id LIMIT 3
SELECT to_date('2024-02-29', 'YYYY-MM-DD'), to_timestamp('2024-01-01 10', 'YYYY-MM-DD HH24'), to_timestamp(0)
SELECT make_date(2024, 2, 29), make_interval(days => 3), make_interval(0, 1), make_time(8, 30, 0)
SELECT age(CURRENT_DATE, order_date), age(order_date) FROM orders ORDER BY order_id LIMIT 3
SELECT order_date + 7, order_date - 7, order_date + interval '1' month, order_date + interval '1 day' * 3 FROM orders ORDER BY order_id LIMIT 3
SELECT shipped_at - order_date AS waiting FROM orders ORDER BY order_id LIMIT 3
SELECT max(order_date) - min(order_date) AS days FROM orders
SELECT avg(EXTRACT(EPOCH FROM (shipped_at - order_date)) / 86400) AS days FROM orders
SELECT (date '2024-01-01', date '2024-03-01') OVERLAPS (date '2024-02-01', date '2024-04-01')
SELECT date_bin('15 minutes', TIMESTAMP '2024-01-01 10:08', TIMESTAMP '2024-01-01') AS quarter_hour
SELECT justify_days(interval '40 days'), justify_hours(interval '30 hours'), isfinite(date '2024-01-01')
SELECT CURRENT_DATE > DATE '2020-01-01', CURRENT_TIMESTAMP > TIMESTAMP '2020-01-01', LOCALTIMESTAMP > TIMESTAMP '2020-01-01'
SELECT CURRENT_TIME > TIME '00:00' OR true AS t, LOCALTIME >= TIME '00:00' AS l
SELECT d::date, count(o.order_id) FROM generate_series(DATE '2024-01-01', DATE '2024-01-31', INTERVAL '1 day') AS d LEFT JOIN orders o ON o.order_date = d::date GROUP BY d ORDER BY d
SELECT g.month FROM generate_series('2024-01-01'::timestamp, '2024-12-01', '1 month') AS g(month)
SELECT generate_series((SELECT min(order_date) FROM orders), (SELECT max(order_date) FROM orders), interval '1 month') AS m
SELECT count(*) FROM orders WHERE EXTRACT(MONTH FROM order_date) = 3 AND EXTRACT(QUARTER FROM order_date) = 1
SELECT interval '1-2' year to month, interval '2 hours 30 minutes', '90 minutes'::interval
SELECT (CURRENT_DATE - order_date) / 7 AS weeks FROM orders ORDER BY order_id LIMIT 3
SELECT order_date, order_date - LAG(order_date) OVER (ORDER BY order_date, order_id) AS gap FROM orders ORDER BY order_date, order_id LIMIT 5

-- case, filter, cast
SELECT CASE WHEN list_price > 50 THEN 'high' WHEN list_price > 20 THEN 'mid' ELSE 'low' END AS band, count(*) FROM products GROUP BY 1 ORDER BY 1
SELECT CASE channel WHEN 'walk-in' THEN 'in person' ELSE 'remote' END AS how, count(*) FROM orders GROUP BY how ORDER BY how
SELECT count(*) FILTER (WHERE status = 'open') AS open, count(*) AS total FROM orders
SELECT sum(CASE WHEN status = 'open' THEN 1 ELSE 0 END)::float / NULLIF(count(*), 0) AS share FROM orders
SELECT list_price::int, list_price::bigint, list_price::real, list_price::double precision, list_price::numeric(10,1), list_price::text, list_price::varchar(4), list_price::money FROM products ORDER BY product_id LIMIT 3
SELECT CAST('2024-01-01' AS date), CAST('12' AS integer), CAST(12.5 AS smallint), CAST('t' AS boolean), CAST('a' AS char(3)), CAST('{"a":1}' AS jsonb), CAST('1 day' AS interval), CAST('10:00' AS time)
SELECT '2024-01-01 10:00+02'::timestamptz, '2024-01-01'::timestamp with time zone, '2024-01-01'::timestamp(0) without time zone
SELECT '{1,2,3}'::int[], ARRAY['a','b']::text[], '5'::int4, '5'::int8, '5'::float8, 'x'::character varying(10)
SELECT 7 / 2, 7 / 2.0, 7 % 3, mod(7, 3), div(7, 2), -7 / 2, - -3, +4, 2 ^ 3 ^ 2, (1 + 2) * 3, 10 - 4 - 3, 100 / 10 / 2
SELECT abs(-3), ceil(1.2), ceiling(1.2), floor(1.8), round(1.255, 2), round(1.5), trunc(1.99), trunc(1.999, 2), sign(-2), sqrt(16), cbrt(27), power(2, 10), exp(1), ln(10), log(100), log(2, 64), pi(), degrees(pi()), radians(180), greatest(1, 3, 2), least(1, 3, 2), gcd(12, 18), lcm(4, 6)
SELECT round(avg(list_price)::numeric, 2), stddev(list_price), stddev_pop(list_price), stddev_samp(list_price), variance(list_price), var_pop(list_price), var_samp(list_price) FROM products
SELECT corr(list_price, weight_kg), covar_pop(list_price, weight_kg), covar_samp(list_price, weight_kg), regr_slope(list_price, weight_kg), regr_intercept(list_price, weight_kg), regr_r2(list_price, weight_kg) FROM products
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY list_price), percentile_disc(0.9) WITHIN GROUP (ORDER BY list_price), mode() WITHIN GROUP (ORDER BY brand) FROM products
SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY list_price) FROM products
SELECT rank(20) WITHIN GROUP (ORDER BY list_price) FROM products
SELECT bool_and(discontinued), bool_or(discontinued), every(discontinued), bit_and(product_id), bit_or(product_id) FROM products
SELECT string_agg(name, ', ' ORDER BY name), string_agg(DISTINCT city, '; '), array_agg(name ORDER BY name DESC) FROM stores
SELECT array_agg(DISTINCT status), count(DISTINCT (status, channel)) FROM orders
SELECT json_agg(json_build_object('name', name, 'city', city) ORDER BY name), jsonb_object_agg(name, city) FROM stores
SELECT width_bucket(list_price, 0, 100, 10) AS bucket, count(*) FROM products GROUP BY bucket ORDER BY bucket
SELECT brand, any_value(category_id) IS NOT NULL FROM products GROUP BY brand ORDER BY brand

-- strings
SELECT upper(name), lower(name), initcap(name), length(name), char_length(name), reverse(name), left(name, 3), right(name, 3) FROM regions ORDER BY name
SELECT substring(name from 1 for 3), substring(name, 2), substring(name, 2, 3), substr(name, 1, 2), substring(name from '[aeiou]+') FROM regions ORDER BY name
SELECT trim(name), ltrim(name), rtrim(name), btrim(name, 'x'), trim(both ' ' from name), trim(leading 'N' from name), trim(trailing from name) FROM regions ORDER BY name
SELECT position('o' in name), strpos(name, 'o'), overlay(name placing 'X' from 1 for 1), replace(name, 'o', '0'), translate(name, 'aeiou', '*****'), split_part(name, ' ', 1), concat(name, '-', region_id), concat_ws(', ', name, NULL, 'x') FROM regions ORDER BY name
SELECT lpad(region_id::text, 5, '0'), rpad(name, 10, '.'), name || ' #' || region_id, format('%s (%s)', name, region_id), quote_literal(name), md5(name), ascii(name), chr(65) FROM regions ORDER BY name
SELECT regexp_replace(name, '[aeiou]', '*', 'g'), regexp_match(name, '(\w)(\w)'), regexp_split_to_array(name, '\s+'), regexp_count(name, 'o'), starts_with(name, 'N'), string_to_array(name, ' ') FROM regions ORDER BY name
SELECT regexp_split_to_table(name, '\s') AS word, count(*) FROM products GROUP BY word ORDER BY count(*) DESC, word LIMIT 10
SELECT to_char(list_price, 'FM999G990D00'), to_char(0.256 * 100, 'FM990.0') || '%', to_number('12,454.8', '99G999D9') FROM products ORDER BY product_id LIMIT 3
SELECT name COLLATE "C" FROM regions ORDER BY name COLLATE "C"
SELECT left(last_name, 1) AS initial, count(*) FROM customers GROUP BY 1 ORDER BY 1
SELECT regexp_matches('a1b22', '\d+', 'g')

-- subqueries
SELECT name FROM products WHERE list_price > (SELECT avg(list_price) FROM products)
SELECT name FROM products p WHERE list_price = (SELECT max(list_price) FROM products q WHERE q.category_id = p.category_id)
SELECT last_name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id)
SELECT last_name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id)
SELECT last_name FROM customers WHERE customer_id IN (SELECT customer_id FROM orders WHERE status = 'open')
SELECT last_name FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)
SELECT name FROM products WHERE list_price > ALL (SELECT list_price FROM products WHERE brand = 'nobody')
SELECT name FROM products WHERE category_id = ANY (SELECT category_id FROM categories WHERE department = 'Home')
SELECT name FROM products WHERE category_id = SOME (SELECT category_id FROM categories)
SELECT name FROM stores WHERE city = ANY (ARRAY['Berlin', 'Paris'])
SELECT name FROM stores WHERE city <> ALL (ARRAY['Berlin', 'Paris'])
SELECT x.n FROM (SELECT count(*) AS n FROM orders) x
SELECT avg(n) FROM (SELECT count(*) AS n FROM orders GROUP BY customer_id) AS per_customer
SELECT * FROM (SELECT * FROM (SELECT * FROM products) a) b LIMIT 3
SELECT name, (SELECT count(*) FROM stores s WHERE s.region_id = r.region_id) AS stores FROM regions r
SELECT ARRAY(SELECT name FROM regions ORDER BY name)
SELECT name FROM regions WHERE (region_id, name) IN (SELECT region_id, name FROM regions)
SELECT name FROM products WHERE (category_id, brand) = (1, 'x')
SELECT name FROM products WHERE ROW(category_id, brand) <> ROW(1, 'x')
SELECT t.id, t.label FROM (VALUES (1, 'one'), (2, 'two')) AS t(id, label)
SELECT s.name, v.factor FROM stores s JOIN (VALUES (1, 1.5), (2, 2.0)) AS v(region_id, factor) USING (region_id)
SELECT count(*) FROM (SELECT DISTINCT customer_id, store_id FROM orders) d

-- with
WITH big AS (SELECT * FROM orders WHERE status = 'completed') SELECT count(*) FROM big
WITH a AS (SELECT region_id FROM regions), b AS (SELECT * FROM a) SELECT count(*) FROM b
WITH orders AS (SELECT * FROM orders WHERE status = 'open') SELECT count(*) FROM orders
WITH employees AS (SELECT first_name FROM customers) SELECT count(*) FROM employees
WITH t(a, b) AS (SELECT region_id, name FROM regions) SELECT b FROM t WHERE a = 1
WITH x AS MATERIALIZED (SELECT 1 AS n) SELECT n FROM x
WITH x AS NOT MATERIALIZED (SELECT 1 AS n) SELECT n FROM x
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n
WITH RECURSIVE d AS (SELECT DATE '2024-01-01' AS day UNION ALL SELECT (day + INTERVAL '1 day')::date FROM d WHERE day < DATE '2024-01-10') SELECT count(*) FROM d
SELECT * FROM (WITH x AS (SELECT name FROM regions) SELECT * FROM x) y
WITH m AS (SELECT date_trunc('month', order_date) AS month, count(*) AS n FROM orders GROUP BY 1) SELECT month, n, lag(n) OVER (ORDER BY month) AS before, round(100.0 * (n - lag(n) OVER (ORDER BY month)) / lag(n) OVER (ORDER BY month), 1) AS growth FROM m ORDER BY month
WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x + 1 FROM a ORDER BY x
WITH ranked AS (SELECT p.*, row_number() OVER (PARTITION BY category_id ORDER BY list_price DESC, product_id) AS rn FROM products p) SELECT name FROM ranked WHERE rn <= 3 ORDER BY product_id

-- windows
SELECT name, rank() OVER (ORDER BY list_price DESC), dense_rank() OVER (ORDER BY list_price DESC), percent_rank() OVER (ORDER BY list_price), cume_dist() OVER (ORDER BY list_price), ntile(4) OVER (ORDER BY list_price, product_id) FROM products ORDER BY product_id
SELECT order_id, sum(quantity) OVER (PARTITION BY order_id ORDER BY order_line_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM order_lines ORDER BY order_line_id LIMIT 10
SELECT order_id, avg(quantity) OVER (ORDER BY order_line_id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW) FROM order_lines ORDER BY order_line_id LIMIT 10
SELECT order_id, sum(quantity) OVER (ORDER BY order_id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY order_id GROUPS 1 PRECEDING) FROM order_lines ORDER BY order_line_id LIMIT 10
SELECT order_date, sum(order_id) OVER (ORDER BY order_date RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) FROM orders ORDER BY order_id LIMIT 5
SELECT first_value(name) OVER w, last_value(name) OVER w, nth_value(name, 2) OVER w FROM products WINDOW w AS (PARTITION BY category_id ORDER BY list_price, product_id) ORDER BY product_id
SELECT sum(list_price) OVER (w ROWS UNBOUNDED PRECEDING) FROM products WINDOW w AS (ORDER BY product_id)
SELECT name, list_price / sum(list_price) OVER () AS share FROM products ORDER BY product_id
SELECT order_id, lag(order_date, 1) OVER (ORDER BY order_id), lead(order_date, 2, CURRENT_DATE) OVER (ORDER BY order_id) IS NULL FROM orders ORDER BY order_id LIMIT 5
SELECT status, count(*) AS n, sum(count(*)) OVER () AS total FROM orders GROUP BY status ORDER BY status

-- set operations and grouping
SELECT city FROM stores UNION SELECT city FROM customers ORDER BY 1
SELECT city FROM stores UNION ALL SELECT city FROM customers WHERE city IS NOT NULL ORDER BY city LIMIT 7
SELECT city FROM stores INTERSECT SELECT city FROM customers ORDER BY 1
SELECT city FROM stores EXCEPT SELECT city FROM customers ORDER BY 1
SELECT city FROM stores EXCEPT ALL SELECT city FROM customers ORDER BY 1
(SELECT name FROM stores ORDER BY name LIMIT 2) UNION ALL (SELECT name FROM regions ORDER BY name LIMIT 2)
(SELECT name FROM stores ORDER BY name LIMIT 2) UNION ALL SELECT name FROM regions ORDER BY 1
SELECT 1 UNION SELECT 2 INTERSECT SELECT 2 ORDER BY 1
(SELECT 1 UNION SELECT 2) INTERSECT SELECT 2
SELECT 'stores' AS what, count(*) FROM stores UNION ALL SELECT 'orders', count(*) FROM orders ORDER BY 1
SELECT status, channel, count(*) FROM orders GROUP BY GROUPING SETS ((status), (channel), ()) ORDER BY 1, 2
SELECT status, channel, count(*), grouping(status) FROM orders GROUP BY ROLLUP (status, channel) ORDER BY 1, 2
SELECT status, channel, count(*) FROM orders GROUP BY CUBE (status, channel) ORDER BY 1, 2
SELECT DISTINCT ON (store_id) store_id, order_date FROM orders ORDER BY store_id, order_date DESC, order_id
SELECT status FROM orders GROUP BY 1 HAVING max(order_date) > DATE '2000-01-01' AND count(*) BETWEEN 1 AND 100000 ORDER BY 1
SELECT sum(n) FROM (SELECT count(*) AS n FROM stores UNION ALL SELECT count(*) FROM regions) t

-- arrays, json, table functions
SELECT unnest(ARRAY[1, 2, 3])
SELECT u.x FROM unnest(ARRAY[3, 1, 2]) AS u(x) ORDER BY x
SELECT x, n FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS u(x, n)
SELECT g FROM generate_series(1, 5) AS g
SELECT g * 2 AS twice FROM generate_series(1, 10, 2) g
SELECT generate_series(1, 3)
SELECT (ARRAY[10, 20, 30])[2], ('{1,2,3}'::int[])[1:2], array_length(ARRAY[1, 2], 1), cardinality(ARRAY[1, 2]), array_to_string(ARRAY[1, 2], '-'), ARRAY[1] || 2, array_position(ARRAY['a', 'b'], 'b'), array_append(ARRAY[1], 2), array_remove(ARRAY[1, 2], 1)
SELECT 2 = ANY (ARRAY[1, 2]), ARRAY[1, 2] @> ARRAY[1], ARRAY[1] <@ ARRAY[1, 2], ARRAY[1, 2] && ARRAY[2, 3]
SELECT '{"a": {"b": [1, 2]}}'::jsonb -> 'a' -> 'b' -> 0, '{"a": {"b": "c"}}'::jsonb #>> '{a,b}', '{"a": 1}'::jsonb ->> 'a', '{"a": 1}'::jsonb ? 'a', '{"a": 1}'::jsonb @> '{"a": 1}'
SELECT ('{"a": "5"}'::jsonb ->> 'a')::int + 1
SELECT e.value ->> 'x' FROM jsonb_array_elements('[{"x": 1}, {"x": 2}]'::jsonb) AS e
SELECT e.key, e.value FROM jsonb_each_text('{"a": 1, "b": 2}'::jsonb) AS e ORDER BY 1
SELECT jsonb_array_length('[1, 2]'::jsonb), jsonb_typeof('{}'::jsonb), json_build_array(1, 2), to_jsonb('x'::text), jsonb_build_object('a', 1)
SELECT to_json(r), row_to_json(r) FROM regions r ORDER BY region_id
SELECT to_tsvector('english', name) @@ to_tsquery('english', 'shirt') FROM products ORDER BY product_id LIMIT 3
SELECT daterange('2024-01-01', '2024-02-01') @> DATE '2024-01-15', int4range(1, 5) && int4range(4, 8), numrange(1, 2) -|- numrange(2, 3)
SELECT name FROM products TABLESAMPLE BERNOULLI (100) ORDER BY name
SELECT name FROM products TABLESAMPLE SYSTEM (100) REPEATABLE (7) ORDER BY name
SELECT name FROM ONLY regions ORDER BY name
SELECT num_nulls(1, NULL), num_nonnulls(1, NULL)
SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 3, 8 >> 1
SELECT 1.5e3, .5, 5., 1e-2, 12345678901234567890
SELECT true AND NOT false OR false
SELECT count(*) FROM orders WHERE status = 'open' AND (channel = 'walk-in' OR channel = 'online') AND NOT (coupon IS NOT NULL)
SELECT repeat('*', 5), repeat('#', (count(*) / 100)::int) FROM orders

-- mixed
SELECT o.order_id AS "pg_sleep(1)" FROM orders o ORDER BY 1 LIMIT 2
SELECT name AS insert, city AS update FROM stores ORDER BY 1
SELECT name AS delete, city AS "grant", 1 AS "into", 2 AS "lock" FROM stores ORDER BY 1
SELECT name update FROM stores ORDER BY 1
SELECT name "update" FROM stores ORDER BY 1
SELECT count FROM (SELECT count(*) FROM orders) x
SELECT x.count, x.max FROM (SELECT count(*), max(order_id) FROM orders) x
SELECT * FROM regions AS r(id, label) ORDER BY id
SELECT s.name FROM stores s NATURAL LEFT JOIN regions ORDER BY 1
SELECT * FROM stores ORDER BY 1 DESC, 2
SELECT (array_agg(name ORDER BY name))[1] FROM stores
SELECT (string_to_array(name, ' '))[1] FROM stores ORDER BY 1
SELECT (regexp_match(name, '(\d+)'))[1]::int FROM stores ORDER BY 1
SELECT name FROM stores WHERE region_id IN (VALUES (1), (2)) ORDER BY 1
SELECT name FROM stores WHERE region_id = ANY (VALUES (1), (2)) ORDER BY 1
SELECT name FROM stores WHERE region_id = ANY ('{1,2}'::int[]) ORDER BY 1
SELECT name FROM stores WHERE name LIKE ANY (ARRAY['%1', '%2']) ORDER BY 1
SELECT name FROM stores WHERE name ILIKE ANY (ARRAY['%1', '%2']) ORDER BY 1
SELECT name FROM stores WHERE name NOT LIKE ALL (ARRAY['%1', '%2']) ORDER BY 1
SELECT name FROM stores WHERE name ~~ '%1' ORDER BY 1
SELECT name FROM stores WHERE name ~~* '%1' AND name !~~ '%2' ORDER BY 1
SELECT name FROM stores WHERE name ^@ 'Store' ORDER BY 1
SELECT date '2024-01-01' + time '10:00', extract(epoch from interval '1 day'), date_part('dow', date '2024-01-01'), to_char(date '2024-01-01', '"Q"Q YYYY')
SELECT now()::date = CURRENT_DATE, 'today'::date = CURRENT_DATE, date 'yesterday' < CURRENT_DATE, 'infinity'::date > CURRENT_DATE
SELECT CURRENT_DATE::timestamp, date_trunc('month', CURRENT_DATE) + interval '1 month - 1 day', date_trunc('year', CURRENT_DATE) - interval '1' year
SELECT timezone('UTC', shipped_at), shipped_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin' FROM orders ORDER BY order_id LIMIT 3
SELECT LOCALTIMESTAMP(0) > date '2020-01-01', CURRENT_TIMESTAMP(3) > date '2020-01-01'
SELECT interval '1 day' + interval '2 hours', interval '1 day' * 1.5, interval '3 days' / 2, - interval '1 day', interval '1 year 3 mons'
SELECT extract(day from interval '40 days 1 minute'), extract(century from CURRENT_DATE) > 20
SELECT order_date FROM orders WHERE order_date BETWEEN '2024-01-01' AND '2027-01-31'::date ORDER BY 1 LIMIT 3
SELECT order_date FROM orders WHERE (order_date, order_id) > (DATE '2024-01-01', 5) ORDER BY 1 LIMIT 3
SELECT to_char(order_date, 'IYYY-IW') AS week, count(*) FROM orders GROUP BY week ORDER BY week
SELECT extract(year FROM age(CURRENT_DATE, joined_on)) FROM customers ORDER BY customer_id LIMIT 3
SELECT count(*) FROM orders GROUP BY status, channel ORDER BY status, channel
SELECT status, channel, count(*) FROM orders GROUP BY DISTINCT ROLLUP (status), ROLLUP (status, channel) ORDER BY 1, 2
SELECT CASE WHEN x > 1 THEN CASE WHEN x > 2 THEN 'c' ELSE 'b' END ELSE 'a' END FROM (VALUES (1), (2), (3)) AS t(x)
SELECT coalesce(nullif(trim(coalesce(reason, '')), ''), 'none'), count(*) FROM returns GROUP BY 1 ORDER BY 1
SELECT CAST(list_price AS decimal(5, 2)), list_price::decimal, CAST(list_price AS double precision), list_price::float, list_price::float4, list_price::int2 FROM products ORDER BY product_id LIMIT 2
SELECT (order_date::timestamp + '1 day'::interval)::date FROM orders ORDER BY order_id LIMIT 2
SELECT 'abc'::char(2), 'abc'::bpchar, 'abc'::character(2), 'abc'::varchar
SELECT 'true'::boolean, 'yes'::bool, 1::boolean, true::int
SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(5, 7)) AS t(a, b)
SELECT json_agg(r ORDER BY r.region_id) FROM regions r
SELECT jsonb_agg(jsonb_build_object('n', name)) FROM regions
SELECT array_to_string(array_agg(DISTINCT city ORDER BY city), ', ') FROM stores
SELECT count(*) FROM orders o WHERE (SELECT count(*) FROM order_lines l WHERE l.order_id = o.order_id) > 1
WITH RECURSIVE tree AS (SELECT store_id, region_id, 1 AS depth FROM stores WHERE store_id = 1 UNION ALL SELECT s.store_id, s.region_id, t.depth + 1 FROM stores s JOIN tree t ON s.store_id = t.store_id + 1 WHERE t.depth < 5) SELECT * FROM tree
WITH RECURSIVE tree(id, path) AS (SELECT store_id, ARRAY[store_id] FROM stores WHERE store_id = 1 UNION ALL SELECT s.store_id, t.path || s.store_id FROM stores s, tree t WHERE s.store_id = t.id + 1 AND NOT s.store_id = ANY (t.path)) SELECT id, array_length(path, 1) FROM tree ORDER BY id
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t WHERE n < 100) SELECT max(n) FROM t
WITH RECURSIVE fib(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM fib WHERE b < 1000) SELECT a FROM fib
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a), c AS (SELECT * FROM a UNION ALL SELECT * FROM b) SELECT sum(x) FROM c
WITH x(n) AS (VALUES (1), (2)) SELECT n FROM x ORDER BY n
SELECT * FROM (SELECT 1 AS a UNION SELECT 2) x JOIN (SELECT 2 AS a) y USING (a)
(SELECT 1 AS a) UNION (SELECT 2) ORDER BY a OFFSET 1
SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY a DESC LIMIT 2
((SELECT name FROM regions) UNION (SELECT name FROM stores)) EXCEPT (SELECT city FROM stores) ORDER BY 1
SELECT name FROM regions ORDER BY CASE WHEN name = 'West' THEN 0 ELSE 1 END, name
SELECT name FROM regions ORDER BY length(name) DESC, upper(name)
SELECT max(list_price) FILTER (WHERE discontinued), min(list_price) FILTER (WHERE NOT discontinued) FROM products
SELECT sum(quantity) FILTER (WHERE discount > 0) * 100.0 / sum(quantity) AS pct FROM order_lines
SELECT brand, count(*) * 100.0 / sum(count(*)) OVER () AS pct FROM products GROUP BY brand ORDER BY brand
SELECT name, list_price - lag(list_price, 1, 0::numeric) OVER (PARTITION BY category_id ORDER BY list_price, product_id) FROM products ORDER BY product_id
SELECT name, ntile(4) OVER (ORDER BY list_price DESC, product_id) AS quartile FROM products ORDER BY product_id
SELECT row_number() OVER (), name FROM (SELECT name FROM regions ORDER BY name) x
SELECT order_id, count(*) OVER (PARTITION BY status ORDER BY order_date ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) FROM orders ORDER BY order_id LIMIT 5
SELECT order_id, sum(order_id) OVER (ORDER BY order_id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM orders ORDER BY order_id LIMIT 3
SELECT first_value(name) OVER (PARTITION BY brand ORDER BY list_price DESC, product_id) FROM products ORDER BY product_id
SELECT p.name FROM products p WHERE NOT EXISTS (SELECT * FROM order_lines l WHERE l.product_id = p.product_id) ORDER BY 1
SELECT DISTINCT p.name FROM products p JOIN order_lines l ON p.product_id = l.product_id AND l.quantity >= 3 WHERE p.name <> '' ORDER BY p.name
SELECT s.name, r.name FROM stores AS s INNER JOIN regions AS r ON (s.region_id = r.region_id) WHERE (r.name = 'West') ORDER BY 1
SELECT s.name, d.days FROM stores s JOIN LATERAL (SELECT count(*) AS days FROM orders o WHERE o.store_id = s.store_id) d ON d.days > 0 ORDER BY 1
SELECT s.name, g FROM stores s, generate_series(1, 2) g ORDER BY 1, 2
SELECT s.name, g.n FROM stores s CROSS JOIN LATERAL generate_series(1, s.region_id) AS g(n) ORDER BY 1, 2
SELECT s.name, t.part FROM stores s, LATERAL unnest(string_to_array(s.name, ' ')) AS t(part) ORDER BY 1, 2
SELECT s.name, t.part, t.n FROM stores s, unnest(string_to_array(s.name, ' ')) WITH ORDINALITY AS t(part, n) ORDER BY 1, 3
SELECT a.x, b.y FROM unnest(ARRAY[1, 2]) AS a(x) JOIN unnest(ARRAY[2, 3]) AS b(y) ON a.x = b.y
SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS t(a, b)
SELECT x FROM regexp_split_to_table('a b c', ' ') AS x
SELECT * FROM jsonb_to_recordset('[{"a": 1, "b": "x"}]') AS t(a int, b text)
SELECT key, value FROM jsonb_each('{"a": 1}'::jsonb)
SELECT k FROM jsonb_object_keys('{"a": 1}'::jsonb) AS k
SELECT '[1,2,3]'::json -> 1, '[1,2,3]'::jsonb ->> -1, '{"a":[1]}'::jsonb #> '{a,0}', '{"a":1}'::jsonb || '{"b":2}'::jsonb, '{"a":1}'::jsonb - 'a', '{"a":{"b":1}}'::jsonb #- '{a,b}'
SELECT jsonb_path_query_first('{"a": [1, 2]}'::jsonb, '$.a[1]'), '{"a": 1}'::jsonb @? '$.a', '{"a": 1}'::jsonb @@ '$.a == 1', '{"a":1}'::jsonb ?& ARRAY['a'], '{"a":1}'::jsonb ?| ARRAY['a', 'b']
SELECT '{"a b": 1}'::jsonb -> 'a b', '{"it''s": 1}'::jsonb ->> 'it''s', '{"$.x": 1}'::jsonb -> '$.x', '{"a.b": 2}'::jsonb -> 'a.b', '{"a": 1}'::jsonb ->> lower('A')
SELECT ARRAY[1, 2] || ARRAY[3], ARRAY[[1, 2], [3, 4]], (ARRAY[[1, 2], [3, 4]])[2][1], ARRAY[]::int[], array_dims(ARRAY[1]) FROM regions LIMIT 1
SELECT 3 BETWEEN 1 AND 5 AND 2 > 1, NOT (1 = 2), 1 <> 2, 1 != 2, NULL IS NULL, 'a' < 'b', 5 = ALL (ARRAY[5, 5])
SELECT -5 % 3, 5 / -2, 5.0 / 3, 2 ^ 10, (2 ^ 0.5)::numeric(5, 3), -2 ^ 2, 10 - -5, + 5, 7 & 3
SELECT round(2.5), round(-2.567, 1), trunc(-2.5), ceil(-2.5), mod(-7, 3), div(-7, 2), sign(-3.5), abs(-2.5::float), power(2, 0.5), sqrt(2)::numeric(5, 3), log(10, 1000), trunc(random())
SELECT string_agg(DISTINCT channel, ',' ORDER BY channel DESC) FROM orders
SELECT name || '''s' || E'\n' || "name" FROM regions ORDER BY 1
SELECT 'a\b', 'a\\b', E'a\\b', '\', 'a''\''b'
SELECT '/* not a comment */', '-- neither', '$$ nor this $$', '{"a": "b"}', '%', '_', '"', '`', 'a;b'
SELECT count(*) FROM orders WHERE coupon = 'SUMMER' -- AND status = 'open'
SELECT "regions"."name" FROM "shop"."regions" ORDER BY "regions"."name"
SELECT R.Name FROM REGIONS R ORDER BY r.NAME
SELECT name AS Name, name AS "Name", name AS "ns 1", name AS "Größe", name AS größe FROM regions ORDER BY 1
SELECT name AS year, city AS month, 1 AS day, 2 AS value, 3 AS type, 4 AS date, 5 AS timestamp, 6 AS count, 7 AS name, 8 AS text FROM stores ORDER BY 1
SELECT year, month FROM (SELECT extract(year FROM order_date) AS year, extract(month FROM order_date) AS month FROM orders) t GROUP BY year, month ORDER BY year, month
SELECT t.year FROM (SELECT extract(year FROM order_date) AS year FROM orders) t WHERE t.year > 2000 GROUP BY t.year ORDER BY t.year
SELECT "order", "select" FROM (SELECT 1 AS "order", 2 AS "select") t
SELECT date FROM (SELECT order_date AS date FROM orders) t ORDER BY date LIMIT 3
SELECT time, text, int4, position, left_, row_ FROM (SELECT 1 AS time, 2 AS text, 3 AS int4, 4 AS position, 5 AS left_, 6 AS row_) t
SELECT value, key, format, offset_, range, filter, over_ FROM (SELECT 1 AS value, 2 AS key, 3 AS format, 4 AS offset_, 5 AS range, 6 AS filter, 7 AS over_) t
SELECT first, last, next, rank, percent, current, zone, source, level, index, view, user_ FROM (SELECT 1 AS first, 2 AS last, 3 AS next, 4 AS rank, 5 AS percent, 6 AS current, 7 AS zone, 8 AS source, 9 AS level, 10 AS index, 11 AS view, 12 AS user_) t
SELECT status, rank, n FROM (SELECT status, count(*) AS n, rank() OVER (ORDER BY count(*) DESC, status) AS rank FROM orders GROUP BY status) ranked WHERE rank <= 2 ORDER BY rank
SELECT c.segment, count(DISTINCT o.order_id) AS orders, round(sum(l.quantity * l.unit_price)::numeric, 2) AS revenue FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id LEFT JOIN order_lines l ON l.order_id = o.order_id GROUP BY c.segment ORDER BY revenue DESC NULLS LAST
SELECT count(*), count(1), count(NULL), sum(1), avg(1), min('a'), max('b')
SELECT NULL, true, false, 'x', 1, 1.5
SELECT greatest(NULL, 1), least(1, NULL), coalesce(NULL, NULL, 3), nullif(1, 1)
SELECT regexp_like('abc', 'B', 'i'), regexp_substr('abc123', '[0-9]+'), regexp_instr('abc', 'c'), 'abc' ~ '(?i)ABC', regexp_replace('a.b', '\.', '-')
SELECT 'x' IN ('x', 'y'), 'x' NOT IN ('y'), (1, 2) = (1, 2), (1, 2) < (2, 1), ROW(1, 2) IS NULL, ROW(1, NULL) IS NOT NULL
SELECT initcap('hello world'), lpad('5', 3, '0'), rpad('x', 3), repeat('ab', 2), reverse('abc'), translate('abc', 'ab', 'xy'), ascii('a'), chr(97), octet_length('ä'), bit_length('a'), md5('a')
SELECT overlay('abcdef' placing 'XX' from 2), position('c' in 'abc'), strpos('abc', 'c'), split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), concat('a', NULL, 'b'), concat_ws('-', 'a', NULL, 'b'), quote_ident('a b'), format('%s-%L-%I', 'a', 'b', 'c d')
SELECT setseed_ FROM (SELECT 1 AS setseed_) t
SELECT t.* FROM (SELECT 1 AS a, 2 AS b) t
SELECT t FROM (SELECT 1 AS a, 2 AS b) t
SELECT t.a + t.b FROM (SELECT 1 AS a, 2 AS b) AS t WHERE t.a IS NOT NULL
SELECT x.a FROM (SELECT 1 AS a) x, LATERAL (SELECT x.a + 1 AS b) y WHERE y.b = 2
SELECT count(*) FROM orders, (SELECT max(order_date) AS latest FROM orders) m WHERE orders.order_date = m.latest
SELECT o.order_id FROM orders o WHERE o.order_date = (SELECT max(order_date) FROM orders) ORDER BY 1
SELECT a.n, b.n, c.n FROM (SELECT count(*) AS n FROM orders) a, (SELECT count(*) AS n FROM stores) b, (SELECT count(*) AS n FROM regions) c
SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM stores) AS stores
SELECT CASE WHEN count(*) = 0 THEN 'none' ELSE 'some' END FROM orders WHERE false
SELECT sum(quantity * unit_price) / NULLIF(sum(quantity), 0) FROM order_lines
SELECT extract(month from order_date)::int AS m, to_char(order_date, 'Mon') AS mon, sum(1) FROM orders GROUP BY 1, 2 ORDER BY 1
SELECT DISTINCT extract(year from order_date) FROM orders ORDER BY 1
SELECT name FROM stores WHERE lower(city) = lower('BERLIN') AND length(name) > 3 ORDER BY name
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY list_price DESC) FILTER (WHERE NOT discontinued) FROM products
SELECT dense_rank(10) WITHIN GROUP (ORDER BY list_price), percent_rank(10) WITHIN GROUP (ORDER BY list_price), cume_dist(10) WITHIN GROUP (ORDER BY list_price) FROM products
SELECT array_agg(x) FILTER (WHERE x > 1), array_agg(x ORDER BY x DESC NULLS LAST) FROM (VALUES (1), (2), (NULL)) t(x)
SELECT xmin_ FROM (SELECT 1 AS xmin_) t
SELECT 1 WHERE 1 = 1 AND 'a' = 'a'
SELECT 1 FROM regions WHERE false
SELECT count(*) FROM regions HAVING count(*) > 0
SELECT regions FROM regions ORDER BY region_id
SELECT DISTINCT ON (city) city, name FROM stores ORDER BY city, name DESC
SELECT DISTINCT ON (city, region_id) city, name FROM stores ORDER BY city, region_id, name
SELECT c.name, p.name FROM categories c JOIN LATERAL (SELECT * FROM products p WHERE p.category_id = c.category_id ORDER BY list_price DESC, product_id LIMIT 2) p ON TRUE ORDER BY 1, 2
SELECT c.first_name || ' ' || c.last_name AS customer, sum(l.quantity) FROM customers c JOIN orders o USING (customer_id) JOIN order_lines l USING (order_id) GROUP BY c.customer_id, c.first_name, c.last_name HAVING sum(l.quantity) > 10 ORDER BY 2 DESC, 1 LIMIT 10
SELECT date_trunc('month', d)::date AS month FROM generate_series(CURRENT_DATE - INTERVAL '11 months', CURRENT_DATE, INTERVAL '1 month') d
SELECT g::date FROM generate_series(date_trunc('month', CURRENT_DATE), CURRENT_DATE, '1 day') AS g
SELECT gs FROM generate_series(10, 1, -3) AS gs
SELECT gs / 10.0 FROM generate_series(0, 1, 0.25) AS gs
SELECT now() AT TIME ZONE 'UTC' IS NOT NULL
SELECT CAST(NULL AS text), CAST(NULL AS numeric(10, 2)), NULL::date, CAST(ARRAY[1] AS text[])
SELECT count(*) FROM orders WHERE order_date + 3 < coalesce(shipped_at::date, CURRENT_DATE)
SELECT count(*) FROM orders WHERE extract(isodow FROM order_date) IN (6, 7)
SELECT to_timestamp(1700000000)::date, to_timestamp('05 Dec 2000', 'DD Mon YYYY'), to_date('20240131', 'YYYYMMDD')
SELECT make_timestamp(2024, 1, 2, 3, 4, 5.5), make_timestamptz(2024, 1, 2, 3, 4, 5, 'UTC'), make_interval(years => 1, days => 2)
SELECT tstzrange('2024-01-01', '2024-02-01') @> shipped_at FROM orders ORDER BY order_id LIMIT 3
SELECT upper(int4range(1, 5)), lower(daterange('2024-01-01', '2024-01-31')), isempty(int4range(1, 1))
SELECT inet '10.0.0.1' << inet '10.0.0.0/8', '10.0.0.1'::inet
SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
SELECT decode_ FROM (SELECT 1 AS decode_) t
SELECT GROUPING(status, channel), status, channel FROM orders GROUP BY GROUPING SETS ((status, channel), (status), ()) ORDER BY 1, 2, 3
SELECT o.* FROM orders o JOIN stores s ON s.store_id = o.store_id AND s.city IN (SELECT city FROM stores GROUP BY city HAVING count(*) > 1) ORDER BY o.order_id LIMIT 4
SELECT avg(x)::numeric(10, 2) FROM (SELECT sum(quantity) AS x FROM order_lines GROUP BY order_id) t
SELECT stddev_samp(list_price)::numeric(8, 3), regr_count(list_price, product_id), regr_sxy(list_price, product_id)::numeric(12, 2) FROM products

-- literals
SELECT E'\x41\101\u0041\U00000041\\\'''' AS a, U&'d\0061t\+000061 \\ it''s' AS b, N'abc' AS c
SELECT 1_000 + 0x1F AS n, 1_000_000 AS m
SELECT 'a'⏎ 'b' AS c
SELECT 1E3, 1e+3, 1e-3, 0.5e1
