-- The sample warehouse: two years of a retailer's orders. Run by sample.py; runs anywhere PostgreSQL does.
-- `shop` is what questions may read; `internal` holds what they must never see, so that this can be tested.
-- Comments are read by introspection: they are what an agent knows of a table without a catalog.

CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'What questions may read';

CREATE TABLE shop.regions (
    region_id integer PRIMARY KEY,
    name text NOT NULL UNIQUE,
    manager text
);
COMMENT ON TABLE shop.regions IS 'Sales regions, each with its stores';
COMMENT ON COLUMN shop.regions.manager IS 'Who leads the region; empty while the post is vacant';

CREATE TABLE shop.stores (
    store_id integer PRIMARY KEY,
    region_id integer NOT NULL REFERENCES shop.regions,
    name text NOT NULL UNIQUE,
    city text NOT NULL,
    opened_on date NOT NULL,
    floor_area integer CHECK (floor_area > 0)
);
COMMENT ON TABLE shop.stores IS 'Shops; online orders belong to the store that ships them';
COMMENT ON COLUMN shop.stores.floor_area IS 'Sales floor in square metres; empty for stores without one';

CREATE TABLE shop.customers (
    customer_id integer PRIMARY KEY,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text,
    city text,
    segment text NOT NULL CHECK (segment IN ('consumer', 'business', 'education')),
    birth_year integer,
    newsletter boolean NOT NULL,
    joined_on date NOT NULL
);
COMMENT ON TABLE shop.customers IS 'People and organisations that have an account';
COMMENT ON COLUMN shop.customers.email IS 'E-mail address; personal data';
COMMENT ON COLUMN shop.customers.birth_year IS 'Empty for organisations and for those who did not say';
COMMENT ON COLUMN shop.customers.newsletter IS 'Whether they receive the newsletter';

CREATE TABLE shop.categories (
    category_id integer PRIMARY KEY,
    name text NOT NULL UNIQUE,
    department text NOT NULL
);
COMMENT ON TABLE shop.categories IS 'Product categories, grouped into departments';

CREATE TABLE shop.products (
    product_id integer PRIMARY KEY,
    category_id integer NOT NULL REFERENCES shop.categories,
    name text NOT NULL UNIQUE,
    brand text NOT NULL,
    list_price numeric(10, 2) NOT NULL CHECK (list_price > 0),
    weight_kg numeric(6, 3),
    discontinued boolean NOT NULL
);
COMMENT ON TABLE shop.products IS 'Articles for sale';
COMMENT ON COLUMN shop.products.list_price IS 'Price today before any discount, in EUR';
COMMENT ON COLUMN shop.products.weight_kg IS 'Shipping weight in kilograms';
COMMENT ON COLUMN shop.products.discontinued IS 'No longer reordered';

CREATE TABLE shop.orders (
    order_id bigint PRIMARY KEY,
    customer_id integer REFERENCES shop.customers,
    store_id integer NOT NULL REFERENCES shop.stores,
    order_date date NOT NULL,
    channel text NOT NULL CHECK (channel IN ('walk-in', 'online', 'phone')),
    status text NOT NULL CHECK (status IN ('open', 'shipped', 'completed')),
    coupon text,
    shipped_at timestamptz
);
COMMENT ON TABLE shop.orders IS 'Orders, one per purchase';
COMMENT ON COLUMN shop.orders.customer_id IS 'Empty when somebody bought in a store without an account';
COMMENT ON COLUMN shop.orders.coupon IS 'The coupon code that was used, if any';
COMMENT ON COLUMN shop.orders.shipped_at IS 'When it left us; empty for walk-in purchases and open orders';

CREATE TABLE shop.order_lines (
    order_line_id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES shop.orders,
    product_id integer NOT NULL REFERENCES shop.products,
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(10, 2) NOT NULL CHECK (unit_price > 0),
    unit_cost numeric(10, 2) NOT NULL CHECK (unit_cost > 0),
    discount numeric(4, 3) NOT NULL CHECK (discount >= 0 AND discount < 1),
    UNIQUE (order_id, product_id)
);
COMMENT ON TABLE shop.order_lines IS 'What was bought: one line per order and product';
COMMENT ON COLUMN shop.order_lines.unit_price IS 'Price of one piece at the time of the order, in EUR';
COMMENT ON COLUMN shop.order_lines.unit_cost IS 'What one piece cost us, in EUR';
COMMENT ON COLUMN shop.order_lines.discount IS 'Share of the price taken off, 0.1 is 10 %';

CREATE TABLE shop.returns (
    return_id bigint PRIMARY KEY,
    order_line_id bigint NOT NULL UNIQUE REFERENCES shop.order_lines,
    returned_on date NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    reason text,
    refund numeric(10, 2) NOT NULL CHECK (refund >= 0)
);
COMMENT ON TABLE shop.returns IS 'Pieces that were sent or brought back';
COMMENT ON COLUMN shop.returns.reason IS 'What the customer said; often nothing';
COMMENT ON COLUMN shop.returns.refund IS 'Money paid back, in EUR';

CREATE INDEX ON shop.orders (order_date);
CREATE INDEX ON shop.orders (store_id);
CREATE INDEX ON shop.order_lines (product_id);

CREATE SCHEMA internal;
COMMENT ON SCHEMA internal IS 'What questions must never see';

CREATE TABLE internal.employees (
    employee_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    salary numeric(10, 2) NOT NULL
);

CREATE TABLE internal.api_keys (
    key_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL,
    secret text NOT NULL
);

-- A function that would hand the salaries to whoever may call it: nobody but its owner.
CREATE FUNCTION internal.payroll() RETURNS numeric LANGUAGE sql SECURITY DEFINER
    BEGIN ATOMIC SELECT sum(salary) FROM internal.employees; END;

CREATE TABLE internal.loaded (
    seed integer NOT NULL,
    today date NOT NULL,
    version text NOT NULL,
    order_lines integer NOT NULL
);
COMMENT ON TABLE internal.loaded IS 'What sample.py put here, so that it knows when to do it again';
