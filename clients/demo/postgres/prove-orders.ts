import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { MeasuredSwitch } from '../../../shared/contracts/cutover';
import type { Emit } from '../events';
import { percentile } from '../outage-meter';
import type { Proof } from '../proof';
import { connect, shopUrl, WORKLOAD_ID, type RunningShop } from './start-shop';
import type { WriterSummary } from './writer-client';

interface Acknowledged {
  readonly writer: number;
  readonly number: number;
  readonly content: string;
  readonly atMs: number;
}

export interface OrderFigures {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
}

/** Every acknowledged order, in the order of the acknowledgements. */
export async function readLedger(file: string): Promise<readonly Acknowledged[]> {
  const found: Acknowledged[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [writer, number, customer, amount, note, atMs] = JSON.parse(line) as [
      number,
      number,
      number,
      string,
      string,
      number,
    ];
    found.push({ writer, number, content: `${customer}|${amount}|${note}`, atMs });
  }
  return found;
}

/** Looks for every acknowledged order in the new database, and compares both databases row by row. */
export async function proveOrders(
  proof: Proof,
  shop: RunningShop,
  ledger: readonly Acknowledged[],
  summary: WriterSummary,
): Promise<OrderFigures> {
  const found = await ordersIn(shopUrl(shop.target));
  const lost = ledger.filter(
    ({ writer, number, content }) => !(found.get(`${writer}/${number}`) ?? []).includes(content),
  ).length;
  const doubled = [...found.values()].filter((copies) => copies.length > 1).length;
  const acknowledged = ledger.length;
  proof.check(
    'No acknowledged order is lost',
    lost === 0 && acknowledged > 0 && acknowledged === summary.acknowledged,
    `${acknowledged} acknowledged, ${lost} lost; ${summary.refused} refused and tried again, ${summary.uncertain} uncertain`,
  );
  proof.check('No order is there twice', doubled === 0, `${found.size} orders, ${doubled} doubled`);
  for (const table of ['customers', 'orders']) await proveEqual(proof, shop, table);
  return { acknowledged, lost, doubled };
}

/** What customers ordered, by writer and number. */
async function ordersIn(url: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ key: string; content: string }>(
      `SELECT writer || '/' || number AS key, customer_id || '|' || amount || '|' || note AS content FROM orders WHERE writer > 0`,
    );
    const found = new Map<string, string[]>();
    for (const { key, content } of rows) found.set(key, [...(found.get(key) ?? []), content]);
    return found;
  } finally {
    await client.end();
  }
}

async function proveEqual(proof: Proof, { source, target }: RunningShop, table: string): Promise<void> {
  const [before, after] = await Promise.all([source, target].map((server) => rowsOf(shopUrl(server), table)));
  const differing = (before ?? []).filter((row, index) => row !== after?.[index]).length;
  const same = before !== undefined && differing === 0 && before.length === after?.length;
  proof.check(
    `Both databases have the same ${table}`,
    same,
    `${before?.length ?? 0} and ${after?.length ?? 0} rows compared one by one, ${differing} differ`,
  );
}

async function rowsOf(url: string, table: string): Promise<readonly string[]> {
  const client = await connect(url);
  try {
    await client.query("SET TimeZone = 'UTC'");
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY id`);
    return rows.map(({ row }) => row);
  } finally {
    await client.end();
  }
}

/** Around a switch an answer may be noted a little before or after the instants that Causeway noted. */
const AROUND_MS = 50;

/** The longest time that each writer went without an acknowledged order around a switch, shortest first. */
export function outagesSeen(
  ledger: readonly Acknowledged[],
  { beganAt, endedAt }: Pick<MeasuredSwitch, 'beganAt' | 'endedAt'>,
): readonly number[] {
  const [from, to] = [Date.parse(beganAt) - AROUND_MS, Date.parse(endedAt) + AROUND_MS];
  const last = new Map<number, number>();
  const longest = new Map<number, number>();
  for (const { writer, atMs } of ledger) {
    const before = last.get(writer);
    if (before !== undefined && before <= to && atMs >= from)
      longest.set(writer, Math.max(longest.get(writer) ?? 0, atMs - before));
    last.set(writer, atMs);
  }
  return [...longest.values()].sort((a, b) => a - b);
}

/** Tells of every switch what the customers saw of it; all outages together, shortest first. */
export function tellSwitches(
  emit: Emit,
  ledger: readonly Acknowledged[],
  switches: readonly MeasuredSwitch[],
): readonly number[] {
  const all: number[] = [];
  for (const made of switches) {
    const seen = outagesSeen(ledger, made);
    emit({
      event: 'switch',
      workload: WORKLOAD_ID,
      to: made.to,
      outageMs: { p50: percentile(seen, 0.5), p99: percentile(seen, 0.99) },
      measuredMs: made.outageMs,
      writeBlockedMs: made.writeBlockedMs,
    });
    all.push(...seen);
  }
  return all.sort((a, b) => a - b);
}
