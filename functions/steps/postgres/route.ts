import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../../shared/contracts/controls';
import { MigrationError } from '../../../shared/contracts/errors';
import type { Traffic } from '../../../shared/contracts/traffic';
import { ladderPlan } from '../../../shared/domain/traffic-ladder';
import { keepConfiguration, keptConfiguration } from '../../../shared/ledger/kept-configuration';
import { control, type Controlled } from '../control';
import type { StepContext } from '../step';
import { climbTraffic } from '../switching/climb-traffic';
import { readLadder } from '../switching/keep-ladder';
import { lowerTtl, waitForOldTtl } from '../switching/lower-ttl';
import { putBackTraffic } from '../switching/put-back-traffic';

/** What a hook may ask us to wait for while users wait too. */
const MOST_POLLS = 20;
const POLL_MS = 500;

/** The reply of one operation, however long its hook takes; throws what it says no with. */
const insist = async (ask: () => Promise<Controlled>): Promise<Extract<Controlled, { kind: 'replied' }>> => {
  for (let poll = 1; ; poll += 1) {
    const asked = await ask();
    if (asked.kind === 'replied') return asked;
    const { result } = asked;
    if (result.kind === 'pending' && poll < MOST_POLLS) await sleep(result.retryAfterMs);
    else throw new MigrationError('conflict', whyNot(result));
  }
};

const whyNot = (result: Extract<Controlled, { kind: 'stopped' }>['result']): string =>
  'reason' in result ? result.reason : `the hook answered ${result.kind}`;

/** Sends users to a side and has it take their writes; resolves to when they were there, in ms of `performance.now()`. */
export type Route = () => Promise<number>;

/**
 * R112 R135 R147: what sends users to a side, with all that can be looked up before they have to wait; a result where the workload
 * does not answer as it must. What was in force before the first switch is kept, and put back when users return. The route may be taken
 * again; it throws where a hook or a switch says no.
 */
export const prepareRoute = async (
  context: StepContext,
  side: Side,
): Promise<{ readonly kind: 'ready'; readonly route: Route } | Extract<Controlled, { kind: 'stopped' }>> => {
  const early = side === 'target' ? ((await lowerTtl(context)) ?? (await waitForOldTtl(context))) : null;
  if (early) return { kind: 'stopped', result: early };
  // Its connection is open from now on.
  const status = await control(context, 'status', side);
  if (status.kind === 'stopped') return status;
  const { traffic } = context.cutover.workload;
  const kept =
    side === 'source' ? await keptConfiguration(context.services.ledger, context.cutover.id) : null;
  const route: Route = async () => {
    if (traffic) {
      await moveTraffic(context, traffic, side);
      await open(context, side);
      return performance.now();
    }
    const { reply } = await switchUsers(context, side, kept);
    if (!reply.serving || !reply.writable) await open(context, side);
    const routedAt = performance.now();
    if (side === 'target' && reply.configurationBefore !== undefined)
      await keepConfiguration(context.services.ledger, context.cutover.id, reply.configurationBefore);
    return routedAt;
  };
  return { kind: 'ready', route };
};

const open = async (context: StepContext, side: Side): Promise<void> => {
  const { reply } = await insist(() => control(context, 'start', side, { writable: true }));
  if (!reply.serving || !reply.writable)
    throw new MigrationError('conflict', `the ${side} does not serve or takes no writes`);
};

const switchUsers = async (
  context: StepContext,
  side: Side,
  kept: Awaited<ReturnType<typeof keptConfiguration>>,
) => {
  const more = kept === null ? {} : { configuration: kept };
  const switched = await insist(() => control(context, 'switch', side, more));
  if (switched.reply.activeSide !== side)
    throw new MigrationError(
      'conflict',
      `users still reach the other side after they were sent to the ${side}`,
    );
  return switched;
};

/**
 * All at once: two sides that take writes at the same time would part. Once on the last rung it is left alone: stepping down would send
 * users to a side that is sealed.
 */
const moveTraffic = async (context: StepContext, traffic: Traffic, side: Side): Promise<void> => {
  const atOnce = 'steps' in traffic ? { ...traffic, steps: [100] } : traffic;
  for (let poll = 1; side === 'source' || !(await isOnTop(context, atOnce)); poll += 1) {
    const moved = await (side === 'target' ? climbTraffic(context, atOnce) : putBackTraffic(context));
    if (moved.kind !== 'stopped') return;
    if (moved.result.kind !== 'pending' || poll === MOST_POLLS)
      throw new MigrationError('conflict', whyNot(moved.result));
    await sleep(Math.min(moved.result.retryAfterMs, POLL_MS));
  }
};

const isOnTop = async (context: StepContext, traffic: Traffic): Promise<boolean> => {
  const ladder = (await readLadder(context))?.body;
  return ladder?.intended === null && ladder.rung === ladderPlan(traffic).rungs.length;
};
