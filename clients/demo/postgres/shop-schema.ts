export const CUSTOMERS = 5_000;

/** The shop's own DDL, as its developers keep it: what Causeway is given to make the target's tables from. */
export const SHOP_DDL = `
CREATE TYPE order_state AS ENUM ('placed', 'paid', 'sent');
CREATE TABLE customers (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  address jsonb NOT NULL DEFAULT '{}',
  orders_placed bigint NOT NULL DEFAULT 0,
  since timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
  id bigserial PRIMARY KEY,
  writer integer NOT NULL,
  number integer NOT NULL,
  customer_id integer NOT NULL REFERENCES customers (id),
  state order_state NOT NULL DEFAULT 'placed',
  amount numeric(12, 2) NOT NULL,
  tax numeric(12, 2) GENERATED ALWAYS AS (round(amount * 0.19, 2)) STORED,
  note text,
  placed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX orders_by_writer ON orders (writer, number);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE VIEW turnover AS SELECT state, count(*) AS orders, sum(amount) AS amount FROM orders GROUP BY state;
`;

/** What is there before anybody writes. */
export const SHOP_DATA = `
INSERT INTO customers (name, address)
SELECT 'Customer ' || n, jsonb_build_object('city', 'Città ' || n % 97, 'zip', n % 10000) FROM generate_series(1, ${CUSTOMERS}) n;
INSERT INTO orders (writer, number, customer_id, state, amount, note)
SELECT 0, n, 1 + n % ${CUSTOMERS}, (ARRAY['placed', 'paid', 'sent'])[1 + n % 3]::order_state, (n % 100000) / 100.0, repeat('wrapped as a gift; ', n % 8)
FROM generate_series(1, ${3 * CUSTOMERS}) n;
UPDATE customers SET orders_placed = 3;
`;

/** One purchase, as one statement: an order, and its customer's count. A double of it would show in both. */
export const PLACE_ORDER = `
WITH placed AS (
  INSERT INTO orders (writer, number, customer_id, amount, note)
  VALUES ($1, $2, $3, $4, $5) RETURNING customer_id)
UPDATE customers SET orders_placed = orders_placed + 1 FROM placed WHERE customers.id = placed.customer_id`;
