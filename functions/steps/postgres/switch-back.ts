import type { StepResult } from '../../../shared/contracts/step';
import { filesAssetsOf } from '../../../shared/domain/assets';
import { markReturn } from '../../../shared/ledger/switches';
import { armSwitch as arm, migrationStates, servingSide, unfence } from '../../../shared/movers/postgres';
import { control } from '../control';
import { returnFiles } from '../return-files';
import { done, type StepContext } from '../step';
import { onDatabase, refused, type Database } from './database';
import { fillViews } from './fill-views';
import { prepareRoute } from './route';
import { switchTo } from './switch-over';

/** Where files were moved too, users must not write to the target while those come back: the way back has an outage of its own. */
const closeAndReturnFiles = async (context: StepContext): Promise<StepResult | null> => {
  const { services, cutover } = context;
  if (filesAssetsOf(cutover.workload).length === 0) return null;
  await markReturn(services.ledger, cutover.id);
  const closed = await control(context, 'stop', 'target');
  if (closed.kind === 'stopped') return closed.result;
  return returnFiles(context);
};

/**
 * Compensation of the switch, and the failback: the same with the sides exchanged, so that nothing that was written since is lost
 * (R145 R147 R148). Where the target never opened, the source takes writes again as it is.
 */
export const switchBack = onDatabase(async (context, database) => {
  const { asset } = database;
  const { source, target } = await migrationStates(database);
  if (source === null || target === null)
    return done('postgres-mover', `${asset.id}: no replication stands, nothing was switched`);
  if (servingSide(source.epoch) === 'source') {
    const serves = done('postgres-mover', `${asset.id}: the source serves`, { epoch: source.epoch });
    return context.cutover.switches?.at(-1)?.to === 'source' ? filled(context, database, serves) : serves;
  }
  if (source.phase === 'sealed' && target.phase === 'armed') {
    // They were sent to the target while it failed to open.
    const prepared = await prepareRoute(context, 'source');
    if (prepared.kind === 'stopped') return prepared.result;
    await prepared.route();
    const opened = await unfence(database, 'forward');
    if (opened.kind === 'refused') return refused(opened);
    return done('postgres-mover', `${asset.id}: the target never opened; the source takes writes again`);
  }
  const epoch = source.epoch;
  if (source.phase === 'sealed' || target.phase === 'open') {
    // The forward switch has to end before another one can begin.
    const ended = await switchTo(context, database, 'target', epoch);
    if (ended.kind !== 'done') return ended;
  }
  const armed = await arm(database, 'back');
  if (armed.kind === 'refused') return refused(armed);
  const files = await closeAndReturnFiles(context);
  if (files) return files;
  return filled(context, database, await switchTo(context, database, 'source', epoch + 1));
});

/** Once users are back, who must not wait for it before. A view that can't be computed keeps nobody from having returned. */
const filled = async (
  context: StepContext,
  database: Database,
  returned: StepResult,
): Promise<StepResult> => {
  if (returned.kind !== 'done') return returned;
  const views = await fillViews(context, database, 'source');
  if (views.kind === 'stopped') return views.result;
  const { source, summary, facts } = returned.evidence;
  if (views.failed.length === 0) return done(source, `${summary}${views.words}`, facts);
  const old = `; with their old contents: ${views.failed.join('; ')}`;
  return done(source, `${summary}${views.words}${old}`, { ...facts, viewsNotFilled: [...views.failed] });
};
