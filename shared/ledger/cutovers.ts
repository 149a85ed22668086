import type { Cutover, StageState } from '../contracts/cutover';
import { MigrationError } from '../contracts/errors';
import type { Wave } from '../contracts/wave';
import type { Workload } from '../contracts/workload';
import { filesAssetsOf, postgresAssetsOf } from '../domain/assets';
import { sha256Hex } from '../domain/hash';
import { itineraryFor } from '../domain/itinerary-for';
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
  const itinerary = itineraryFor(ledger.itineraries, workload);
  const databases = postgresAssetsOf(workload);
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
    ...(databases.length > 0 && {
      databaseLimits: Object.fromEntries(databases.map(({ id: assetId, limits }) => [assetId, limits])),
    }),
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
