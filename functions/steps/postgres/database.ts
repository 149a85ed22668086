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

/** Its connection strings are read anew each time: secrets are renewed while a cutover runs. */
export const openDatabase = async (
  services: Services,
  claim: WorkClaim,
  { cutoverId, workloadId }: Pick<Database, 'cutoverId' | 'workloadId'>,
  asset: PostgresAsset,
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
    let database: Database | null = null;
    try {
      const { id: cutoverId, workloadId } = cutover;
      database = await openDatabase(services, claim, { cutoverId, workloadId }, asset);
      return await step(context, database);
    } catch (thrown) {
      const error = database === null ? thrown : namedBySide(database, thrown);
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
