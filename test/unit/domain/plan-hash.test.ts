import { describe, expect, it } from '@jest/globals';
import type { Itinerary } from '../../../shared/contracts/itinerary';
import type { WaveInput } from '../../../shared/contracts/wave';
import type { Workload } from '../../../shared/contracts/workload';
import { filesAssetsOf } from '../../../shared/domain/assets';
import { planHash } from '../../../shared/domain/plan-hash';
import { sampleStoredWave } from '../../support/sample-cutover';
import {
  minutes,
  sampleItinerary,
  sampleStages,
  sampleWave,
  sampleWorkload,
} from '../../support/sample-plan';

const workloads = [sampleWorkload(), sampleWorkload({ id: 'blog' })];
const wave = sampleWave({ workloadIds: ['shop', 'blog'] });
const hash = (
  plan: WaveInput = wave,
  those: readonly Workload[] = workloads,
  itinerary: Itinerary = sampleItinerary(),
): string => planHash(plan, those, () => itinerary);
const changed = (change: Partial<Workload>): readonly Workload[] => [
  { ...workloads[0]!, ...change },
  workloads[1]!,
];

describe('the hash that people approve', () => {
  it.each<[string, string]>([
    ['the window', hash({ ...wave, window: { ...wave.window, end: minutes(601) } })],
    ["the window's time zone", hash({ ...wave, window: { ...wave.window, timeZone: 'Europe/Berlin' } })],
    [
      'a blackout',
      hash({ ...wave, blackouts: [{ start: minutes(1), end: minutes(2), reason: 'month-end' }] }),
    ],
    ['the limit of concurrent cutovers', hash({ ...wave, maxConcurrentCutovers: 1 })],
    ['the scheduled start', hash({ ...wave, scheduledStart: minutes(5) })],
    ['the change ticket', hash({ ...wave, changeTicket: 'CHG1' })],
    ['the wave before', hash({ ...wave, afterWave: 'zero' })],
    ['the name', hash({ ...wave, name: 'Other' })],
    ['the order of workloads', hash(wave, workloads.toReversed())],
    ['a workload less', hash(wave, workloads.slice(1))],
    ["a workload's owner", hash(wave, changed({ owner: 'Otto' }))],
    [
      "a workload's threshold",
      hash(wave, changed({ thresholds: { ...workloads[0]!.thresholds, maxP95Ms: 1 } })),
    ],
    [
      "an asset's folder",
      hash(wave, changed({ assets: [{ ...filesAssetsOf(workloads[0]!)[0]!, root: '/srv/other' }] })),
    ],
    ['the rollback plan', hash(wave, changed({ rollbackPlan: 'Pray.' }))],
    ['a dependency', hash(wave, changed({ dependsOn: ['blog'] }))],
    ['a stage less', hash(wave, workloads, sampleItinerary(sampleStages.slice(1)))],
    [
      'a guard less',
      hash(wave, workloads, sampleItinerary(sampleStages.map((stage) => ({ ...stage, guards: [] })))),
    ],
  ])('R63 R46 changes with %s', (_what, other) => {
    expect(other).toMatch(/^[0-9a-f]{64}$/);
    expect(other).not.toBe(hash());
  });

  it('R63 does not change with what happens to a plan: states, stamps, approvals, recorded readiness', () => {
    const stored = sampleStoredWave({
      ...wave,
      status: 'reviewing',
      ticketState: 'approved',
      holdReason: 'later',
      approvedPlanHash: null,
      updatedAt: minutes(9),
    });
    expect(hash(stored)).toBe(hash());
    expect(hash(wave, changed({ updatedAt: minutes(3), createdAt: minutes(1) }))).toBe(hash());
    const readiness = [{ key: 'skills' as const, met: true, note: 'trained' }];
    expect(hash(wave, changed({ readiness }))).toBe(hash());
  });

  it('does not depend on the order of members, nor on members that are absent', () => {
    const shuffled = Object.fromEntries(Object.entries(workloads[0]!).toReversed()) as unknown as Workload;
    expect(hash(wave, [shuffled, workloads[1]!])).toBe(hash());
    expect(hash(wave, changed({ businessUnit: undefined }))).toBe(hash());
  });
});
