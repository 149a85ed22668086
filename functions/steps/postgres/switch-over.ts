import type { Side } from '../../../shared/contracts/controls';
import type { StepResult } from '../../../shared/contracts/step';
import { forgetOutage, recordSwitch } from '../../../shared/ledger/switches';
import {
  armSwitch as arm,
  directionOf,
  disarmSwitch as disarm,
  migrationStates,
  otherSide,
  servingSide,
  switchOver as pass,
  type SwitchOutcome,
} from '../../../shared/movers/postgres';
import { interruptedOrAgain } from '../files';
import { done, failed, type StepContext } from '../step';
import { onDatabase, refused, type Database } from './database';
import { fillViews } from './fill-views';
import { cannotFollow } from './preflight';
import { prepareRoute } from './route';
import { holdSchema, rememberSchema, schemaChanged } from './schema-watch';
import { tellWork } from './tell-progress';

/**
 * Makes what would take long within the window: contents of materialised views, the fence, not closed yet, and the way back. From here
 * on the target's schema has to stay as it is, too.
 */
export const armSwitch = onDatabase(async (context, database) => {
  const stopped =
    schemaChanged(database, await holdSchema(database, 'source')) ?? (await cannotFollow(database, 'back'));
  if (stopped) return stopped;
  // Before the way back is there: its slot waits for transactions that run long.
  const views = await fillViews(context, database, 'target');
  if (views.kind === 'stopped') return views.result;
  if (views.failed.length > 0)
    return failed('view-not-filled', `${database.asset.id}: ${views.failed.join('; ')}`);
  await rememberSchema(database, 'target');
  const { ddlGuard } = await holdSchema(database, 'target');
  const armed = await arm(database, 'forward');
  if (armed.kind === 'refused') return refused(armed);
  const summary = `${database.asset.id}: the fence and the way back are ready${views.words}`;
  return done('postgres-mover', summary, { ddlGuard });
});

/** Compensation of it. Where the target serves or the source follows by now there is nothing armed to take back. */
export const disarmSwitch = onDatabase(async (_context, database) => {
  const { source } = await migrationStates(database);
  if (source?.phase !== 'armed' || servingSide(source.epoch) !== 'source')
    return done('postgres-mover', `${database.asset.id}: no switch is armed`);
  const disarmed = await disarm(database, 'forward');
  if (disarmed.kind === 'refused') return refused(disarmed);
  return done('postgres-mover', `${database.asset.id}: the fence and the way back are taken away`);
});

/**
 * R110 R111 R112 R126 R128 R135: blocks writes, waits for the last of them, seals the source, opens the target and sends users there,
 * as one call over connections that are warm. Nothing has happened where it fails before the seal; after it, it goes on when retried.
 */
export const switchOver = onDatabase(async (context, database) => {
  const { source } = await migrationStates(database);
  if (source === null)
    return failed('not-followed', `${database.asset.id} is not followed: nothing to switch`);
  const epoch = servingSide(source.epoch) === 'target' ? source.epoch : source.epoch + 1;
  return switchTo(context, database, 'target', epoch);
});

/** One switch, its outage measured and recorded. */
export const switchTo = async (
  context: StepContext,
  database: Database,
  side: Side,
  epoch: number,
): Promise<StepResult> => {
  const prepared = await prepareRoute(context, side);
  if (prepared.kind === 'stopped') return prepared.result;
  await tellWork(context, database, 'switching', `to the ${side}`);
  let route: { readonly ms: number; readonly at: Date } | null = null;
  const outcome = await pass(database, directionOf(epoch - 1), {
    epoch,
    openRoute: async () => {
      const openedAt = performance.now();
      const ms = (await prepared.route()) - openedAt;
      route = { ms, at: context.services.clock.now() };
    },
    schemaChanged: async () => (await holdSchema(database, otherSide(side))).changed,
  });
  if (outcome.kind === 'switched') return switched(context, database, { side, outcome, route });
  await forgetOutage(context.services.ledger, context.cutover.id);
  if (outcome.kind === 'interrupted') return interruptedOrAgain(context);
  return refused(outcome);
};

interface Switched {
  readonly side: Side;
  readonly outcome: Extract<SwitchOutcome, { kind: 'switched' }>;
  /** How long it took to route users, and when they were; null where an earlier call had done it. */
  readonly route: { readonly ms: number; readonly at: Date } | null;
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

const switched = async (
  { services, cutover }: StepContext,
  { asset }: Database,
  { side, outcome, route }: Switched,
): Promise<StepResult> => {
  const { windowMs, routeBeganMs, routedMs, attempts, cutLsn, steps, epoch } = outcome;
  // Users are sent there while it opens, and may be there before it has.
  const usersThereMs = route === null ? routedMs : routeBeganMs + route.ms;
  const outageMs = Math.max(windowMs, usersThereMs);
  const began = (route?.at ?? services.clock.now()).getTime() - usersThereMs;
  const measured = {
    assetId: asset.id,
    to: side,
    beganAt: new Date(began).toISOString(),
    endedAt: new Date(began + outageMs).toISOString(),
    outageMs: tenths(outageMs),
    writeBlockedMs: tenths(windowMs),
    attempts: attempts.length + 1,
    cutPosition: cutLsn,
  };
  await recordSwitch(services.ledger, cutover.id, measured);
  return done(
    'postgres-mover',
    `${asset.id}: the ${side} serves after an outage of ${measured.outageMs} ms, ${measured.writeBlockedMs} ms of it in the database; the other side follows`,
    {
      ...measured,
      epoch,
      steps: Object.fromEntries(Object.entries(steps).map(([name, ms]) => [name, tenths(ms)])),
    },
  );
};
