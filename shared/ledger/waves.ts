import { MigrationError, StaleWriteError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { Wave, WaveInput } from '../contracts/wave';
import { Workload } from '../contracts/workload';
import { liftable, underHolds } from '../domain/holds';
import { itineraryFor } from '../domain/itinerary-for';
import { emptyLog } from '../domain/log-chain';
import { planContent, planHash } from '../domain/plan-hash';
import { create, type Stored } from '../ports/store';
import { wavePartition, waveType } from './documents';
import { refuseWhatIsInTheWay } from './in-the-way';
import { nowIso, type Ledger } from './ledger';
import { changeSubject, withRecords, type Change, type Decided } from './record';
import { readWorkload } from './workloads';

/** Throws `not-found`. */
export const readWave = async (ledger: Pick<Ledger, 'store'>, id: string): Promise<Stored<Wave>> => {
  const stored = await ledger.store.read(waveType, wavePartition(id), id);
  if (!stored) throw new MigrationError('not-found', `there is no wave ${id}`);
  return stored;
};

export const changeWaveRecord = <R>(
  ledger: Ledger,
  id: string,
  decide: (stored: Stored<Wave>, now: string) => Promise<Decided<Wave, R>> | Decided<Wave, R>,
): Promise<R> => changeSubject(ledger.store, waveType, wavePartition(id), id, () => nowIso(ledger), decide);

/** The wave's workloads in its order; `invalid-input` naming the one that does not exist. */
/** What the hash of a wave's plan stands for, as it is now. */
export const planOf = async (ledger: Ledger, wave: WaveInput): Promise<Plan> => {
  const plan = [
    wave,
    await workloadsOf(ledger, wave),
    (workload: Workload) => itineraryFor(ledger.itineraries, workload),
  ] as const;
  return { hash: planHash(...plan), content: planContent(...plan) };
};

export interface Plan {
  readonly hash: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export const workloadsOf = async (
  ledger: Ledger,
  input: Pick<WaveInput, 'workloadIds'>,
): Promise<Workload[]> => {
  const unique = new Set(input.workloadIds);
  if (unique.size !== input.workloadIds.length)
    throw new MigrationError('invalid-input', 'a workload is named twice', { field: 'workloadIds' });
  return Promise.all(
    input.workloadIds.map(async (id, index) => {
      const stored = await readWorkload(ledger, id).catch((cause: unknown) => {
        if (!(cause instanceof MigrationError) || cause.code !== 'not-found') throw cause;
        throw new MigrationError('invalid-input', cause.message, { cause, field: `workloadIds.${index}` });
      });
      return Workload.parse(stored.body);
    }),
  );
};

/** Everyone who shaped what a wave would do: its plan or one of its workloads. None of them may approve it. */
export const shapersOf = async (
  ledger: Pick<Ledger, 'store'>,
  wave: Pick<Wave, 'editors' | 'workloadIds'>,
): Promise<string[]> => {
  const workloads = await Promise.all(wave.workloadIds.map((id) => readWorkload(ledger, id)));
  return [...new Set([...wave.editors, ...workloads.flatMap(({ body }) => body.editors)])];
};

const checkWave = async (ledger: Ledger, input: WaveInput): Promise<void> => {
  if (input.afterWave === input.id)
    throw new MigrationError('invalid-input', 'a wave cannot come after itself', { field: 'afterWave' });
  if (input.afterWave !== null) {
    const before = await ledger.store.read(waveType, wavePartition(input.afterWave), input.afterWave);
    if (!before)
      throw new MigrationError('invalid-input', `there is no wave ${input.afterWave}`, {
        field: 'afterWave',
      });
  }
  const start = input.scheduledStart;
  if (start !== null && (start < input.window.start || start >= input.window.end))
    throw new MigrationError('invalid-input', 'must lie inside the window', { field: 'scheduledStart' });
};

/** A plan as it is stored with its entry and event. */
export const planned = (
  principal: Pick<Principal, 'name'>,
  kind: 'wave.created' | 'wave.changed',
  wave: Wave,
): Change<Wave> => ({
  body: wave,
  log: [
    {
      kind,
      actor: principal.name,
      summary: `${kind === 'wave.created' ? 'Planned' : 'Changed'} wave ${wave.id} with ${wave.workloadIds.join(', ')}`,
      facts: { planHash: wave.planHash, window: { ...wave.window }, workloadIds: wave.workloadIds },
    },
  ],
  events: [{ type: kind, data: { waveId: wave.id, planHash: wave.planHash, by: principal.name } }],
});

/**
 * `already-exists` where the id is taken; `conflict` where a workload or a target is used elsewhere, or a target twice. `shapers`: who
 * else had a hand in its plan, and may not approve it either.
 */
export const createWave = async (
  ledger: Ledger,
  principal: Principal,
  input: WaveInput,
  shapers: readonly string[] = [],
): Promise<Stored<Wave>> => {
  await checkWave(ledger, input);
  await refuseWhatIsInTheWay(ledger, input.id, await workloadsOf(ledger, input));
  const now = nowIso(ledger);
  const subject = wavePartition(input.id);
  const wave: Wave = {
    ...input,
    log: emptyLog(subject),
    eventSequence: 0,
    status: 'planned',
    holds: [],
    holdReason: null,
    stopping: null,
    obstacle: null,
    ticketState: input.changeTicket === null ? 'none' : 'pending',
    ticketAt: null,
    planHash: (await planOf(ledger, input)).hash,
    approvedPlanHash: null,
    requestedBy: principal.name,
    editors: [...new Set([principal.name, ...shapers])],
    cutovers: {},
    openGate: null,
    nextMayProceed: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    endedAt: null,
  };
  const { body, operations } = withRecords(subject, planned(principal, 'wave.created', wave), now);
  await ledger.store.commit(subject, [create(waveType, input.id, body), ...operations]);
  return readWave(ledger, input.id);
};

/**
 * A wave that has not started under another plan: its hash is that of the new content, and whoever shaped it joins its editors.
 * `conflict` once it runs, `invalid-input` where the plan does not fit together.
 */
export const replan = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  wave: Wave,
  input: WaveInput,
): Promise<Wave> => {
  if (wave.status !== 'planned' && wave.status !== 'held')
    throw new MigrationError(
      'conflict',
      `wave ${wave.id} is ${wave.status}: only a planned or held wave can be changed`,
    );
  await checkWave(ledger, input);
  const editors = [...new Set([...wave.editors, principal.name])];
  return { ...underTicket(wave, input), editors, planHash: (await planOf(ledger, input)).hash };
};

/** Another ticket begins anew: what the one before said, and held, is no longer about this wave. */
const underTicket = (wave: Wave, input: WaveInput): Wave => {
  const changed = { ...wave, ...input };
  if (wave.changeTicket === input.changeTicket) return changed;
  const ticketState = input.changeTicket === null ? 'none' : 'pending';
  return underHolds({ ...changed, ticketState, ticketAt: null }, liftable(wave));
};

/**
 * Replaces a plan that has not started. Its hash changes with its content, so an approval given before no longer holds (R46);
 * everyone is told (R42). `stale-write` where `version` is old.
 */
export const changeWave = async (
  ledger: Ledger,
  principal: Principal,
  id: string,
  input: WaveInput,
  version: string,
): Promise<Stored<Wave>> => {
  if (input.id !== id) throw new MigrationError('invalid-input', `must be ${id}`, { field: 'id' });
  await changeWaveRecord(ledger, id, async (stored, now) => {
    if (stored.version !== version) throw new StaleWriteError(`wave ${id} has changed since it was read`);
    await refuseWhatIsInTheWay(ledger, id, await workloadsOf(ledger, input));
    const body: Wave = { ...(await replan(ledger, principal, stored.body, input)), updatedAt: now };
    return { change: planned(principal, 'wave.changed', body), result: undefined };
  });
  return readWave(ledger, id);
};
