import { datedWorkload, datingOf, range, settingsOf } from '../../support/planning/dated-waves';
import type { MaintenanceRule } from '../../../shared/contracts/planning/portfolio';
import { dateWaves } from '../../../shared/domain/planning/dates/date-waves';
import type { DatedWorkload, DatingInput } from '../../../shared/domain/planning/dates/dating-input';
import { plannedEnd } from '../../../shared/domain/planning/dates/end-of-cut';
import type { BenchRow } from '../bench';

const INSTANCES = 20;
const WAVES = 120;
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
function instance(seed: number): DatingInput {
  const draw = drawer(seed);
  const settings = settingsOf({
    earliestStart: '2027-09-01T00:00:00Z',
    capacity: { teams: 1 + (seed % 4) },
    calendar: {
      timeZone: 'Europe/Berlin',
      blackouts: [{ start: '2027-12-15T00:00:00Z', end: '2028-01-07T00:00:00Z', reason: 'end of the year' }],
    },
  });
  const waves = Array.from({ length: WAVES }, (_, wave) => {
    const own = RULES[draw(RULES.length)] as MaintenanceRule;
    const workloads = Array.from({ length: 5 }, (_, index) =>
      datedWorkload(`w-${wave}-${index}`, {
        maintenance: [own],
        downtimeMinutes: range(10 + draw(60), 80),
        path: 'express-route',
        transferMinutes: range(draw(600)),
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

/** How long our plans take beside what no plan could be quicker than. */
export async function finishDateRows(
  _rounds: number,
  seed: number,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const pairs = Array.from({ length: INSTANCES }, (_, index) => {
    const input = instance(seed * 1_000 + index);
    const pair = { ours: finishDays(input), bound: boundDays(input) };
    say(
      `finish-date: instance ${index + 1} of ${INSTANCES}: ${pair.ours.toFixed(1)} days, bound ${pair.bound.toFixed(1)}`,
    );
    return pair;
  });
  const over = pairs.map(({ ours, bound }) => (ours / bound - 1) * 100);
  const row = { better: 'lower' as const, peers: {} };
  return [
    {
      ...row,
      name: 'finish-date',
      unit: 'days',
      ours: mean(pairs.map(({ ours }) => ours)),
      limit: mean(pairs.map(({ bound }) => bound)),
    },
    { ...row, name: 'finish-date-worst-over-bound', unit: '%', ours: Math.max(...over), limit: null },
  ];
}
