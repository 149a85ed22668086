import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RunbookRun } from '../../../../shared/contracts/records';
import { cancelRun, driveRunbook, type RunbookMemory } from '../../../../shared/movers/runbook';
import type { Runbook } from '../../../../shared/ports/runbook';

describe('a run that a service lists late', () => {
  let nowMs: number;
  let stored: RunbookRun | null;
  let listed: string[];
  let begun: string[];
  /** What becomes of the next starts; afterwards they are answered. */
  let starts: ('lost' | 'unnamed' | 'refused')[];

  beforeEach(() => {
    [nowMs, stored, listed, begun, starts] = [Date.parse('2026-03-01T00:00:00Z'), null, [], [], []];
  });

  const memory: RunbookMemory = {
    read: () => Promise.resolve(stored),
    change: (decide) => {
      stored = decide(stored, new Date(nowMs).toISOString())?.run ?? stored;
      return Promise.resolve(stored);
    },
  };
  const acted = () => Promise.resolve({ kind: 'accepted' } as const);
  const runbook: Runbook = {
    source: 'test',
    pollMs: 10_000,
    readiness: () => Promise.resolve({ kind: 'ready', steps: [], detail: '' }),
    runs: () => Promise.resolve(listed),
    start: () => {
      const fate = starts.shift();
      if (fate === 'refused') return Promise.resolve({ kind: 'refused', reason: 'not today' });
      const runId = `run-${begun.length}`;
      begun.push(runId);
      if (fate === 'lost') return Promise.reject(new Error('no answer'));
      return Promise.resolve({ kind: 'accepted', ...(fate === undefined && { runId }) });
    },
    state: (runId) => Promise.resolve({ runId, state: 'InProgress', steps: [] }),
    perform: acted,
    approve: acted,
    complete: acted,
    retry: acted,
  };
  const look = () =>
    driveRunbook(
      { runbook, memory, nowMs: () => nowMs, answerTo: () => Promise.resolve(null) },
      { assetId: 'a', phase: 'finish', cutoverStep: null, finishStep: null, attemptKey: 'deploy.1' },
    );

  it.each(['lost', 'unnamed'] as const)(
    'R64 is not asked for twice where the answer was %s',
    async (fate) => {
      starts = [fate];
      await look().catch(() => null);
      nowMs += 1_000;
      expect(await look()).toMatchObject({ kind: 'pending' });
      listed = [...begun];
      await look();
      expect(begun).toEqual(['run-0']);
      expect(stored?.runId).toBe('run-0');
    },
  );

  it('is asked for again once it would be listed', async () => {
    starts = ['lost'];
    await look().catch(() => null);
    nowMs += 61_000;
    await look();
    expect(stored?.runId).toBe('run-1');
  });

  it('is asked for again at once where it was refused', async () => {
    starts = ['refused'];
    expect(await look()).toMatchObject({ kind: 'failed', code: 'runbook-not-started' });
    await look();
    expect(stored?.runId).toBe('run-0');
  });

  it('R51 is not taken for one that never began when it is to be cancelled', async () => {
    starts = ['lost'];
    await look().catch(() => null);
    expect(await cancelRun(runbook, memory, nowMs)).toMatchObject({ kind: 'pending' });
    expect(await cancelRun(runbook, memory, nowMs + 61_000)).toMatchObject({ kind: 'over' });
  });
});
