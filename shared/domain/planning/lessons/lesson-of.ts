import type { Cutover } from '../../../contracts/cutover';
import type { Learned, Lesson, WaveForecast } from '../../../contracts/planning/lesson';

const MINUTE_MS = 60_000;

/**
 * What a cutover of a planned wave teaches (R38): told again it is the same. Null while it is under way, and where its plan forecast
 * nothing for it.
 */
export function lessonOf(cutover: Cutover, forecast: WaveForecast): Lesson | null {
  const of = forecast.workloads.find(({ workloadId }) => workloadId === cutover.workloadId);
  const at = cutover.arrivedAt ?? cutover.endedAt;
  if (of === undefined || at === null || (cutover.turningBack !== null && cutover.endedAt === null))
    return null;
  const { planId, wave } = forecast;
  return {
    cutoverId: cutover.id,
    workloadId: cutover.workloadId,
    method: cutover.workload.method,
    outcome: outcomeOf(cutover),
    transfer: compared(of.transferMinutes, transferMs(cutover)),
    downtime: cutover.arrivedAt === null ? null : compared(of.downtimeMinutes, outageMs(cutover)),
    troubled: cutover.stages
      .filter(({ attempts, status }) => attempts > 1 || status === 'failed')
      .map(({ name }) => name),
    sentBack: isSentBack(cutover) ? (cutover.turningBack?.reason.slice(0, 300) ?? '') : null,
    planId,
    wave,
    at,
    setAside: null,
  };
}

const isSentBack = ({ status }: Cutover): boolean => status === 'rolled-back' || status === 'rollback-failed';

const outcomeOf = ({ status }: Cutover): Lesson['outcome'] => {
  switch (status) {
    case 'completed':
    case 'rolled-back':
    case 'cancelled':
    case 'rollback-failed':
      return status;
    default:
      return 'arrived';
  }
};

const compared = (forecastMinutes: number | null, tookMs: number): Learned['transfer'] =>
  forecastMinutes === null || forecastMinutes <= 0 || tookMs <= 0
    ? null
    : { forecastMinutes, actualMinutes: tookMs / MINUTE_MS };

/** Assets move in turn, and their first passes carry all there is. One that failed and was begun anew took as long as both. */
const transferMs = ({ passes, arrivedAt }: Cutover): number =>
  arrivedAt === null
    ? 0
    : Object.values(passes)
        .flat()
        .filter(({ phase }) => phase === 'initial')
        .reduce((sum, { durationMs }) => sum + durationMs, 0);

const outageMs = ({ outage }: Cutover): number =>
  outage.beganAt === null || outage.endedAt === null
    ? 0
    : Date.parse(outage.endedAt) - Date.parse(outage.beganAt);
