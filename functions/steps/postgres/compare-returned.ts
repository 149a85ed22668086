import type { PostgresAsset } from '../../../shared/contracts/postgres';
import type { StepResult } from '../../../shared/contracts/step';
import { postgresAssetsOf } from '../../../shared/domain/assets';
import { migrationStates } from '../../../shared/movers/postgres';
import { done, type StepContext } from '../step';
import { onDatabase } from './database';
import { compareLive } from './verify';

/**
 * R56 R139 R147: what is known of a workload's databases once it has gone back. After a failback both sides are compared as they are
 * then, while users work on the source again and the target follows: a difference fails. Otherwise it says what was not compared, and
 * what stays behind. Null where the workload has no database.
 */
export const compareReturned = async (context: StepContext): Promise<StepResult | null> => {
  const { workload } = context.cutover;
  const assets = postgresAssetsOf(workload);
  if (assets.length === 0) return null;
  return workload.method === 'online' ? compareFollowed(context) : tellOfCopies(context, assets);
};

const compareFollowed = onDatabase(async (context, database) => {
  const { id } = database.asset;
  const last = context.cutover.switches?.at(-1);
  if (last?.to !== 'source')
    return notCompared(
      id,
      last === undefined
        ? 'users have worked on the source all the time'
        : 'no failback was made since users were sent to the target: what they wrote there may be there alone',
    );
  const { source } = await migrationStates(database);
  if (source === null) return notCompared(id, 'nothing follows the source any more');
  const compared = await compareLive(context, database, { epoch: source.epoch, kind: 'returned' });
  if (compared.kind !== 'done') return compared;
  const { summary, facts } = compared.evidence;
  return done('postgres-mover', summary, { [id]: { compared: true, epoch: source.epoch, ...facts } });
});

const notCompared = (id: string, why: string): StepResult =>
  done('postgres-mover', `${id} was not compared: ${why}`, { [id]: { compared: false, why } });

/** The source of an offline move is opened again as it was closed: nothing comes back to it, and its copy is nobody's any more. */
const tellOfCopies = (
  { cutover: { itinerary, stages } }: StepContext,
  assets: readonly PostgresAsset[],
): StepResult => {
  const copyLeftOnTarget = itinerary.stages.some(
    ({ name, work }) =>
      work.kind === 'transfer' &&
      work.phase === 'final' &&
      stages.some((stage) => stage.name === name && stage.attempts > 0),
  );
  const names = assets.map(({ id }) => id).join(', ');
  const left = copyLeftOnTarget
    ? `; what was copied of ${names} stays on the target until somebody removes it`
    : '';
  return done(
    'postgres-mover',
    `${names} was not compared: nothing is written back to a database that moves offline${left}`,
    Object.fromEntries(assets.map(({ id }) => [id, { compared: false, copyLeftOnTarget }])),
  );
};
