import { isEnded, type Cutover } from '../contracts/cutover';
import type { Wave } from '../contracts/wave';
import type { Workload } from '../contracts/workload';
import { itineraryFor } from '../domain/itinerary-for';
import { nextCutovers, type WorkloadProgress } from '../domain/wave-order';
import { planHash } from '../domain/plan-hash';
import { cutoverType } from './documents';
import { createCutover } from './cutovers';
import { cutoversInTheWay } from './in-the-way';
import type { Ledger } from './ledger';
import type { Change } from './record';
import { holdWave } from './wave-actions';
import { changeWaveRecord, readWave, workloadsOf } from './waves';
import { takeLease } from './workload-lease';

export type Prepared = { readonly kind: 'ready' } | { readonly kind: 'changed'; readonly reason: string };

const hasDrifted = (ledger: Ledger, wave: Wave, workloads: readonly Workload[]): boolean =>
  planHash(wave, workloads, (workload) => itineraryFor(ledger.itineraries, workload)) !== wave.planHash;

const DRIFTED = 'a workload was changed after the wave was planned';

/** Looks whether what would run is still what was planned (R63), and whether it still shall run. */
export const prepareWave = async (ledger: Ledger, waveId: string): Promise<Prepared> => {
  const { body: wave } = await readWave(ledger, waveId);
  if (wave.stopping !== null) return { kind: 'changed', reason: wave.stopping.reason };
  return hasDrifted(ledger, wave, await workloadsOf(ledger, wave))
    ? { kind: 'changed', reason: DRIFTED }
    : { kind: 'ready' };
};

export interface Advanced {
  /** Cutovers that must be running now; starting one twice is harmless. */
  readonly start: readonly string[];
  readonly settled: boolean;
  readonly summary: string;
}

const progressOf = (cutover: Cutover | undefined): WorkloadProgress => {
  if (!cutover) return 'waiting';
  if (cutover.arrivedAt !== null && cutover.turningBack === null) return 'arrived';
  return isEnded(cutover.status) ? 'ended-without-arrival' : 'running';
};

/** Creates the cutovers that may start now and says where the wave stands (R35 R129). A held wave starts nothing more. */
export const advanceWave = async (ledger: Ledger, waveId: string): Promise<Advanced> => {
  const { body: wave } = await readWave(ledger, waveId);
  const workloads = await workloadsOf(ledger, wave);
  const found = await ledger.store.find(cutoverType, 'wave', { equals: waveId });
  const cutovers = new Map(found.items.map(({ body }) => [body.workloadId, body]));
  const waiting = workloads.filter(({ id }) => !cutovers.has(id));
  const obstacles = await cutoversInTheWay(ledger, waveId, waiting);
  const members = workloads.map((workload) => ({
    workload,
    progress: progressOf(cutovers.get(workload.id)),
    busy: obstacles.has(workload.id),
  }));
  const next = nextCutovers(members, wave.maxConcurrentCutovers);
  const held = wave.holdReason !== null || wave.stopping !== null;
  const drifted = next.start.length > 0 && !held && hasDrifted(ledger, wave, workloads);
  if (drifted) await holdWave(ledger, { name: 'causeway' }, waveId, DRIFTED, 'system');
  const start = held || drifted ? [] : next.start;
  const created: Record<string, string> = Object.fromEntries(
    found.items.map(({ body }) => [body.workloadId, body.id]),
  );
  for (const id of start) {
    const workload = workloads.find((candidate) => candidate.id === id);
    if (!workload) continue;
    const lease = await takeLease(ledger, waveId, id);
    if (lease) obstacles.set(id, `workload ${id} is in cutover ${lease.cutoverId} of wave ${lease.waveId}`);
    else created[id] = await createCutover(ledger, wave, workload);
  }
  const obstacle = [...obstacles.values()].join('; ').slice(0, 1_000) || null;
  await recordProgress(ledger, waveId, created, obstacle);
  const ended = new Set(found.items.filter(({ body }) => body.endedAt !== null).map(({ id }) => id));
  const lines = members.map((member) => `${member.workload.id}: ${member.progress}`);
  const blocked = next.blocked.map(
    ({ id, because }) => `${id} not started because ${because} did not arrive`,
  );
  const stopped = wave.stopping === null ? [] : [`stopped by ${wave.stopping.by}: ${wave.stopping.reason}`];
  return {
    start: Object.values(created).filter((id) => !ended.has(id)),
    settled: wave.stopping === null ? next.settled : !members.some(({ progress }) => progress === 'running'),
    summary: [...lines, ...blocked, ...stopped].join('; '),
  };
};

