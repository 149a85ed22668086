import { describe, expect, it } from '@jest/globals';
import type { PlanEdit } from '../../../../shared/contracts/planning/edit';
import { trackedRemediations } from '../../../../shared/domain/planning/readiness/tracked-remediations';
import {
  changedAlthoughStarted,
  editsOfStarted,
  tooLate,
} from '../../../../shared/domain/planning/run/started-waves';
import { waveInputOf } from '../../../../shared/domain/planning/run/wave-input-of';
import { workloadInputOf } from '../../../../shared/domain/planning/run/workload-input-of';
import {
  sampleClassification,
  sampleExecution,
  sampleInventory,
  samplePlanContent,
  samplePlannedWave,
  sampleSettings,
} from '../../../support/planning/sample-portfolio';
import { minutes } from '../../../support/sample-plan';

const runnable = (change: object = {}) => {
  const workload = sampleInventory('shop', { execution: sampleExecution('shop'), ...change });
  return workloadInputOf(
    workload,
    sampleClassification('shop', { method: 'offline' }),
    trackedRemediations(workload, [], '2026-11-21'),
  );
};
const tracked = (key: string, state: string, note: string | null = null) => ({ key, state, note });

describe('a workload of a plan that is run', () => {
  it('R39 is what inventory, plan and people have said, and nothing else', () => {
    const found = runnable({
      dependsOn: [{ on: 'billing' }, { on: 'shop' }, { on: 'billing' }],
      tracked: [tracked('skills', 'done', 'Trained in May'), tracked('landing-zone', 'open')],
      targetArchitecture: 'https://wiki.example/shop',
      assessment: { readiness: 'ready' },
    });
    expect(found).toMatchObject({
      kind: 'runnable',
      input: {
        id: 'shop',
        name: 'The shop',
        owner: 'Olga',
        method: 'offline',
        dependsOn: ['billing'],
        acceptableDowntimeMs: 3_600_000,
        rollbackPlan: 'Point the load balancer back.',
        readiness: [
          { key: 'landing-zone', met: false, note: 'open in the portfolio' },
          { key: 'skills', met: true, note: 'Trained in May' },
          { key: 'assessment', met: true, note: 'assessed as ready' },
          { key: 'target-architecture', met: true, note: 'https://wiki.example/shop' },
        ],
      },
    });
  });

  it('R39 is refused with every part that is missing by name', () => {
    const found = runnable({ owner: null, environment: null, execution: null });
    expect(
      found.kind === 'incomplete' && found.missing.map(({ field, expected }) => `${field} ${expected}`),
    ).toEqual([
      'owner is missing',
      'environment is missing',
      'assets is missing',
      'controls is missing',
      'rollbackPlan is missing',
      'tracked.owner must be done or excepted first: Name an owner',
    ]);
  });

  it('R7 is refused while its criticality is not confirmed, or excepted', () => {
    const field = 'tracked.criticality';
    expect(runnable({ criticalityConfirmed: null })).toMatchObject({
      kind: 'incomplete',
      missing: [{ field, value: 'open' }],
    });
    const excepted = { criticalityConfirmed: null, tracked: [tracked('criticality', 'exception', 'Pilot')] };
    expect(runnable(excepted)).toMatchObject({ kind: 'runnable' });
  });

  it('R17 is refused where its method cannot move it', () => {
    const found = runnable({ execution: { ...sampleExecution('shop'), assets: [] } });
    expect(found).toMatchObject({ kind: 'incomplete', missing: [{ field: 'assets' }] });
  });
});

describe('a wave of a plan that is run', () => {
  const input = (change: object = {}) => {
    const planned = samplePlannedWave(2, ['a', 'b', 'c'], 0);
    const starts = [minutes(300), minutes(100), minutes(200)];
    const cutovers = planned.workloadIds.map((workloadId, n) => ({
      workloadId,
      start: starts[n]!,
      end: minutes(600),
    }));
    const blackout = (from: number, to: number) => ({
      start: minutes(from),
      end: minutes(to),
      reason: 'Closing',
    });
    const calendar = {
      blackouts: [blackout(-60, -30), blackout(-30, 30), blackout(590, 700), blackout(600, 700)],
    };
    const signatories = [
      { name: 'Amir', role: 'Approver' },
      { name: 'Berta', role: 'Head of sales' },
      { name: 'Olga', role: 'owner' },
    ];
    return waveInputOf({
      id: 'big-w2',
      planName: 'The plan',
      settings: sampleSettings({ calendar, signatories }),
      wave: { ...planned, dates: { ...planned.dates!, cutovers } },
      workloads: ['a', 'b', 'c'].map((id) => sampleInventory(id, { owner: id === 'b' ? 'Otto' : 'Olga' })),
      afterWave: 'big-w1',
      changeTicket: null,
      isScheduled: false,
      escalationContact: '+49 30 1234567',
      ...change,
    });
  };

  it('R39 R43 has the window, the blackouts and the order of the plan', () => {
    expect(input()).toMatchObject({
      id: 'big-w2',
      name: 'The plan, wave 2',
      workloadIds: ['b', 'c', 'a'],
      window: { start: minutes(0), end: minutes(600) },
      blackouts: [{ start: minutes(-30) }, { start: minutes(590) }],
      maxConcurrentCutovers: 4,
      scheduledStart: null,
      afterWave: 'big-w1',
      stakeholders: [
        { name: 'Amir', role: 'approver' },
        { name: 'Olga', role: 'owner' },
        { name: 'Otto', role: 'owner' },
      ],
    });
  });

  it('R39 starts by itself when its window begins, where that is asked for', () => {
    expect(input({ isScheduled: true }).scheduledStart).toBe(minutes(0));
  });
});

describe('a wave that has started', () => {
  const content = samplePlanContent([['a', 'b'], ['c']]);
  const head = { started: { 1: 'big-w1' } };
  const exclude = (workloadId: string): PlanEdit => ({ kind: 'exclude', workloadId, reason: 'Sold' });

  it('R11 keeps its workloads and date whatever is planned anew', () => {
    const kept = editsOfStarted(head, content, []);
    expect(kept.map(({ kind }) => kind)).toEqual(['pin', 'pin', 'date']);
    expect(editsOfStarted(head, content, kept)).toEqual([]);
    expect(editsOfStarted({ started: {} }, content, [])).toEqual([]);
  });

  it('R11 is not edited any more; those to come are', () => {
    expect(tooLate(head, content, [exclude('c')])).toBeNull();
    expect(tooLate(head, content, [exclude('c'), exclude('b')])).toBe(
      'b cannot be changed: wave 1 has started',
    );
    const together: PlanEdit = { kind: 'together', workloadIds: ['c', 'a'], reason: 'One team' };
    expect(tooLate(head, content, [together])).toBe('a cannot be changed: wave 1 has started');
  });

  it('R11 is not changed by what would be planned otherwise', () => {
    expect(
      changedAlthoughStarted(
        head,
        content,
        samplePlanContent([
          ['a', 'b'],
          ['c', 'd'],
        ]),
      ),
    ).toBeNull();
    expect(changedAlthoughStarted(head, content, samplePlanContent([['a'], ['c']]))).toBeNull();
    expect(changedAlthoughStarted(head, content, samplePlanContent([['a'], ['b', 'c']]))).toContain(
      'would change: b',
    );
    expect(changedAlthoughStarted(head, content, samplePlanContent([['a', 'b', 'c']]))).toContain(
      'would change: c',
    );
  });
});
