/**
 * Clients that write all the time, each transaction an entry and a balance, and remember what was acknowledged: afterwards every
 * acknowledged entry must be there once. They write one table's rows again and again, so that order matters as well.
 */
import { Client } from 'pg';

export const LEDGER_DDL = `
  CREATE TABLE ledger (id bigserial PRIMARY KEY, writer integer NOT NULL, entry integer NOT NULL);
  CREATE TABLE "Konten ""ä""" (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, balance integer NOT NULL DEFAULT 0);
  INSERT INTO "Konten ""ä""" (balance) SELECT 0 FROM generate_series(1, 8);`;
/** Both sides get the tables, the target without rows. */
export const EMPTY_LEDGER_DDL = LEDGER_DDL.replace(/INSERT INTO .*;/u, '');

const WRITE = `BEGIN; INSERT INTO ledger (writer, entry) VALUES ($writer, $entry);
  UPDATE "Konten ""ä""" SET balance = balance + 1 WHERE id = 1 + $writer % 8; COMMIT`;
const TRY_AGAIN_MS = 2;

export interface Ledger {
  /** By writer: entries whose commit was acknowledged. */
  readonly acknowledged: readonly (readonly number[])[];
  /** By writer: entries whose connection broke before an answer came; they may be there or not. */
  readonly unknown: readonly (readonly number[])[];
  /** When each acknowledgement came, by `performance.now()`, by writer. */
  readonly times: readonly (readonly number[])[];
}

export interface Writers {
  /** All so far, also while they write. */
  readonly ledger: Ledger;
  acknowledgedCount(): number;
  stop(): Promise<Ledger>;
}

/** `route` is asked for a connection string before every entry; another one, or a broken connection, and a writer connects anew. */
export function startWriters(count: number, route: () => string, pauseMs = 0): Writers {
  let stopped = false;
  const lists = <T>() => Array.from({ length: count }, (): T[] => []);
  const ledger = { acknowledged: lists<number>(), unknown: lists<number>(), times: lists<number>() };
  const write = async (writer: number): Promise<void> => {
    let client: Client | null = null;
    let connectedTo = '';
    for (let entry = 0; !stopped; entry += 1) {
      const url: string = route();
      if (client !== null && url !== connectedTo) client = await leave(client);
      connectedTo = url;
      client ??= await connect(route, () => stopped);
      if (client === null) return;
      try {
        await client.query(WRITE.replaceAll('$writer', `${writer}`).replaceAll('$entry', `${entry}`));
        ledger.acknowledged[writer]!.push(entry);
        ledger.times[writer]!.push(performance.now());
        if (pauseMs > 0) await pause(pauseMs);
      } catch (error) {
        if (!isRefusal(error)) ledger.unknown[writer]!.push(entry);
        client = isRefusal(error) ? await tryAgain(client) : await leave(client);
      }
    }
    await client?.end();
  };
  const ended = Promise.all(ledger.acknowledged.map((_, writer) => write(writer)));
  return {
    ledger,
    acknowledgedCount: () => ledger.acknowledged.reduce((sum, list) => sum + list.length, 0),
    stop: async () => {
      stopped = true;
      await ended;
      return ledger;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The server answered: nothing was written. Shutdown and admin's end (class 57) leave it open what had been committed. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  'severity' in error &&
  !String((error as { code?: string }).code).startsWith('57');

async function leave(client: Client): Promise<null> {
  await client.end().catch(() => undefined);
  return null;
}

/** Whoever was refused stays connected until the route changes, or the connection is broken off. */
async function tryAgain(client: Client): Promise<Client | null> {
  await pause(TRY_AGAIN_MS);
  return client.query('ROLLBACK').then(
    () => client,
    () => leave(client),
  );
}

async function connect(route: () => string, isOver: () => boolean): Promise<Client | null> {
  while (!isOver()) {
    const client = new Client({ connectionString: route(), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch {
      await client.end().catch(() => undefined);
      await pause(TRY_AGAIN_MS);
    }
  }
  return null;
}

export interface Audit {
  readonly acknowledged: number;
  /** Acknowledged and not there. */
  readonly lost: number;
  /** There more than once. */
  readonly doubled: number;
  /** There although nobody tried it, or it was refused. */
  readonly strange: number;
  /** Every balance is the number of its entries. */
  readonly balanced: boolean;
}

/** Compares what clients were told with what a database has. */
export async function audit(url: string, { acknowledged, unknown }: Ledger): Promise<Audit> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ writer: number; entries: number[] }>(
      'SELECT writer, array_agg(entry) AS entries FROM ledger GROUP BY writer',
    );
    const found = new Map(rows.map(({ writer, entries }) => [writer, entries]));
    const total = { acknowledged: 0, lost: 0, doubled: 0, strange: 0 };
    for (const [writer, told] of acknowledged.entries()) {
      const entries = found.get(writer) ?? [];
      const there = new Set(entries);
      const possible = new Set([...told, ...(unknown[writer] ?? [])]);
      total.acknowledged += told.length;
      total.lost += told.filter((entry) => !there.has(entry)).length;
      total.doubled += entries.length - there.size;
      total.strange += [...there].filter((entry) => !possible.has(entry)).length;
    }
    const sums = await client.query<{ balanced: boolean }>(
      `SELECT (SELECT coalesce(sum(balance), 0) FROM "Konten ""ä""") = (SELECT count(*) FROM ledger) AS balanced`,
    );
    return { ...total, balanced: sums.rows[0]?.balanced === true };
  } finally {
    await client.end();
  }
}

/** A sum over every row of the ledger's tables: equal on both sides, or something differs. */
export async function checksum(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ sum: string }>(
      `SELECT sum(hashtextextended(line, 0)::numeric)::text AS sum FROM
       (SELECT l::text AS line FROM ledger l UNION ALL SELECT k::text FROM "Konten ""ä""" k) AS lines`,
    );
    return rows[0]?.sum ?? '';
  } finally {
    await client.end();
  }
}
