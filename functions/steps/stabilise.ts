import { setTimeout as sleep } from 'node:timers/promises';
import { lookAtTarget, type Look } from './look-at-target';
import { finishRuns } from './finish-runs';
import { done, failed, isManual, type Step, type StepContext } from './step';

const LOOKS = 50;
const MIN_INTERVAL_MS = 500;
const MAX_INTERVAL_MS = 6 * 3_600_000;
/** One bad look is not a bad workload: days of users' writes hang on the decision that follows. */
const LOOKS_IN_A_ROW = 3;
const BETWEEN_LOOKS_MS = 1_000;

/**
 * R145 R146 R147 R149: the source stays, read-only, until the time agreed since arrival has passed. Looks now and then, and once
 * more at the end; an unhealthy target or a source that takes writes, at several looks in a row, asks for a decision.
 */
export const stabilise: Step = async (context) => {
  const { cutover, services } = context;
  const unfinished = await finishRuns(context);
  if (unfinished) return unfinished;
  const { stabilisationMs } = cutover.workload;
  const since = cutover.arrivedAt ?? services.clock.now().toISOString();
  const endMs = Date.parse(since) + stabilisationMs;
  const leftMs = (): number => Math.max(0, endMs - services.clock.now().getTime());
  const isOver = leftMs() === 0;
  if (isManual(context) && !isOver) return { kind: 'pending', retryAfterMs: leftMs() };
  const look = await lookPatiently(context);
  if (look.kind === 'asked') return look.result;
  if (look.problem !== null) return failed('not-stable', look.problem);
  const until = new Date(endMs).toISOString();
  if (isOver)
    return done(
      look.source,
      `the time agreed since arrival (until ${until}) has passed; the target is healthy, the source closed`,
    );
  const interval = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, stabilisationMs / LOOKS));
  return {
    kind: 'pending',
    retryAfterMs: Math.ceil(Math.min(interval, leftMs())),
    detail: `stable so far; until ${until}`,
  };
};

const lookPatiently = async (context: StepContext): Promise<Look> => {
  for (let count = 1; ; count += 1) {
    const look = await lookAtTarget(context);
    if (look.kind === 'asked' || look.problem === null || count === LOOKS_IN_A_ROW) return look;
    await sleep(BETWEEN_LOOKS_MS);
  }
};
