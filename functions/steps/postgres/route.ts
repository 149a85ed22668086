import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../../shared/contracts/controls';
import { MigrationError } from '../../../shared/contracts/errors';
import type { Traffic } from '../../../shared/contracts/traffic';
import { keepConfiguration, keptConfiguration } from '../../../shared/ledger/kept-configuration';
import { control, type Controlled } from '../control';
import type { StepContext } from '../step';
import { climbTraffic } from '../switching/climb-traffic';
import { putBackTraffic } from '../switching/put-back-traffic';

/** What a hook may ask us to wait for while users wait too. */
const MOST_POLLS = 20;

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

/**
 * R112 R135 R147: sends users to a side and has it take their writes. As little as possible: users wait meanwhile. What was in force
 * before the first switch is kept, and put back when users return. May be repeated; throws where a hook or a switch says no.
 */
export const routeTo = async (context: StepContext, side: Side): Promise<void> => {
  const { traffic } = context.cutover.workload;
  if (traffic) await moveTraffic(context, traffic, side);
  const switched = traffic ? null : await switchUsers(context, side);
  if (switched?.reply.side === side && switched.reply.serving && switched.reply.writable) return;
  const { reply } = await insist(() => control(context, 'start', side, { writable: true }));
  if (!reply.serving || !reply.writable)
    throw new MigrationError('conflict', `the ${side} does not serve or takes no writes`);
};

const switchUsers = async (context: StepContext, side: Side) => {
  const { ledger } = context.services;
  const before = side === 'source' ? await keptConfiguration(ledger, context.cutover.id) : null;
  const more = before === null ? {} : { configuration: before };
  const switched = await insist(() => control(context, 'switch', side, more));
  if (switched.reply.activeSide !== side)
    throw new MigrationError(
      'conflict',
      `users still reach the other side after they were sent to the ${side}`,
    );
  const { configurationBefore } = switched.reply;
  if (side === 'target' && configurationBefore !== undefined)
    await keepConfiguration(ledger, context.cutover.id, configurationBefore);
  return switched;
};

/** All at once: two sides that take writes at the same time would part. */
const moveTraffic = async (context: StepContext, traffic: Traffic, side: Side): Promise<void> => {
  const moved =
    side === 'target'
      ? await climbTraffic(context, 'steps' in traffic ? { ...traffic, steps: [100] } : traffic)
      : await putBackTraffic(context);
  if (moved.kind === 'stopped' && moved.result.kind !== 'pending')
    throw new MigrationError('conflict', whyNot(moved.result));
};
