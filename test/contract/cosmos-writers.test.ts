import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openCosmosStore, type CosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { StaleWriteError } from '../../shared/contracts/errors';
import {
  create,
  remove,
  replace,
  type DocumentType,
  type Operation,
  type Store,
} from '../../shared/ports/store';
import { startCosmosServer, type CosmosServer } from '../support/cosmos/cosmos-server';
import type { Fault, RequestKind } from '../support/cosmos/cosmos-faults';

/** 1,000 take minutes: `CAUSEWAY_COSMOS_SEEDS=1000 npx jest test/contract/cosmos-writers`. */
const SEEDS = Number(process.env['CAUSEWAY_COSMOS_SEEDS'] ?? 30);
const AT_ONCE = 8;
const WRITERS = 3;
const WRITES = 4;
/** Of each write. */
const EVENTS = 2;
const REQUEST_LIMIT_MS = 1_000;

const Subject = z.strictObject({ sum: z.number(), sequence: z.number() });
const Event = z.strictObject({ by: z.string(), sequence: z.number() });
const subjectType: DocumentType<z.infer<typeof Subject>> = { name: 'cutover', schema: Subject };
const eventType: DocumentType<z.infer<typeof Event>> = { name: 'event', schema: Event };
const leaseType: DocumentType<{ by: string }> = { name: 'lease', schema: z.strictObject({ by: z.string() }) };

const seededRandom = (seed: number) => {
  let state = seed | 0;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const FAULTS: readonly Fault[] = [
  { kind: 'answer', status: 429, retryAfterMs: 1 },
  { kind: 'answer', status: 449 },
  { kind: 'answer', status: 412 },
  { kind: 'answer', status: 503 },
  { kind: 'answer-after', status: 408 },
  { kind: 'answer-after', status: 503 },
  { kind: 'cut-after' },
  { kind: 'cut-before' },
];

/** A third of the writes and some of the reads go wrong; one in three hundred writes is never answered. */
const faultsBy =
  (random: () => number) =>
  (kind: RequestKind): Fault | null => {
    const chance = random();
    if (kind === 'read' || kind === 'query' || kind === 'feed')
      return chance < 0.05 ? { kind: 'answer', status: 429, retryAfterMs: 1 } : null;
    if (kind !== 'batch' || chance > 1 / 3) return null;
    return chance < 1 / 300
      ? { kind: 'silence-after' }
      : (FAULTS[Math.floor(random() * FAULTS.length)] ?? null);
  };

const untilNotStale = async (work: () => Promise<void>): Promise<void> => {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleWriteError)) throw error;
    }
  }
};

/** Adds one to the sum and writes the events of it, as the ledger does; now and then takes and gives back a lease. */
const write = (store: Store, partition: string, by: string): Promise<void> =>
  untilNotStale(async () => {
    const stored = await store.read(subjectType, partition, 'subject');
    if (stored === null) throw new Error(`no subject in ${partition}`);
    const sequence = stored.body.sequence + EVENTS;
    const events = Array.from({ length: EVENTS }, (_, n) => ({ by, sequence: stored.body.sequence + n + 1 }));
    const lease = await store.read(leaseType, partition, 'lease');
    const leases: Operation[] =
      lease === null ? [create(leaseType, 'lease', { by })] : [remove(leaseType, lease)];
    await store.commit(partition, [
      replace(subjectType, stored, { sum: stored.body.sum + 1, sequence }),
      ...events.map((event) => create(eventType, String(event.sequence).padStart(9, '0'), event)),
      ...leases,
    ]);
  });

/** A commit that only creates, then one that only deletes. */
const passOn = async (store: Store, partition: string, by: string): Promise<void> => {
  await untilNotStale(() => store.commit(partition, [create(leaseType, by, { by })]));
  await untilNotStale(async () => {
    const mine = await store.read(leaseType, partition, by);
    if (mine === null) throw new Error(`the lease of ${by} is lost`);
    await store.commit(partition, [remove(leaseType, mine)]);
  });
};

describe('interleaved writers over a Cosmos DB account in trouble', () => {
  let server: CosmosServer;
  let stores: CosmosStore[];

  beforeAll(async () => {
    server = await startCosmosServer();
    stores = [0, 1].map(() =>
      openCosmosStore({
        connectionString: server.connectionString,
        requestLimitMs: REQUEST_LIMIT_MS,
        readLimitMs: 60_000,
        patience: { attempts: 40, firstWaitMs: 1, longestWaitMs: 8, limitMs: 60_000 },
      }),
    );
    await storeOf(0).commit('warm-up', [create(leaseType, 'x', { by: '' })]);
    await storeOf(1).read(leaseType, 'warm-up', 'x');
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await server.stop();
  });
  const storeOf = (n: number): CosmosStore => {
    const store = stores[n % stores.length];
    if (store === undefined) throw new Error('no store');
    return store;
  };

  const run = async (seed: number): Promise<void> => {
    const partition = `cutover:${seed}`;
    const subject = create(subjectType, 'subject', { sum: 0, sequence: 0 });
    await untilNotStale(() => storeOf(seed).commit(partition, [subject]));
    const writers = Array.from({ length: WRITERS }, async (_, n) => {
      const by = `writer-${n}`;
      for (let at = 0; at < WRITES; at += 1) await write(storeOf(n), partition, by);
      await passOn(storeOf(n), partition, by);
    });
    await Promise.all(writers);
  };

  /** What each partition must hold once every writer has been told that its writes are done, and nothing else. */
  const check = async (seed: number): Promise<void> => {
    const partition = `cutover:${seed}`;
    const total = WRITERS * WRITES;
    const sequences = Array.from({ length: total * EVENTS }, (_, n) => n + 1);
    const subject = await storeOf(0).read(subjectType, partition, 'subject');
    expect(subject?.body).toEqual({ sum: total, sequence: total * EVENTS });
    const events = (await storeOf(1).list(eventType, partition)).items.map(({ body }) => body);
    expect(events.map(({ sequence }) => sequence)).toEqual(sequences);
    const byWriter = Map.groupBy(events, ({ by }) => by);
    expect([...byWriter.values()].map(({ length }) => length)).toEqual(Array(WRITERS).fill(WRITES * EVENTS));
    expect((await storeOf(0).list(leaseType, partition)).items).toHaveLength(total % 2);
  };

  it(`loses no update and loses or invents no event in ${SEEDS} seeded runs, and keeps the order of each`, async () => {
    for (let first = 1; first <= SEEDS; first += AT_ONCE) {
      const seeds = Array.from({ length: Math.min(AT_ONCE, SEEDS - first + 1) }, (_, n) => first + n);
      server.faults.rule = faultsBy(seededRandom(first));
      await Promise.all(seeds.map(run));
      server.faults.rule = () => null;
      await Promise.all(seeds.map(check));
    }
    const seen = new Map<string, number[]>();
    let after: string | null = null;
    for (;;) {
      const page: Awaited<ReturnType<Store['changes']>> = await storeOf(0).changes('event', after, 500);
      if (page.changes.length === 0) break;
      for (const { partition, body } of page.changes)
        seen.set(partition, [...(seen.get(partition) ?? []), Event.parse(body).sequence]);
      after = page.next;
    }
    expect(seen.size).toBe(SEEDS);
    const inOrder = Array.from({ length: WRITERS * WRITES * EVENTS }, (_, n) => n + 1);
    for (const sequences of seen.values()) expect(sequences).toEqual(inOrder);
  }, 1_200_000);
});
