import type { Evidence, StepResult } from '../../../shared/contracts/step';
import { ladderPlan, nextMove } from '../../../shared/domain/traffic-ladder';
import type { StepContext } from '../step';
import { readLadder } from './keep-ladder';
import { ladderFacts, makeMove, mountLadder, nowMs, positionOf, waitOutTtl } from './mount-ladder';

/**
 * R135 R147: lowers the TTL ahead of the outage, once what is in force before is kept. Null where nothing is left to do; the old
 * TTL runs out while the data is copied.
 */
export const lowerTtl = async (context: StepContext): Promise<StepResult | null> => {
  const described = context.cutover.workload.traffic;
  if (!described) return null;
  const mounted = await mountLadder(context, described);
  if (mounted.kind === 'stopped') return mounted.result;
  const { at } = mounted;
  const move = nextMove(ladderPlan(described), positionOf(at.stored.body), nowMs(context), true);
  if (move.kind !== 'lower-ttl') return null;
  const applied = await makeMove(context, at, move);
  return applied.kind === 'stopped' ? applied.result : null;
};

/** What the log should hold of a switch that was touched; nothing where none was. */
export const trafficFacts = async (context: StepContext): Promise<Evidence['facts']> => {
  const stored = context.cutover.workload.traffic ? await readLadder(context) : null;
  return stored ? { traffic: ladderFacts(stored.body) } : {};
};

/** Until then users would go on reaching a source that is closed. Null where nobody remembers answers with the old TTL. */
export const waitForOldTtl = async (context: StepContext): Promise<StepResult | null> => {
  const described = context.cutover.workload.traffic;
  const stored = described ? await readLadder(context) : null;
  if (!described || !stored) return null;
  const move = nextMove(ladderPlan(described), positionOf(stored.body), nowMs(context), true);
  return move.kind === 'wait' ? waitOutTtl(context, move.untilMs).result : null;
};
