import { relay } from '../../../functions/messages/outbox';
import { cutover } from '../../../orchestrations/cutover';
import { itineraries } from '../../../orchestrations/itineraries';
import { openCosmosStore } from '../../../shared/adapters/cosmos/cosmos-store';
import type { ChargedCall } from '../../../shared/adapters/cosmos/request-charge';
import { CausewayEvent } from '../../../shared/contracts/event';
import { eventType } from '../../../shared/ledger/documents';
import { changeWaveRecord } from '../../../shared/ledger/waves';
import type { Operation, Store } from '../../../shared/ports/store';
import { startCosmosServer } from '../../support/cosmos/cosmos-server';
import { LedgerUnderTest } from '../../support/ledger-under-test';
import { LedgerWorld } from '../../support/ledger-world';
import { minutes, sampleWave } from '../../support/sample-plan';
import { stepToEnd } from '../../support/stepped-durable';

const TROUBLE_PERCENT = 10;

/** What one cutover does to the store, from its creation to its end, its relay included. */
export interface CutoverFigures {
  readonly reads: number;
  readonly finds: number;
  readonly commits: number;
  readonly documents: number;
  readonly documentBytes: number;
  readonly largestCommitBytes: number;
  readonly requestUnits: number;
  readonly storedBytes: number;
}

/** Runs the offline itinerary of one workload in process, people and worker by the seed, over the real adapter. */
export async function cutoverFigures(seed: number): Promise<CutoverFigures> {
  const server = await startCosmosServer({ physicalPartitions: 1, pageItems: 1_000 });
  const calls: ChargedCall[] = [];
  const store = openCosmosStore({ ...server, onCharge: (call) => void calls.push(call) });
  const written: Operation[] = [];
  const under = new LedgerUnderTest(itineraries.offline, withRelay(store, written));
  try {
    await runCutover(under, seed, () => {
      for (const noted of [calls, written, server.requests]) noted.length = 0;
    });
    const sizes = server.requests.filter(({ kind }) => kind === 'batch').map(({ sizeBytes }) => sizeBytes);
    const count = (call: ChargedCall['call']) => calls.filter((each) => each.call === call).length;
    const requestUnits = calls.reduce((sum, each) => sum + each.requestUnits, 0);
    const sentBytes = sizes.reduce((sum, size) => sum + size, 0);
    return {
      reads: count('read'),
      finds: count('find') + count('list'),
      commits: count('commit'),
      documents: written.length,
      documentBytes: sentBytes / written.length,
      largestCommitBytes: Math.max(...sizes),
      requestUnits,
      storedBytes: storedBytes(server.storedItems()),
    };
  } finally {
    under.close();
    store.close();
    await server.stop();
  }
}

async function runCutover(under: LedgerUnderTest, seed: number, begins: () => void): Promise<void> {
  await under.putWave(sampleWave({ window: { start: minutes(3), end: minutes(100_000) } }));
  await changeWaveRecord<void>(under.ledger, 'first', ({ body }) => ({
    change: { body: { ...body, approvedPlanHash: body.planHash } },
    result: undefined,
  }));
  begins();
  const id = await under.putCutoverOf('first');
  const world = new LedgerWorld(under, id, { seed, trouble: TROUBLE_PERCENT, commands: [] });
  const { itinerary } = await under.cutover(id);
  await stepToEnd(cutover, { cutoverId: id, assetIds: ['files'], itinerary, position: 0 }, world, []);
}

/** Each commit's events are relayed by themselves: the most confirmations there can be. */
function withRelay(store: Store, written: Operation[]): Store {
  const bus = { publish: async () => undefined };
  return {
    read: (type, partition, id) => store.read(type, partition, id),
    list: (type, partition, page) => store.list(type, partition, page),
    find: (type, index, range, page) => store.find(type, index, range, page),
    changes: (type, after, limit) => store.changes(type, after, limit),
    commit: async (partition, operations) => {
      await store.commit(partition, operations);
      written.push(...operations);
      const events = operations.filter(({ type }) => type.name === eventType.name);
      const bodies = events.map((operation) =>
        CausewayEvent.parse('body' in operation ? operation.body : null),
      );
      await relay({ store, bus }, bodies);
    },
  };
}

const storedBytes = (items: readonly unknown[]): number =>
  items.reduce<number>((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0);
