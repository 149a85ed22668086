import { describe, expect, it } from '@jest/globals';
import { isStuck } from '../../../../functions/steps/postgres/verify';
import type { StepContext } from '../../../../functions/steps/step';
import { verifyRollback } from '../../../../functions/steps/verify-rollback';
import { offline } from '../../../../orchestrations/itineraries/offline';
import { online } from '../../../../orchestrations/itineraries/online';
import type { ControlOperation, ControlRequest } from '../../../../shared/contracts/controls';
import type { Cutover } from '../../../../shared/contracts/cutover';
import type { Workload } from '../../../../shared/contracts/workload';
import { sampleCutover } from '../../../support/sample-cutover';
import { sampleWorkload } from '../../../support/sample-plan';

const HOOK = { kind: 'http', url: 'http://127.0.0.1:1/hooks', secret: 'hook' } as const;
const NOTES = {
  ...{ id: 'notes', kind: 'postgres' as const },
  ...{ source: { connection: 'old' }, target: { connection: 'new' } },
};

/** Where everything is as it was before, as the controls say; no database can be reached. */
const verify = (cutover: Cutover) => {
  const perform = async (operation: ControlOperation, { side }: ControlRequest) => ({
    kind: 'replied' as const,
    reply: {
      ...{ ok: true, detail: '', side, serving: side === 'source', writable: side === 'source' },
      ...{ inFlight: 0, healthy: true, activeSide: 'source' as const },
    },
    evidence: { source: 'http-hook', summary: operation, facts: {} },
  });
  return verifyRollback({
    services: {
      clock: { now: () => new Date(0) },
      controlsOf: () => ({ perform }),
      secrets: { read: async (name: string) => `postgresql://shop:secret@127.0.0.1:1/${name}` },
    },
    cutover,
    order: {
      key: 'k',
      cutoverId: cutover.id,
      stage: 'undo-verify-rollback',
      step: 'verifyRollback',
      input: {},
    },
  } as unknown as StepContext);
};

const cutoverOf = (
  workload: Partial<Pick<Workload, 'method' | 'controls'>>,
  begun: readonly string[],
  change: Partial<Cutover> = {},
): Cutover => {
  const itinerary = workload.method === 'online' ? online : offline;
  const cutover = sampleCutover(
    { workload: sampleWorkload({ assets: [NOTES], controls: HOOK, ...workload }), ...change },
    itinerary,
  );
  const stages = cutover.stages.map((stage) => ({ ...stage, attempts: begun.includes(stage.name) ? 1 : 0 }));
  return { ...cutover, stages };
};

const COPIED = ['freeze', 'stop-source', 'final-pass'];
const switched = (...sides: readonly ('source' | 'target')[]): Cutover['switches'] =>
  sides.map((to, index) => ({
    ...{ number: index + 1, assetId: 'notes', to, attempts: 1, cutPosition: `0/${index}` },
    ...{ beganAt: '2026-11-21T12:00:00.000Z', endedAt: '2026-11-21T12:00:00.010Z' },
    ...{ outageMs: 10, writeBlockedMs: 5 },
  }));

describe('a way back, verified', () => {
  it('R56 tells that the copy of a database that moved offline stays, and that nothing was compared', async () => {
    expect(await verify(cutoverOf({}, COPIED))).toMatchObject({
      kind: 'done',
      evidence: {
        source: 'http-hook',
        summary:
          'the source serves its users as before. notes was not compared: nothing is written back to a database that moves offline; what was copied of notes stays on the target until somebody removes it.',
        facts: { databases: { notes: { compared: false, copyLeftOnTarget: true } } },
      },
    });
  });

  it('R56 tells of no copy where none was begun', async () => {
    const verified = await verify(cutoverOf({}, ['freeze']));
    expect(verified).toMatchObject({
      evidence: { facts: { databases: { notes: { compared: false, copyLeftOnTarget: false } } } },
    });
    expect(JSON.stringify(verified)).not.toContain('stays on the target');
  });

  it('R56 tells those who look at both sides by hand of the copy', async () => {
    expect(await verify(cutoverOf({ controls: { kind: 'manual' } }, COPIED))).toMatchObject({
      kind: 'needsStatement',
      request: { question: expect.stringContaining('notes stays on the target until somebody removes it') },
    });
  });

  it('R56 needs no database where users never left the source, and says that nothing was compared', async () => {
    expect(await verify(cutoverOf({ method: 'online' }, ['freeze', 'initial-copy']))).toMatchObject({
      kind: 'done',
      evidence: { facts: { databases: { notes: { compared: false } } } },
    });
  });

  it('R56 does not take a switch that was not taken back for compared', async () => {
    const left = cutoverOf({ method: 'online' }, COPIED, { switches: switched('target') });
    expect(await verify(left)).toMatchObject({
      evidence: { summary: expect.stringContaining('what they wrote there may be there alone') },
    });
  });

  it('R56 R139 is not done where both sides should be compared and can not be reached', async () => {
    const back = cutoverOf({ method: 'online' }, COPIED, { switches: switched('target', 'source') });
    await expect(verify(back)).rejects.toThrow("notes: the source (secret old) can't be reached");
  });
});

describe('the side that follows after a failback', () => {
  const MINUTE_MS = 60_000;
  it.each([
    ['asks for a person where it was waited for longer than compared', 'lag', 11, 10, true],
    ['is waited for while comparing took longer', 'lag', 11, 12, false],
    ['is waited for during ten minutes at least', 'lag', 10, 0, false],
    ['may be waited for because users need the servers', 'load', 60, 1, false],
    ['is compared where nothing waits', null, 60, 1, false],
  ] as const)('R56 %s', (_, pausedBy, paused, worked, stuck) => {
    const report = { pausedMs: paused * MINUTE_MS, workedMs: worked * MINUTE_MS };
    expect(isStuck({ pausedBy, report })).toBe(stuck);
  });
});
