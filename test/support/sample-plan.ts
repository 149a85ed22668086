// Workloads, waves and itineraries as small as their schemas allow, for tests that look at one rule at a time.
import type { z } from 'zod';
import { Itinerary, type StageInput } from '../../shared/contracts/itinerary';
import { WaveInput } from '../../shared/contracts/wave';
import type { WorkloadInput } from '../../shared/contracts/workload';
import { Workload } from '../../shared/contracts/workload';

export const MINUTE_MS = 60_000;
export const START = '2026-11-21T12:00:00.000Z';
/** An instant some minutes after the sample plans' beginning. */
export const minutes = (count: number): string =>
  new Date(Date.parse(START) + count * MINUTE_MS).toISOString();

export const sampleWorkload = (change: Partial<z.input<typeof WorkloadInput>> = {}): Workload =>
  Workload.parse({
    id: 'shop',
    name: 'Web shop',
    owner: 'Olga',
    criticality: 'medium',
    environment: 'test',
    method: 'offline',
    acceptableDowntimeMs: 3_600_000,
    assets: [{ id: 'files', kind: 'files', root: '/srv/shop', container: `${change.id ?? 'shop'}-files` }],
    controls: { kind: 'manual' },
    rollbackPlan: 'Point the load balancer back.',
    createdAt: START,
    updatedAt: START,
    ...change,
  });

/** Ten hours of window from the beginning. */
export const sampleWave = (change: Partial<z.input<typeof WaveInput>> = {}): WaveInput =>
  WaveInput.parse({
    id: 'first',
    name: 'First wave',
    workloadIds: ['shop'],
    window: { start: START, end: minutes(600) },
    escalationContact: '+49 30 1234567',
    gateTiming: {
      remindEveryMs: 60 * MINUTE_MS,
      escalateAfterMs: 240 * MINUTE_MS,
      expireAfterMs: 1_440 * MINUTE_MS,
    },
    ...change,
  });

/** One stage of each sort, with what has to be undone in the order of the real itinerary. */
export const sampleStages: readonly StageInput[] = [
  {
    name: 'freeze',
    title: 'Freeze',
    work: { kind: 'step', step: 'freezeSource' },
    compensation: 'unfreezeSource',
  },
  { name: 'copy', title: 'Copy', work: { kind: 'transfer', phase: 'initial' }, skippable: true },
  {
    name: 'go',
    title: 'Go or no-go',
    work: { kind: 'gate', gate: 'go-no-go', question: 'Go?', roles: ['approver'] },
    onFailure: 'turn-back',
  },
  {
    name: 'stop',
    title: 'Stop the source',
    work: { kind: 'step', step: 'stopSource' },
    guards: ['window'],
    compensation: 'startSource',
    downtime: true,
  },
  {
    name: 'redirect',
    title: 'Redirect users',
    work: { kind: 'step', step: 'redirectTraffic' },
    guards: ['window'],
    compensation: 'restoreTraffic',
    downtime: true,
    onFailure: 'ask-rollback',
  },
  { name: 'announce', title: 'Announce', work: { kind: 'step', step: 'announceSuccess' }, arrives: true },
];

export const sampleItinerary = (stages: readonly StageInput[] = sampleStages): Itinerary =>
  Itinerary.parse({ name: 'offline', version: 1, stages });