/** What was started and what waits; an entry for each that is new. */
const recordProgress = (
  ledger: Ledger,
  waveId: string,
  created: Readonly<Record<string, string>>,
  obstacle: string | null,
): Promise<void> =>
  changeWaveRecord<void>(ledger, waveId, ({ body: wave }, now) => {
    const fresh = Object.entries(created).filter(([workloadId]) => wave.cutovers[workloadId] === undefined);
    if (fresh.length === 0 && wave.obstacle === obstacle) return { change: null, result: undefined };
    const body: Wave = { ...wave, cutovers: { ...wave.cutovers, ...created }, obstacle, updatedAt: now };
    const started = {
      kind: 'wave.cutovers-started',
      actor: 'causeway',
      summary: `Started the cutovers of ${fresh.map(([workloadId]) => workloadId).join(', ')}`,
      facts: { cutovers: Object.fromEntries(fresh) },
    };
    const waiting = { kind: 'wave.waiting', actor: 'causeway', summary: obstacle ?? '', facts: {} };
    const log = [
      ...(fresh.length > 0 ? [started] : []),
      ...(obstacle !== null && obstacle !== wave.obstacle ? [waiting] : []),
    ];
    return { change: { body, log }, result: undefined };
  });

export const beginReview = (ledger: Ledger, waveId: string, summary: string): Promise<void> =>
  changeWaveRecord<void>(ledger, waveId, ({ body: wave }, now) => {
    if (wave.status !== 'running') return { change: null, result: undefined };
    const entry = {
      kind: 'wave.review',
      actor: 'causeway',
      summary: `All cutovers have come to rest: ${summary}`.slice(0, 4_000),
      facts: {},
    };
    return {
      change: { body: { ...wave, status: 'reviewing', updatedAt: now }, log: [entry] },
      result: undefined,
    };
  });

export interface WaveEnd {
  readonly status: 'completed' | 'stopped';
  readonly nextMayProceed: boolean;
  readonly reason: string;
  readonly by: string;
}

/** A wave that has ended, with its entry and event. One that was stopped ends so, whatever its cutovers came to. */
export const ended = (wave: Wave, end: WaveEnd, now: string): Change<Wave> => {
  const { nextMayProceed } = end;
  const status = wave.stopping === null ? end.status : 'stopped';
  const by = end.by === 'causeway' ? (wave.stopping?.by ?? end.by) : end.by;
  const word = nextMayProceed ? 'the next wave may proceed' : 'the next wave may not proceed';
  const reason = end.reason || wave.stopping?.reason;
  const entry = {
    kind: 'wave.ended',
    actor: by,
    summary: `Wave ${status}, ${word}: ${reason}`.slice(0, 4_000),
    facts: { status, nextMayProceed },
  };
  return {
    body: { ...wave, status, nextMayProceed, endedAt: now, updatedAt: now },
    log: [entry],
    events: [{ type: 'wave.ended', data: { waveId: wave.id, status, nextMayProceed } }],
  };
};

/** Ends a wave: completed with the review's word on the next wave (R68), or stopped before anything ran. Ended already: no change. */
export const endWave = (ledger: Ledger, waveId: string, end: WaveEnd): Promise<void> =>
  changeWaveRecord<void>(ledger, waveId, ({ body: wave }, now) => ({
    change: wave.endedAt === null ? ended(wave, end, now) : null,
    result: undefined,
  }));
