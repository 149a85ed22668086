import loadHighs from 'highs';
import { datedWorkload, datingOf, range, settingsOf } from '../../support/planning/dated-waves';
import type { MaintenanceRule } from '../../../shared/contracts/planning/portfolio';
import { candidates } from '../../../shared/domain/planning/dates/candidates';
import { dateWaves } from '../../../shared/domain/planning/dates/date-waves';
import type { DatedWorkload, DatingInput } from '../../../shared/domain/planning/dates/dating-input';
import { plannedEnd } from '../../../shared/domain/planning/dates/end-of-cut';
import { plannedTime, Timetable } from '../../../shared/domain/planning/dates/timetable';
import type { BenchRow } from '../bench';
import { exactFinishDays } from './exact-dates';

const INSTANCES = 20;
const WAVES = 120;
/** So few that HiGHS can prove the earliest end. */
const SMALL_INSTANCES = 20;
const SMALL_WAVES = 14;
const DAY_MS = 86_400_000;

/** Numbers from 0 to below `below`, the same for a seed wherever it runs. */
const drawer = (seed: number) => {
  // Neighbouring seeds would begin alike.
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const RULES: readonly MaintenanceRule[] = [
  { days: ['sat'], from: '20:00', to: '06:00', timeZone: 'Europe/Berlin' },
  { days: ['fri', 'sat', 'sun'], from: '18:00', to: '08:00', timeZone: 'Europe/Berlin' },
  { days: ['sun'], from: '00:00', to: '12:00', timeZone: 'America/New_York' },
  { days: ['sat', 'sun'], from: '00:00', to: '00:00', timeZone: 'UTC' },
];

/** Waves of five, a third of them after an earlier one, on four calendars, one team to four, a frozen December. */
function instance(seed: number, count: number, travels: boolean): DatingInput {
  const draw = drawer(seed);
  const settings = settingsOf({
    earliestStart: '2027-09-01T00:00:00Z',
    capacity: { teams: 1 + (seed % 4) },
    calendar: {
      timeZone: 'Europe/Berlin',
      blackouts: [{ start: '2027-12-15T00:00:00Z', end: '2028-01-07T00:00:00Z', reason: 'end of the year' }],
    },
  });
  const waves = Array.from({ length: count }, (_, wave) => {
    const own = RULES[draw(RULES.length)] as MaintenanceRule;
    const workloads = Array.from({ length: 5 }, (_, index) =>
      datedWorkload(`w-${wave}-${index}`, {
        maintenance: [own],
        downtimeMinutes: range(10 + draw(60), 80),
        ...(travels && { path: 'express-route' as const, transferMinutes: range(draw(600)) }),
      }),
    );
    return [workloads, wave > 5 && draw(3) === 0 ? [1 + draw(wave)] : []] as const;
  });
  return datingOf(waves, settings);
}

const withWorkloads = (
  { workloads }: DatingInput,
  change: (workload: DatedWorkload) => DatedWorkload,
): ReadonlyMap<string, DatedWorkload> => new Map([...workloads].map(([id, each]) => [id, change(each)]));

/** Days from the plan's start to the end of its last wave. */
function finishDays(input: DatingInput): number {
  const ends = dateWaves(input).dates.map(plannedEnd);
  if (ends.includes(null)) throw new Error('finish-date: a wave of an instance has no date');
  const last = Math.max(...ends.map((end) => Date.parse(end as string)));
  return (last - Date.parse(input.settings.earliestStart)) / DAY_MS;
}

/** Waves outside what is legal for all their workloads, before one that they come after is done, or without a team. */
function violations(input: DatingInput): number {
  const timetable = new Timetable(input.settings);
  const { dates } = dateWaves(input);
  const placed = candidates(input, timetable).map((each, index) => {
    const time = plannedTime(Date.parse(dates[index]?.window.start ?? ''), each.parts);
    return { ...each, time };
  });
  for (const { time } of placed) timetable.teams.add(time);
  const timeOf = new Map(placed.map(({ wave, time }) => [wave.number, time]));
  const breaks = placed.filter(({ wave, open, time }) => {
    const isOpen = open.every(({ legal }) =>
      legal.some(({ start, end }) => start <= time.start && time.end <= end),
    );
    const isInOrder = wave.after.every((number) => {
      const before = timeOf.get(number);
      return before !== undefined && time.start >= timetable.readyAfter(before);
    });
    return !isOpen || !isInOrder || timetable.teams.isOverbooked(time);
  });
  return breaks.length;
}

/**
 * No plan ends sooner than either of two that are allowed more: one with a team for every wave, where each waits for those before it
 * and its own windows alone; and one whose waves are all as short as the shortest, in any window, after nothing, where the first to
 * come takes the first place. Nothing travels in either.
 */
function boundDays(input: DatingInput): number {
  const { settings, waves } = input;
  const still = { path: null, transferMinutes: null };
  const capacity = { ...settings.capacity, teams: 100 };
  const path = finishDays({
    ...input,
    settings: { ...settings, capacity },
    workloads: withWorkloads(input, (each) => ({ ...each, ...still })),
  });
  const shortest = range(
    Math.min(...[...input.workloads.values()].map(({ downtimeMinutes }) => downtimeMinutes.high)),
  );
  const work = finishDays({
    ...input,
    waves: waves.map((wave) => ({ ...wave, after: [] })),
    workloads: withWorkloads(input, (each) => ({
      ...each,
      ...still,
      maintenance: RULES,
      downtimeMinutes: shortest,
    })),
  });
  return Math.max(path, work);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

const row = (name: string, unit: string, ours: number, more: Partial<BenchRow> = {}): BenchRow => ({
  ...{ name, unit, better: 'lower', ours, peers: {}, limit: null },
  ...more,
});
const percentOver = (ours: number, least: number): number => (ours / least - 1) * 100;

/** How long our plans take beside what no plan could be quicker than; small ones beside the quickest plan there is. */
export async function finishDateRows(
  _rounds: number,
  seed: number,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const highs = await loadHighs();
  const small = Array.from({ length: SMALL_INSTANCES }, (_, index) => {
    const input = instance(seed * 1_000 + index, SMALL_WAVES, false);
    const ours = finishDays(input);
    const found = {
      ...{ ours, bound: boundDays(input), broken: violations(input) },
      best: exactFinishDays(highs, input, ours),
    };
    say(
      `finish-date-exact: instance ${index + 1} of ${SMALL_INSTANCES}: ${ours.toFixed(1)} days, best ${found.best.toFixed(1)}, bound ${found.bound.toFixed(1)}`,
    );
    return found;
  });
  const large = Array.from({ length: INSTANCES }, (_, index) => {
    const input = instance(seed * 1_000 + index, WAVES, true);
    const pair = { ours: finishDays(input), bound: boundDays(input), broken: violations(input) };
    say(
      `finish-date: instance ${index + 1} of ${INSTANCES}: ${pair.ours.toFixed(1)} days, bound ${pair.bound.toFixed(1)}`,
    );
    return pair;
  });
  const worst = (all: readonly number[]): number => Math.max(...all);
  return [
    row('finish-date', 'days', mean(large.map(({ ours }) => ours)), {
      limit: mean(large.map(({ bound }) => bound)),
    }),
    row('finish-date-worst-over-bound', '%', worst(large.map(({ ours, bound }) => percentOver(ours, bound)))),
    row('finish-date-exact', 'days', mean(small.map(({ ours }) => ours)), {
      peers: { 'HiGHS optimum': mean(small.map(({ best }) => best)) },
      limit: mean(small.map(({ bound }) => bound)),
    }),
    row(
      'finish-date-exact-worst-over-optimum',
      '%',
      worst(small.map(({ ours, best }) => percentOver(ours, best))),
    ),
    row(
      'finish-date-violations',
      'waves',
      [...small, ...large].reduce((sum, { broken }) => sum + broken, 0),
    ),
  ];
}
