import type { Cutover, StageState } from '../contracts/cutover';
import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { TransferLimits } from '../contracts/transfer';
import type { Wave } from '../contracts/wave';
import type { Workload } from '../contracts/workload';
import { filesAssetsOf } from '../domain/assets';
import { sha256Hex } from '../domain/hash';
import { emptyLog } from '../domain/log-chain';
import { create, type Stored } from '../ports/store';
import { cutoverClaimType, cutoverPartition, cutoverType } from './documents';
import { nowIso, type Ledger } from './ledger';
import { changeSubject, withRecords, type Decided } from './record';

/** Throws `not-found`. */
export const readCutover = async (ledger: Pick<Ledger, 'store'>, id: string): Promise<Stored<Cutover>> => {
  const stored = await ledger.store.read(cutoverType, cutoverPartition(id), id);
  if (!stored) throw new MigrationError('not-found', `there is no cutover ${id}`);
  return stored;
};

export const changeCutover = <R>(
  ledger: Ledger,
  id: string,
  decide: (stored: Stored<Cutover>, now: string) => Promise<Decided<Cutover, R>> | Decided<Cutover, R>,
): Promise<R> =>
  changeSubject(ledger.store, cutoverType, cutoverPartition(id), id, () => nowIso(ledger), decide);

const pendingStage = (name: string): StageState => ({
  name,
  status: 'pending',
  attempts: 0,
  beganAt: null,
  endedAt: null,
  evidence: null,
  reason: null,
});

const newCutover = (ledger: Ledger, wave: Wave, workload: Workload, id: string, now: string): Cutover => {
  const itinerary = ledger.itineraries[workload.method];
  return {
    id,
    waveId: wave.id,
    workloadId: workload.id,
    workload,
    itinerary,
    planHash: wave.planHash,
    requestedBy: wave.requestedBy,
    gateTiming: wave.gateTiming,
    log: emptyLog(cutoverPartition(id)),
    eventSequence: 0,
    status: 'created',
    waitingFor: null,
    paused: false,
    held: false,
    holdReason: null,
    stoppedAt: null,
    turningBack: null,
    stage: null,
    stages: itinerary.stages.map((stage) => pendingStage(stage.name)),
    commandsReceived: 0,
    commandsDecided: 0,
    openGate: null,
    limits: Object.fromEntries(filesAssetsOf(workload).map((asset) => [asset.id, asset.limits])),
    passes: {},
    openPasses: {},
    outage: { beganAt: null, endedAt: null },
    outageOnReturn: { beganAt: null, endedAt: null },
    createdAt: now,
    updatedAt: now,
    arrivedAt: null,
    endedAt: null,
  };
};

/**
 * Derived, so that creating a cutover of a wave again finds the one that is there. A hash is added where the plain form would be
 * too long or could stand for another pair.
 */
export const cutoverIdOf = (waveId: string, workloadId: string): string => {
  const plain = `${waveId}--${workloadId}`;
  if (plain.length <= 64 && !waveId.includes('--') && !workloadId.includes('--')) return plain;
  return `${plain.slice(0, 50)}-${sha256Hex(`${waveId}/${workloadId}`).slice(0, 12)}`;
};

/** Written with a cutover, or instead of one that can never be. */
export const CLAIM = 'claim';

/**
 * Creates a workload's cutover in a wave that has its lease. No-op where it exists; `conflict` where the lease was taken over
 * because the wave had ended.
 */
export const createCutover = async (ledger: Ledger, wave: Wave, workload: Workload): Promise<string> => {
  const id = cutoverIdOf(wave.id, workload.id);
  const partition = cutoverPartition(id);
  if (await ledger.store.read(cutoverType, partition, id)) return id;
  const now = nowIso(ledger);
  const { body, operations } = withRecords(
    partition,
    {
      body: newCutover(ledger, wave, workload, id, now),
      log: [
        {
          kind: 'cutover.created',
          actor: 'causeway',
          summary: `Cutover of ${workload.name} in wave ${wave.name}`,
          facts: { waveId: wave.id, workloadId: workload.id, planHash: wave.planHash },
        },
      ],
      events: [
        { type: 'cutover.created', data: { cutoverId: id, waveId: wave.id, workloadId: workload.id } },
      ],
    },
    now,
  );
  const claim = create(cutoverClaimType, CLAIM, { kind: 'created', at: now });
  try {
    await ledger.store.commit(partition, [create(cutoverType, id, body), claim, ...operations]);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'already-exists') throw error;
    if (!(await ledger.store.read(cutoverType, partition, id)))
      throw new MigrationError('conflict', `wave ${wave.id} had ended before cutover ${id} was created`, {
        cause: error,
      });
  }
  return id;
};

/** Changes an asset's limits while it moves (R123 R131); slices take them up at their next checkpoint. */
export const changeLimits = async (
  ledger: Ledger,
  principal: Principal,
  cutoverId: string,
  assetId: string,
  limits: TransferLimits,
): Promise<Cutover> => {
  await changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    if (!cutover.limits[assetId])
      throw new MigrationError(
        'not-found',
        `cutover ${cutoverId} has no asset ${assetId} with transfer limits`,
      );
    if (cutover.endedAt !== null)
      throw new MigrationError('conflict', `the cutover has ended (${cutover.status})`);
    const body = { ...cutover, limits: { ...cutover.limits, [assetId]: limits }, updatedAt: now };
    const summary = `Changed the transfer limits of ${assetId}`;
    const entry = { kind: 'limits.changed', actor: principal.name, summary, facts: { assetId, limits } };
    return { change: { body, log: [entry] }, result: undefined };
  });
  return (await readCutover(ledger, cutoverId)).body;
};
