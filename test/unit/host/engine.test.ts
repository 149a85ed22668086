import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../../host/engine/engine';
import type { LiveInstances } from '../../../host/engine/live-instances';
import type { LoadedFunction } from '../../../host/function-app';
import { ManualClock } from '../../support/manual-clock';
import { triggeredFunction } from '../../support/trigger-context';

interface Trigger {
  readonly history: readonly { readonly EventType: number }[];
}

const EVENT_RAISED = 15;
const WAITS_FOR_EVENT = { actionType: 6, externalEventName: 'go' };
const STATE_MARKER = '\n\n$OutOfProcData$:';

const orchestrator = (name: string, run: (trigger: Trigger) => unknown): LoadedFunction =>
  triggeredFunction(name, { type: 'orchestrationTrigger' }, ({ triggerData }) => run(triggerData as Trigger));

const waitForGo = ({ history }: Trigger): unknown => ({
  isDone: history.some(({ EventType }) => EventType === EVENT_RAISED),
  actions: [[WAITS_FOR_EVENT]],
  output: 'done',
});

describe('The durable engine', () => {
  let dataDir: string;
  let engine: Engine;
  let clock: ManualClock;
  let isBroken = true;
  let commits = 0;

  const open = (): Engine =>
    new Engine({
      functions: [
        orchestrator('Waits', waitForGo),
        orchestrator('Breaks', (trigger) => {
          if (!isBroken) return waitForGo(trigger);
          throw new Error(`broken${STATE_MARKER}${JSON.stringify({ actions: [[]], error: 'broken' })}`);
        }),
      ],
      dataDir,
      clock,
      log: () => undefined,
      fatal: (error) => {
        throw error;
      },
      maxConcurrentActivities: 1,
      maxConcurrentEntities: 1,
      maxEntityBatchSize: 1,
      maximumShortTimerMs: 1,
      longTimerIntervalMs: 1,
      replayMode: 'sessions',
      observer: {
        committed: () => (commits += 1),
        episode: () => undefined,
        creating: () => ({ created: () => undefined }),
        ended: () => undefined,
      },
    });

  beforeEach(() => {
    isBroken = true;
    commits = 0;
    clock = new ManualClock('2026-11-21T00:00:00Z');
    dataDir = mkdtempSync(join(tmpdir(), 'causeway-engine-'));
    engine = open();
  });

  afterEach(() => {
    engine.close();
    rmSync(dataDir, { recursive: true });
  });

  const settled = (): Promise<void> => engine.drain();

  it('resumes an instance that two people suspended at the same time', async () => {
    await engine.start('Waits', 'null', 'twice');
    await Promise.all([engine.suspend('twice', 'one'), engine.suspend('twice', 'two')]);
    await engine.resume('twice', '');
    expect(engine.find('twice')?.status).toBe('Running');
  });

  it('keeps an instance that is rewound while it is purged, and still has it after a restart', async () => {
    await engine.start('Breaks', 'null', 'torn');
    const row = engine.find('torn');
    if (row === undefined) throw new Error('It was not stored.');
    expect(row.status).toBe('Failed');
    isBroken = false;
    const [rewound, purged] = await Promise.all([engine.rewind('torn', ''), engine.purge([row])]);
    await settled();
    engine.close();
    engine = open();
    const isThere = engine.find('torn') !== undefined;
    expect({ rewound, purged, isThere }).toEqual({ rewound: { kind: 'accepted' }, purged: 0, isThere: true });
  });

  it('refuses ids that cannot be stored as they are, so that none takes the place of another', async () => {
    const [high, low] = ['\ud800', '\ud801'].map((id) => engine.start('Waits', 'null', id));
    expect([(await high)?.kind, (await low)?.kind]).toEqual(['refused', 'refused']);
  });

  const inMemory = (ids: readonly string[]): number => {
    const { live } = engine as unknown as { readonly live: LiveInstances };
    return ids.filter((id) => live.inMemory(id) !== undefined).length;
  };

  it('lets requests in between the episodes of a burst, and keeps no more that wait in memory after it', async () => {
    const ids = Array.from({ length: 1_100 }, (_, n) => `burst-${n}`);
    await Promise.all(ids.map((id) => engine.start('Waits', 'null', id)));
    expect([inMemory(ids), engine.load.runningInstances, commits]).toEqual([1_000, 1_100, 2]);
  });

  it('has an instance that is in the store alone as it was: after others ran, and after a restart', async () => {
    const ids = Array.from({ length: 1_100 }, (_, n) => `waits-${n}`);
    await engine.start('Waits', '"first"', 'waits-0');
    clock.advance(60_000);
    await engine.suspend('waits-0', '');
    await Promise.all(ids.slice(1).map((id) => engine.start('Waits', 'null', id)));
    const told = (): unknown => {
      const { runningInstances, suspendedInstances } = engine.load;
      return { row: engine.find('waits-0'), runningInstances, suspendedInstances };
    };
    const before = told();
    expect(before).toMatchObject({
      row: { status: 'Suspended', input: '"first"', updatedAtMs: clock.now() },
      ...{ runningInstances: 1_099, suspendedInstances: 1 },
    });
    engine.close();
    engine = open();
    engine.recover();
    expect([inMemory(ids), told()]).toEqual([0, before]);
    expect(await engine.start('Waits', 'null', 'waits-0')).toMatchObject({
      kind: 'exists',
      status: 'Suspended',
    });
    expect(await engine.raiseEvent('waits-1099', 'go', '1')).toEqual({ kind: 'accepted' });
    expect([engine.find('waits-1099')?.status, engine.load.runningInstances]).toEqual(['Completed', 1_098]);
  });

  it('finds instances by a prefix of any script', async () => {
    await engine.start('Waits', 'null', '🚢🚢-1');
    expect(engine.list({ idPrefix: '🚢🚢' }, 0, 10).map(({ id }) => id)).toEqual(['🚢🚢-1']);
  });
});
