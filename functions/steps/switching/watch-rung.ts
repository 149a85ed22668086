import type { TrafficLadder } from '../../../shared/contracts/records';
import type { Traffic } from '../../../shared/contracts/traffic';
import { judgeThresholds } from '../../../shared/domain/thresholds';
import type { LadderMove } from '../../../shared/domain/traffic-ladder';
import type { Stored } from '../../../shared/ports/store';
import type { TrafficReading } from '../../../shared/ports/traffic-switch';
import { sampleOnce } from '../observe';
import type { StepContext } from '../step';
import { saveLadder } from './keep-ladder';

const LOOKS = 30;
const MIN_INTERVAL_MS = 500;
const MAX_INTERVAL_MS = 60_000;
const KEPT_SAMPLES = 2_000;

export interface Watched {
  readonly stored: Stored<TrafficLadder>;
  /** What the rung broke; null where it keeps its thresholds. */
  readonly broken: string | null;
  readonly nextLookMs: number;
}

/**
 * Takes one sample of a rung while it is watched, and judges all of them. Once its time is up nothing more is asked of it, except
 * that it was looked at at all. What the switch itself says is wrong with the target counts as a failure.
 */
export const watchRung = async (
  context: StepContext,
  traffic: Traffic,
  stored: Stored<TrafficLadder>,
  reading: TrafficReading,
  ahead: LadderMove,
): Promise<Watched> => {
  const { rung, reachedAt, samples: before } = stored.body;
  const unwatched = { stored, broken: null, nextLookMs: MIN_INTERVAL_MS };
  if (rung === 0 || reachedAt === null || (ahead.kind !== 'watch' && before.length > 0)) return unwatched;
  const now = context.services.clock.now();
  const seen = await sampleOnce(context, now.toISOString());
  const said =
    reading.problem === null
      ? []
      : [{ at: now.toISOString(), ok: false, durationMs: 0, problem: reading.problem.slice(0, 500) }];
  const samples = [...before, ...seen, ...said].slice(-KEPT_SAMPLES);
  const saved = await saveLadder(context, stored, { samples });
  const verdict = judgeThresholds(samples, traffic.thresholds ?? context.cutover.workload.thresholds);
  const last = samples.findLast(({ ok }) => !ok)?.problem;
  const leftMs = ahead.kind === 'watch' ? ahead.untilMs - now.getTime() : 0;
  const intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, traffic.waitMs / LOOKS));
  return {
    stored: saved,
    broken: verdict.kept ? null : [...verdict.broken, ...(last ? [`last: ${last}`] : [])].join('; '),
    nextLookMs: Math.min(intervalMs, Math.max(0, leftMs)),
  };
};
