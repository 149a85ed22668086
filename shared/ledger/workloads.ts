import { MigrationError, StaleWriteError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { RecordedWorkload } from '../contracts/records';
import { Workload, type WorkloadInput } from '../contracts/workload';
import { emptyLog } from '../domain/log-chain';
import { methodProblem } from '../domain/method-problem';
import { assetProblem } from '../domain/target-overlap';
import { workloadChanges } from '../domain/workload-changes';
import { create, type Stored } from '../ports/store';
import { workloadPartition, workloadType } from './documents';
import { nowIso, type Ledger } from './ledger';
import { changeSubject, withRecords, type Change } from './record';

type Kind = 'workload.created' | 'workload.changed';

/** A workload with who described it so, and what is new about it, for its log and for subscribers. */
const recorded = (
  kind: Kind,
  { name: by }: Principal,
  body: RecordedWorkload,
  changes: readonly string[],
): Change<RecordedWorkload> => {
  const what = kind === 'workload.created' ? 'Described' : 'Changed';
  return {
    body: { ...body, editors: [...new Set([...body.editors, by])] },
    log: [
      {
        kind,
        actor: by,
        summary: `${what} workload ${body.id}: ${changes.join('; ') || 'nothing is different'}`.slice(
          0,
          4_000,
        ),
        facts: { changes: [...changes] },
      },
    ],
    events: [{ type: kind, data: { workloadId: body.id, by } }],
  };
};

/**
 * Creates a workload (`version` null) or replaces the version that was read. A change never reaches waves that were planned
 * before: they carry the workload as it was approved, until they are changed themselves. `invalid-input` where two of its assets
 * have the same target, or its method cannot move it.
 */
export const saveWorkload = async (
  ledger: Ledger,
  principal: Principal,
  input: WorkloadInput,
  version: string | null,
): Promise<Stored<RecordedWorkload>> => {
  const wrong = assetProblem(input) ?? methodProblem(input);
  if (wrong) throw new MigrationError('invalid-input', wrong.problem, { field: wrong.field });
  if (version === null) await createWorkload(ledger, principal, input);
  else await changeWorkload(ledger, principal, input, version);
  return readWorkload(ledger, input.id);
};

const createWorkload = async (ledger: Ledger, principal: Principal, input: WorkloadInput): Promise<void> => {
  const partition = workloadPartition(input.id);
  if (await ledger.store.read(workloadType, partition, input.id))
    throw new MigrationError('already-exists', `workload ${input.id} exists already`, { field: 'id' });
  const now = nowIso(ledger);
  const workload = Workload.parse({ ...input, createdAt: now, updatedAt: now });
  const fresh: RecordedWorkload = { ...workload, log: emptyLog(partition), eventSequence: 0, editors: [] };
  const met = input.readiness.map(({ key, met: isMet }) => `${key} ${isMet ? 'met' : 'not met'}`);
  const changes = [`owner ${input.owner}`, ...(met.length > 0 ? [`readiness: ${met.join(', ')}`] : [])];
  const { body, operations } = withRecords(
    partition,
    recorded('workload.created', principal, fresh, changes),
    now,
  );
  await ledger.store.commit(partition, [create(workloadType, input.id, body), ...operations]);
};

const changeWorkload = (
  ledger: Ledger,
  principal: Principal,
  input: WorkloadInput,
  version: string,
): Promise<void> => {
  const partition = workloadPartition(input.id);
  return changeSubject<RecordedWorkload, void>(
    ledger.store,
    workloadType,
    partition,
    input.id,
    () => nowIso(ledger),
    (stored, now) => {
      if (stored.version !== version)
        throw new StaleWriteError(`workload ${input.id} has changed since it was read`);
      const { log, eventSequence, editors, createdAt } = stored.body;
      const workload = Workload.parse({ ...input, createdAt, updatedAt: now });
      const body: RecordedWorkload = { ...workload, log, eventSequence, editors };
      const changes = workloadChanges(stored.body, workload);
      return { change: recorded('workload.changed', principal, body, changes), result: undefined };
    },
  );
};

/** Throws `not-found`. */
export const readWorkload = async (
  ledger: Pick<Ledger, 'store'>,
  id: string,
): Promise<Stored<RecordedWorkload>> => {
  const stored = await ledger.store.read(workloadType, workloadPartition(id), id);
  if (!stored) throw new MigrationError('not-found', `there is no workload ${id}`);
  return stored;
};
