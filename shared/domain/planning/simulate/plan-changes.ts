import type { MaintenanceRule, Portfolio } from '../../../contracts/planning/portfolio';
import type { DataPath, PlanSettings } from '../../../contracts/planning/settings';
import type { PlanChange } from '../../../contracts/planning/simulation';

/** What a plan would be made of. */
export interface ChangedInputs {
  readonly settings: PlanSettings;
  readonly portfolio: Portfolio;
}

export type ChangeOutcome =
  | { readonly kind: 'changed'; readonly inputs: ChangedInputs }
  | { readonly kind: 'impossible'; readonly why: string };

const MOST_TEAMS = 100;
const MOST_CONCURRENT = 50;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export function titleOf(change: PlanChange): string {
  switch (change.kind) {
    case 'more-teams':
      return plural(change.teams, 'more team');
    case 'more-bandwidth':
      return `${change.factor} times the bandwidth of ${change.path ?? 'the first line'}`;
    case 'longer-windows':
      return `windows longer by ${plural(change.hours, 'hour')}`;
    case 'fewer-days-between':
      return `${plural(change.days, 'day')} less between waves`;
    case 'more-concurrent':
      return `${plural(change.cutovers, 'more cutover')} at a time`;
  }
}

const impossible = (why: string): ChangeOutcome => ({ kind: 'impossible', why });

export function changed(inputs: ChangedInputs, change: PlanChange): ChangeOutcome {
  const { settings, portfolio } = inputs;
  const { capacity } = settings;
  const withSettings = (changes: Partial<PlanSettings>): ChangeOutcome => ({
    kind: 'changed',
    inputs: { settings: { ...settings, ...changes }, portfolio },
  });
  switch (change.kind) {
    case 'more-teams': {
      const teams = Math.min(MOST_TEAMS, capacity.teams + change.teams);
      if (teams === capacity.teams) return impossible(`there are ${MOST_TEAMS} teams already`);
      return withSettings({ capacity: { ...capacity, teams } });
    }
    case 'more-concurrent': {
      const concurrentCutovers = Math.min(MOST_CONCURRENT, capacity.concurrentCutovers + change.cutovers);
      if (concurrentCutovers === capacity.concurrentCutovers)
        return impossible(`${MOST_CONCURRENT} cutovers run at a time already`);
      return withSettings({ capacity: { ...capacity, concurrentCutovers } });
    }
    case 'fewer-days-between':
      if (settings.daysBetweenWaves === 0) return impossible('there are no days between waves');
      return withSettings({ daysBetweenWaves: Math.max(0, settings.daysBetweenWaves - change.days) });
    case 'more-bandwidth':
      return fasterLine(settings.paths, change, (paths) => withSettings({ paths }));
    case 'longer-windows':
      return { kind: 'changed', inputs: withLongerWindows(inputs, change.hours * HOUR_MINUTES) };
  }
}

function fasterLine(
  paths: readonly DataPath[],
  { path, factor }: Extract<PlanChange, { kind: 'more-bandwidth' }>,
  change: (paths: DataPath[]) => ChangeOutcome,
): ChangeOutcome {
  const line = paths.find(
    ({ kind, state, megabitsPerSecond }) =>
      state !== 'unavailable' && megabitsPerSecond !== null && (path ?? kind) === kind && kind !== 'data-box',
  );
  if (!line) return impossible(`the settings name no ${path ?? 'line'} whose rate is known`);
  const faster = { ...line, megabitsPerSecond: (line.megabitsPerSecond ?? 0) * factor };
  return change(paths.map((each) => (each === line ? faster : each)));
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
const timeOf = (minutes: number): string =>
  [Math.floor(minutes / 60) % 24, minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

/** A rule that ends as it begins is open for a day. */
function longer(rule: MaintenanceRule, minutes: number): MaintenanceRule {
  const from = minutesOf(rule.from);
  const length = minutesOf(rule.to) - from;
  const lasts = Math.min(DAY_MINUTES, (length > 0 ? length : length + DAY_MINUTES) + Math.round(minutes));
  return { ...rule, to: timeOf(from + lasts) };
}

function withLongerWindows({ settings, portfolio }: ChangedInputs, minutes: number): ChangedInputs {
  const all = (rules: readonly MaintenanceRule[]): MaintenanceRule[] =>
    rules.map((rule) => longer(rule, minutes));
  const { calendar } = settings;
  return {
    settings: { ...settings, calendar: { ...calendar, maintenance: all(calendar.maintenance) } },
    portfolio: {
      ...portfolio,
      workloads: portfolio.workloads.map((workload) =>
        workload.maintenance.length === 0
          ? workload
          : { ...workload, maintenance: all(workload.maintenance) },
      ),
    },
  };
}
