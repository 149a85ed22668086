import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fenceDatabase } from '../../../shared/movers/postgres/offline/fence-database';
import type { CopyOrder } from './copy-child';
import { contentOf, databases, startWorld, type Databases, type RunningWorld } from './offline-world';

const TABLES = ['public.a', 'public.b', 'public.c', 'public.d', 'public.e'];
const DDL = `
  ${TABLES.map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, word text NOT NULL UNIQUE DEFERRABLE);`).join('\n')}
  CREATE INDEX a_word ON a (word); CREATE INDEX b_word ON b (word);
  ALTER TABLE b ADD FOREIGN KEY (id) REFERENCES a (id);
`;
const ROWS = `
  ${TABLES.map((name) => `INSERT INTO ${name} SELECT i, repeat(md5(i::text), 2) FROM generate_series(1, 20000) i;`).join('\n')}
  SELECT lo_from_bytea(i::oid, decode(repeat('ab', i), 'hex')) FROM generate_series(100001, 100020) i;
`;
/** So slow that a copy takes a second or two. */
const BYTES_PER_SECOND = 8_000_000;
const SEED = 20_261_121;
const KILLS = 5;
const LATEST_KILL_MS = 2_500;

let world: RunningWorld;

beforeAll(async () => {
  world = await startWorld(14, 18);
});

afterAll(() => world.close());

function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

/** Runs the copy in a process of its own; null: killed. */
async function copyInChild(order: CopyOrder, killAfterMs: number | null): Promise<string | null> {
  const script = ['--require', resolve('test/support/run-typescript.js'), join(__dirname, 'copy-child.ts')];
  const child = spawn(process.execPath, [...script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (killAfterMs !== null && !said.includes('begun') && child.exitCode === null) await sleep(5);
  if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs).unref();
  await ended;
  return /^ended (\w+)$/mu.exec(said)?.[1] ?? null;
}

const orderOf = ({ context }: Databases, journal: string): CopyOrder => {
  const { asset, migrationId, source, target } = context;
  const limits = { ...asset.limits, bytesPerSecond: BYTES_PER_SECOND };
  return { asset: { ...asset, limits }, migrationId, source, target, journal };
};

describe('a copy of a fenced database that is killed', () => {
  it('R121 goes on after SIGKILL at any moment and ends with every row once, every key and every large object', async () => {
    const pair = await databases(world, { ddl: DDL, rows: ROWS });
    expect(await fenceDatabase(pair.context, { graceMs: 0 })).toMatchObject({ kind: 'fenced' });
    const order = orderOf(pair, pair.journalPath);
    const random = seeded(SEED);
    for (let kill = 1; kill <= KILLS; kill += 1)
      await copyInChild(order, random.next().value * LATEST_KILL_MS);
    expect(await copyInChild(order, null)).toBe('done');

    expect(await contentOf(pair.target, TABLES)).toEqual(await contentOf(pair.source, TABLES));
    const INDEXES = 'SELECT indexdef FROM pg_indexes WHERE schemaname = $$public$$ ORDER BY 1';
    expect(await pair.onTarget(INDEXES)).toEqual(await pair.onSource(INDEXES));
    const OBJECTS = 'SELECT oid, md5(lo_get(oid)) FROM pg_largeobject_metadata ORDER BY 1';
    expect(await pair.onTarget(OBJECTS)).toEqual(await pair.onSource(OBJECTS));
    const KEYS = `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') ORDER BY 1`;
    expect(await pair.onTarget(KEYS)).toEqual(await pair.onSource(KEYS));
  });
});
