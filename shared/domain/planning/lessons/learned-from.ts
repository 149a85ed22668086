import { Learned, type Lesson } from '../../../contracts/planning/lesson';
import type { PlanSettings } from '../../../contracts/planning/settings';
import { sameJson } from '../../same-json';
import { calibration, LEAST_FACTOR, MOST_FACTOR, type Calibration } from '../classify/forecast';
import type { Method } from '../../../contracts/planning/classification';
import type { Reason } from '../../../contracts/planning/reason';
import { because, counted, told, type Sentences } from '../reasons';

/** How many a plan follows. */
const NEWEST = 200;

const inOrder = (a: Lesson, b: Lesson): number =>
  a.at < b.at || (a.at === b.at && a.cutoverId < b.cutoverId) ? -1 : 1;

/**
 * Settings with what the portfolio has taught by now, in the place of what they had learned before: the same value where that is
 * nothing else, for by it is found again what was worked out of a plan.
 */
export function withLessons(settings: PlanSettings, lessons: readonly Lesson[]): PlanSettings {
  const { learned: before, ...rest } = settings;
  const learned = lessons
    .filter(
      ({ setAside, ...each }) =>
        setAside === null && (each.transfer ?? each.downtime ?? each.sentBack) !== null,
    )
    .sort(inOrder)
    .slice(-NEWEST)
    .map((lesson) => Learned.parse(lesson));
  if (sameJson(before, learned.length === 0 ? undefined : learned)) return settings;
  return learned.length === 0 ? rest : { ...rest, learned };
}

/** What forecasts of one plan follow. */
export interface Experience {
  readonly transfer: Calibration;
  readonly downtime: Readonly<Record<Method, Calibration>>;
  /** Whose users had to be sent back, by workload: the last time it was so. */
  readonly sentBack: ReadonlyMap<string, Learned>;
}

export const experienceOf = (settings: Pick<PlanSettings, 'lessons' | 'learned'>): Experience => {
  const outages = (method: Method) => calibration(settings, 'downtime', method);
  const sentBack = (settings.learned ?? []).filter((each) => each.sentBack !== null);
  return {
    transfer: calibration(settings, 'transfer'),
    downtime: { offline: outages('offline'), online: outages('online'), redeploy: outages('redeploy') },
    sentBack: new Map(sentBack.map((each) => [each.workloadId, each])),
  };
};

/** Why forecasts of a workload are not what rates and sizes alone say. */
export function experienceReasons(
  { transfer, downtime, sentBack }: Experience,
  workloadId: string,
  method: Method,
  isTransferForecast: boolean,
): readonly Reason[] {
  const outage = downtime[method];
  const before = sentBack.get(workloadId);
  return [
    ...(isTransferForecast && transfer.lessons > 0
      ? [because('learned-transfer', 'R38', { ...transfer })]
      : []),
    ...(outage.lessons > 0 ? [because('learned-downtime', 'R38', { ...outage })] : []),
    ...(before === undefined
      ? []
      : [because('learned-sent-back', 'R38', { cutover: before.cutoverId, why: before.sentBack })]),
  ];
}

const timesAsLong = (factor: unknown): string => {
  if (factor === 1) return 'as long';
  const bound = factor === MOST_FACTOR ? 'at least ' : factor === LEAST_FACTOR ? 'at most ' : '';
  return `${bound}${told(factor as number)} times as long`;
};
const followed = (what: string, factor: unknown, lessons: unknown): string =>
  `${what} ${timesAsLong(factor)} as forecast${lessons === 1 ? '' : ', by the median,'} in ${counted(Number(lessons), 'earlier move')}: the forecast follows that.`;

export const lessonSentences: Sentences = {
  'learned-transfer': ({ factor, lessons }) => followed('Transfers took', factor, lessons),
  'learned-downtime': ({ factor, lessons }) => followed('Outages took', factor, lessons),
  'learned-sent-back': ({ cutover, why }) =>
    `Its users were sent back before, by cutover ${told(cutover)}${why === '' ? '' : ` (${told(why)})`}: its risk is higher.`,
};
