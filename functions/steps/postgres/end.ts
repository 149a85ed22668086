import type { StepResult } from '../../../shared/contracts/step';
import { forgetReplication } from '../../../shared/ledger/standing-replications';
import {
  forgetSchema,
  removeDdlGuard,
  removeSchema,
  stopReplication as stop,
} from '../../../shared/movers/postgres';
import { done, failed, type StepContext } from '../step';
import { onDatabase, refused, type Database } from './database';

/** Ends the replication in both databases; a result where that can't be said yet. */
const endIn = async (
  { services }: StepContext,
  database: Database,
): Promise<Exclude<StepResult, { kind: 'done' }> | null> => {
  const stopped = await stop(database);
  if (stopped.kind === 'partly') {
    const left = stopped.unreachable.join(' and ');
    return {
      kind: 'failed',
      code: 'side-unreachable',
      reason: `${database.asset.id}: the ${left} can't be reached: what was made there is still there`,
      facts: {},
    };
  }
  if (stopped.kind === 'refused') return refused(stopped) as Exclude<StepResult, { kind: 'done' }>;
  for (const side of ['source', 'target'] as const) await removeDdlGuard(database[side]);
  const { workloadId, asset } = database;
  await forgetReplication(services.ledger, { workloadId, assetId: asset.id });
  return null;
};

/** Users were on the target and have come back: the target goes on following, so that a new try needs no new copy. */
const hasReturned = ({ cutover }: StepContext): boolean =>
  cutover.turningBack?.kind === 'rollback' && cutover.switches?.at(-1)?.to === 'source';

/**
 * Compensation of the initial copy: takes everything away that was made in either database, rows included. After a failback it is
 * kept: the next cutover of the workload goes on from there; cancelling that one takes it away.
 */
export const stopReplication = onDatabase(async (context, database) => {
  const { id } = database.asset;
  if (hasReturned(context))
    return done(
      'postgres-mover',
      `${id}: the target goes on following the source; a new cutover takes it over, and takes it away when it is cancelled`,
    );
  const left = await endIn(context, database);
  if (left) return left;
  await removeSchema(database);
  return done('postgres-mover', `${id}: nothing is left behind in either database`);
});

/** R112: the new side is trusted: nothing follows any more, and nothing of Causeway stays in the databases. */
export const endReplication = onDatabase(async (context, database) => {
  const serves = context.cutover.switches?.at(-1)?.to;
  if (serves !== 'target') return failed('not-switched', 'the target does not serve: nothing to end');
  const left = await endIn(context, database);
  if (left) return left;
  await forgetSchema(database);
  return done('postgres-mover', `${database.asset.id}: nothing follows any more, and nothing is left behind`);
});
