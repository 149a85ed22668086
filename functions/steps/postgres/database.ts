import { MigrationError } from '../../../shared/contracts/errors';
import { PostgresLimits, type PostgresAsset } from '../../../shared/contracts/postgres';
import type { StepResult } from '../../../shared/contracts/step';
import { postgresAssetsOf } from '../../../shared/domain/assets';
import { readCutover } from '../../../shared/ledger/cutovers';
import type { WorkClaim } from '../../../shared/ports/worker';
import type { PostgresContext, Refusal } from '../../../shared/movers/postgres';
import type { Services } from '../../services';
import { failed, type Step, type StepContext } from '../step';
import { namedBySide } from './named-by-side';

/** A database of a cutover, reached. */
export interface Database extends PostgresContext {
  readonly cutoverId: string;
  readonly workloadId: string;
}

/** Where a replication belongs to: it outlives a cutover that went back, and the next one takes it over. */
export const replicationIdOf = (workloadId: string, assetId: string): string => `${workloadId}.${assetId}`;

interface Named extends Pick<Database, 'cutoverId' | 'workloadId'> {
  readonly asset: PostgresAsset;
}

/**
 * Does something with a database. Its connection strings are read anew each time: secrets are renewed while a cutover runs. Where it
 * can't be reached, the error names the side and its secret.
 */
export const withDatabase = async <T>(
  services: Services,
  claim: WorkClaim,
  named: Named,
  work: (database: Database) => Promise<T>,
): Promise<T> => {
  const database = await openDatabase(services, claim, named);
  try {
    return await work(database);
  } catch (error) {
    throw namedBySide(database, error);
  }
};

const openDatabase = async (
  services: Services,
  claim: WorkClaim,
  { cutoverId, workloadId, asset }: Named,
): Promise<Database> => ({
  ...{ asset, cutoverId, workloadId, claim },
  migrationId: replicationIdOf(workloadId, asset.id),
  source: await services.secrets.read(asset.source.connection),
  target: await services.secrets.read(asset.target.connection),
  journal: services.journal,
  clock: services.clock,
  limits: async () => {
    const { body } = await readCutover(services.ledger, cutoverId);
    return body.databaseLimits?.[asset.id] ?? PostgresLimits.parse(asset.limits);
  },
});

type DatabaseStep = (context: StepContext, database: Database) => Promise<StepResult>;

/** What trying again can't help: a person puts it right and retries. */
const FOR_PEOPLE: ReadonlySet<string> = new Set([
  'secret-missing',
  'invalid-input',
  'not-found',
  'forbidden',
  'conflict',
  'unsupported',
  'limit-exceeded',
]);

/** A step over the database that its order names, or over the only one there is. What people have to mend fails it by name. */
export const onDatabase =
  (step: DatabaseStep): Step =>
  async (context) => {
    const { services, claim, cutover, order } = context;
    const assets = postgresAssetsOf(cutover.workload);
    const named = order.input['assetId'];
    const asset = named === undefined ? assets[0] : assets.find(({ id }) => id === named);
    if (!asset)
      throw new MigrationError('internal', `order ${order.key} names no database of ${cutover.workloadId}`);
    const { id: cutoverId, workloadId } = cutover;
    try {
      return await withDatabase(services, claim, { cutoverId, workloadId, asset }, (database) =>
        step(context, database),
      );
    } catch (error) {
      if (error instanceof MigrationError && FOR_PEOPLE.has(error.code))
        return failed(error.code, `${asset.id}: ${error.message}`);
      throw error;
    }
  };

const BUSY_MS = 1_000;

/** Another call of the same migration ends in moments; every other refusal is for people. */
export const refused = ({ code, reason }: Pick<Refusal, 'code' | 'reason'>): StepResult =>
  code === 'busy'
    ? { kind: 'pending', retryAfterMs: BUSY_MS, detail: reason.slice(0, 500) }
    : failed(code, reason);
