import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCosmosStore } from '../../../shared/adapters/cosmos/cosmos-store';
import type { ChargedCall } from '../../../shared/adapters/cosmos/request-charge';
import { SqliteStore } from '../../../shared/adapters/sqlite/sqlite-store';
import { CausewayEvent } from '../../../shared/contracts/event';
import { eventType, sequenceId, wavePartition, waveType } from '../../../shared/ledger/documents';
import { createWave } from '../../../shared/ledger/waves';
import { create, type Store } from '../../../shared/ports/store';
import { startCosmosServer } from '../../support/cosmos/cosmos-server';
import { lead, LedgerUnderTest } from '../../support/ledger-under-test';
import { sampleWave, sampleWorkload } from '../../support/sample-plan';

export const WAVES = 10_000;
const EVENTS_OF_A_WAVE = 2;
const AT_ONCE = 16;
const LOOKS = 60;

export interface LookFigures {
  readonly listMs: number;
  readonly findMs: number;
}
export interface WaveFigures {
  readonly cosmos: LookFigures;
  readonly sqlite: LookFigures;
  readonly listUnits: number;
  readonly findUnits: number;
}

/** Fills both stores with the documents of so many waves, and looks into one wave's partition and, by index, into all. */
export async function waveFigures(): Promise<WaveFigures> {
  const server = await startCosmosServer({ physicalPartitions: 1, pageItems: 1_000 });
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  const sqlite = new SqliteStore(join(folder, 'store.db'));
  const calls: ChargedCall[] = [];
  const cosmos = openCosmosStore({ ...server, onCharge: (call) => void calls.push(call) });
  try {
    for (const store of [cosmos, sqlite]) await fill(store);
    calls.length = 0;
    const figures = { cosmos: await look(cosmos), sqlite: await look(sqlite) };
    return { ...figures, listUnits: unitsOf(calls, 'list'), findUnits: unitsOf(calls, 'find') };
  } finally {
    cosmos.close();
    sqlite.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function fill(store: Store): Promise<void> {
  const under = new LedgerUnderTest();
  await under.putWorkload(sampleWorkload());
  const sample = (await createWave(under.ledger, lead, sampleWave())).body;
  const [event] = await under.events(wavePartition(sample.id));
  under.close();
  const fillOne = async (n: number): Promise<void> => {
    const id = `wave-${n}`;
    const subject = wavePartition(id);
    const events = Array.from({ length: EVENTS_OF_A_WAVE }, (_, at) =>
      create(
        eventType,
        sequenceId(at + 1),
        CausewayEvent.parse({ ...event, id: `${subject}:${at + 1}`, subject, sequence: at + 1 }),
      ),
    );
    await store.commit(subject, [create(waveType, id, { ...sample, id }), ...events]);
  };
  for (let first = 0; first < WAVES; first += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => fillOne(first + n)));
}

async function look(store: Store): Promise<LookFigures> {
  const listMs: number[] = [];
  const findMs: number[] = [];
  for (let n = 0; n < LOOKS; n += 1) {
    const id = `wave-${(n * 7_919) % WAVES}`;
    listMs.push(await timed(() => store.list(eventType, wavePartition(id)), EVENTS_OF_A_WAVE));
    findMs.push(await timed(() => store.find(waveType, 'status', { equals: 'planned' }, { limit: 20 }), 20));
  }
  return { listMs: median(listMs), findMs: median(findMs) };
}

const timed = async (
  ask: () => Promise<{ readonly items: readonly unknown[] }>,
  count: number,
): Promise<number> => {
  const began = performance.now();
  const { items } = await ask();
  if (items.length !== count) throw new Error(`${items.length} found, not ${count}`);
  return performance.now() - began;
};

const unitsOf = (calls: readonly ChargedCall[], call: ChargedCall['call']): number =>
  median(calls.filter((each) => each.call === call).map(({ requestUnits }) => requestUnits));

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
