/** A shop whose clients write all the time, some rows again and again. Rows whose number ends in 0 they leave alone. */
import { Client } from 'pg';

export const SHOP_DDL = `
  CREATE TYPE state AS ENUM ('open', 'paid', 'sent', 'returned');
  CREATE TABLE orders (
    id bigint PRIMARY KEY, state state NOT NULL, amount numeric, placed timestamptz, customer uuid, note text, detail jsonb
  );
  CREATE TABLE line (order_id bigint, number smallint, article text, price numeric(10, 2), PRIMARY KEY (order_id, number));
  CREATE TABLE article (code text PRIMARY KEY, title text, stock integer);
  CREATE TABLE visit (at timestamptz NOT NULL, page text);
  CREATE TABLE counter (name text PRIMARY KEY, value bigint NOT NULL);
`;

export const shopRows = (rows: number): string => `
  INSERT INTO orders SELECT n, (enum_range(NULL::state))[1 + n % 4], (n % 100000) / 100.0, timestamptz '2026-01-01 00:00+00' + n * interval '7 s',
    md5(n::text)::uuid, 'Lieferung an Größe ' || n || repeat(' x', n % 30), jsonb_build_object('n', n, 'tags', jsonb_build_array(n % 7, 'ä'))
    FROM generate_series(1, ${rows}) n;
  INSERT INTO line SELECT n / 2, n % 2, 'article ' || n % 5000, n % 1000 / 10.0 FROM generate_series(1, ${rows}) n;
  INSERT INTO article SELECT 'c' || md5(n::text), 'Größe ' || n, n FROM generate_series(1, ${Math.ceil(rows / 10)}) n;
  INSERT INTO visit SELECT timestamptz '2026-01-01 00:00+00' + n * interval '1 s', '/page/' || n FROM generate_series(1, ${Math.ceil(rows / 10)}) n;
  INSERT INTO counter SELECT 'counter ' || n, 0 FROM generate_series(1, 20) n`;

const PAUSE_MS = 8;

/** Each client inserts, changes and deletes orders, draws counters, and notes visits. */
export function startShop(url: string, clients: number, rows: number) {
  let stopped = false;
  let transactions = 0;
  const begun = performance.now();
  const write = async (number: number): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    for (let turn = 0; !stopped; turn += 1) {
      const id = 1 + 10 * Math.floor(Math.random() * (rows / 10 - 1)) + Math.floor(Math.random() * 9);
      const fresh = rows + 1 + 10 * (turn * clients + number);
      await client.query(
        `BEGIN; INSERT INTO orders (id, state, amount, placed) VALUES (${fresh}, 'open', ${turn} / 100.0, now());
         UPDATE orders SET state = 'paid', amount = amount + 1, detail = detail || '{"paid": ${turn}}' WHERE id = ${id};
         DELETE FROM orders WHERE id = ${fresh - 30 * clients};
         UPDATE counter SET value = value + 1 WHERE name = 'counter ${1 + (turn % 3)}';
         INSERT INTO visit VALUES (clock_timestamp(), '/now/${number}/${turn}'); COMMIT`,
      );
      transactions += 1;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await client.end();
  };
  const ended = Promise.all(Array.from({ length: clients }, (_, number) => write(number)));
  return {
    stop: async () => {
      stopped = true;
      await ended;
      return { perSecond: transactions / ((performance.now() - begun) / 1_000) };
    },
  };
}
