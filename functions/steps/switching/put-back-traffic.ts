import type { ControlReply } from '../../../shared/contracts/controls';
import type { Evidence, StepResult } from '../../../shared/contracts/step';
import { canonicalJson } from '../../../shared/domain/canonical-json';
import { isAtSource } from '../../../shared/domain/traffic-ladder';
import { applyIntent, inspectTraffic } from './apply-intent';
import { ladderFacts } from './mount-ladder';
import { readLadder, valuesOf } from './keep-ladder';
import type { StepContext } from '../step';

export type PutBack =
  | { readonly kind: 'back'; readonly source: string; readonly facts: Evidence['facts'] }
  | { readonly kind: 'stopped'; readonly result: StepResult };

/**
 * R147 R148: puts back exactly what was in force before, in whatever state the ladder is. Nothing is waited for: those who remember
 * the answers of the target longest come back last, and `rememberedUntil` says when. Nothing was touched: nothing is done.
 */
export const putBackTraffic = async (context: StepContext): Promise<PutBack> => {
  const described = context.cutover.workload.traffic;
  if (!described || !(await readLadder(context))) return { kind: 'back', source: 'causeway', facts: {} };
  const traffic = context.services.traffic.of(described);
  const found = await inspectTraffic(context, traffic, 'or-prior');
  if (found.kind === 'stopped') return found;
  const { stored, reading } = found;
  const asBefore = { kind: 'back', source: traffic.name, facts: { found: reading.summary } } as const;
  if (!stored) return asBefore;
  const { prior, ttlSeconds, intended, rung } = stored.body;
  const isBack = intended === null && canonicalJson(valuesOf(reading)) === canonicalJson(prior.parts);
  if (isBack) return asBefore;
  const applied = await applyIntent(context, traffic, { stored, reading }, { ...prior, rung: 0 });
  if (applied.kind === 'stopped') return applied;
  const remembered =
    rung === 0 || ttlSeconds === null ? null : context.services.clock.now().getTime() + ttlSeconds * 1_000;
  const facts = {
    ...ladderFacts(applied.stored.body),
    rememberedUntil: remembered === null ? null : new Date(remembered).toISOString(),
  };
  return { kind: 'back', source: traffic.name, facts };
};

export type TtlRestored =
  | { readonly kind: 'told'; readonly words: string }
  | { readonly kind: 'stopped'; readonly result: StepResult };

/**
 * R147: lets answers live as long as before, once the move is a success. Says in words what came of it; where somebody else has
 * changed the switch by now it is theirs, and is left alone.
 */
export const restoreTtl = async (context: StepContext): Promise<TtlRestored> => {
  const described = context.cutover.workload.traffic;
  const before = described && (await readLadder(context));
  const priorTtl = before?.body.prior.ttlSeconds ?? null;
  if (!before || priorTtl === null || before.body.ttlSeconds === priorTtl) return { kind: 'told', words: '' };
  const traffic = context.services.traffic.of(described);
  const found = await inspectTraffic(context, traffic);
  if (found.kind === 'stopped') return orTold(found.result);
  const { stored, reading } = found;
  if (!stored) return { kind: 'told', words: '' };
  const { rung, weights } = stored.body;
  const parts = traffic.partsFor(reading, { ttlSeconds: priorTtl });
  const intent = { rung, weights, ttlSeconds: priorTtl, parts };
  const applied = await applyIntent(context, traffic, { stored, reading }, intent);
  if (applied.kind === 'stopped') return orTold(applied.result);
  return { kind: 'told', words: ` The TTL is ${priorTtl} s again.` };
};

/** A low TTL costs queries, not correctness: it keeps nobody from announcing. */
const orTold = (result: StepResult): TtlRestored =>
  result.kind === 'failed'
    ? { kind: 'told', words: ` The TTL was left as it is: ${result.reason}` }
    : { kind: 'stopped', result };

/** Why users cannot be said to reach the source alone, by the workload's word or by its switch; null where they do. */
export const whyNotAtSource = async (
  context: StepContext,
  { activeSide }: ControlReply,
): Promise<string | null> => {
  const described = context.cutover.workload.traffic;
  if (!described) return activeSide === 'source' ? null : 'users do not reach the source';
  const look = await context.services.traffic.of(described).look();
  if (look.kind === 'refused') return look.reason;
  return isAtSource(look.reading.weights) ? null : `users do not reach the source: ${look.reading.summary}`;
};
