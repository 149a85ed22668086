import type { Evidence } from '../../../shared/contracts/step';
import type { Traffic } from '../../../shared/contracts/traffic';
import {
  ladderPlan,
  nextMove,
  type LadderMove,
  type LadderPlan,
} from '../../../shared/domain/traffic-ladder';
import { failed, type StepContext } from '../step';
import { applyIntent } from './apply-intent';
import {
  ladderFacts,
  makeMove,
  mountLadder,
  nowMs,
  pending,
  positionOf,
  stopped,
  waitOutTtl,
  type OnLadder,
  type Stopped,
} from './mount-ladder';
import { watchRung, type Watched } from './watch-rung';

export type Climbed =
  { readonly kind: 'arrived'; readonly source: string; readonly facts: Evidence['facts'] } | Stopped;

/** Soon enough for a first sample of a rung that was just reached. */
const FIRST_LOOK_MS = 500;

/**
 * R135 R136 R148: one move on the way up, then `pending`, until everybody is on the target and the last rung was watched. A rung that
 * breaks its thresholds is stepped down from before anybody is asked.
 */
export const climbTraffic = async (context: StepContext, described: Traffic): Promise<Climbed> => {
  const mounted = await mountLadder(context, described);
  if (mounted.kind === 'stopped') return mounted;
  const { at } = mounted;
  const { broken } = at.stored.body;
  if (broken?.orderKey === context.order.key)
    return stopped(failed('thresholds-broken', broken.reason, ladderFacts(at.stored.body)));
  const plan = ladderPlan(described);
  const position = positionOf(at.stored.body);
  const ahead = nextMove(plan, position, nowMs(context), true);
  const watched = await watchRung(context, described, at.stored, at.reading, ahead);
  const here = { ...at, stored: watched.stored };
  const move = nextMove(plan, position, nowMs(context), watched.broken === null);
  return follow(context, here, plan, move, watched);
};

const follow = async (
  context: StepContext,
  at: OnLadder,
  plan: LadderPlan,
  move: LadderMove,
  { broken, nextLookMs }: Watched,
): Promise<Climbed> => {
  const { body: ladder } = at.stored;
  const where = `rung ${ladder.rung} of ${plan.rungs.length}`;
  switch (move.kind) {
    case 'step-down':
      return stepDown(context, at, plan, broken ?? '');
    case 'arrived': {
      const facts = { ...ladderFacts(ladder), samples: ladder.samples.length };
      return { kind: 'arrived', source: at.traffic.name, facts };
    }
    case 'wait':
      return waitOutTtl(context, move.untilMs);
    case 'watch':
      return pending(nextLookMs, `${where} keeps its thresholds`);
    case 'lower-ttl':
    case 'climb': {
      const made = await makeMove(context, at, move);
      return made.kind === 'stopped' ? made : pending(FIRST_LOOK_MS, `past ${where}`);
    }
  }
};

/** Back to the rung below, which kept its thresholds; below the first that is what was in force before, with the TTL still low. */
const stepDown = async (
  context: StepContext,
  at: OnLadder,
  plan: LadderPlan,
  reason: string,
): Promise<Climbed> => {
  const { traffic, stored, reading } = at;
  const { rung, ttlSeconds, prior } = stored.body;
  const below = plan.rungs[rung - 2];
  const priorParts = Object.entries(prior.parts).map(
    ([name, value]) => [name, { value, version: '' }] as const,
  );
  const parts = below
    ? traffic.partsFor(reading, { weights: below })
    : traffic.partsFor(
        { ...reading, parts: Object.fromEntries(priorParts) },
        ttlSeconds === null ? {} : { ttlSeconds },
      );
  const intent = { rung: rung - 1, weights: below ?? prior.weights, ttlSeconds, parts };
  const broken = { orderKey: context.order.key, reason: `rung ${rung}: ${reason}`.slice(0, 2_000) };
  const applied = await applyIntent(context, traffic, { stored, reading }, intent, { broken });
  if (applied.kind === 'stopped') return applied;
  return stopped(
    failed(
      'thresholds-broken',
      `${broken.reason}; traffic is back on rung ${rung - 1}`,
      ladderFacts(applied.stored.body),
    ),
  );
};
