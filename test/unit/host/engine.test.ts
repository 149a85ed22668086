import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../../host/engine/engine';
import type { Instance } from '../../../host/engine/instance';
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
      clock: new ManualClock('2026-11-21T00:00:00Z'),
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

  it('lets requests in between the episodes of a burst, and keeps no more histories in memory after it', async () => {
    await Promise.all(Array.from({ length: 1_100 }, (_, n) => engine.start('Waits', 'null', `burst-${n}`)));
    const { live } = engine as unknown as { readonly live: ReadonlyMap<string, Instance> };
    const histories = [...live.values()].filter(({ history }) => history !== null);
    expect([live.size, histories.length, commits]).toEqual([1_100, 1_000, 2]);
  });

  it('finds instances by a prefix of any script', async () => {
    await engine.start('Waits', 'null', '🚢🚢-1');
    expect(engine.list({ idPrefix: '🚢🚢' }, 0, 10).map(({ id }) => id)).toEqual(['🚢🚢-1']);
  });
});
