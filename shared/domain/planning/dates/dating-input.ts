import type { Method, MinuteRange } from '../../../contracts/planning/classification';
import type { PlanEdit } from '../../../contracts/planning/edit';
import type { PlanProblem, WaveDates } from '../../../contracts/planning/plan';
import type { MaintenanceRule } from '../../../contracts/planning/portfolio';
import type { DataPathKind, PlanSettings } from '../../../contracts/planning/settings';

/** What dates depend on of a workload. */
export interface DatedWorkload {
  readonly id: string;
  /** None: those of the plan's calendar. */
  readonly maintenance: readonly MaintenanceRule[];
  readonly method: Method;
  /** The line its data take; null: nothing travels before the cutover. Forecasts assume that it has the line to itself. */
  readonly path: DataPathKind | null;
  readonly transferMinutes: MinuteRange | null;
  /** Its outage; nine in ten stay below `high`, which must fit into its window. */
  readonly downtimeMinutes: MinuteRange;
  /** After its cutover; null: `TESTING_MINUTES`. */
  readonly testingMinutes: number | null;
  /** What the way back takes: the window keeps room for it; null: not known. */
  readonly rollbackMinutes: number | null;
  /** What must have arrived before its own cutover, as far as it is in the same wave. */
  readonly dependsOn: readonly string[];
  /** An instant before which it can't be cut over; null: none. */
  readonly notBefore: string | null;
}

export interface WaveToDate {
  readonly number: number;
  readonly workloadIds: readonly string[];
  /** Numbers of the waves that have to end well before. */
  readonly after: readonly number[];
}

/** A wave as it was dated before; found again by the set of its workloads. */
export interface DatedBefore {
  readonly workloadIds: readonly string[];
  readonly dates: WaveDates | null;
}

export interface DatingInput {
  /** Those that matter first come first: each takes the earliest date that those before it leave. */
  readonly waves: readonly WaveToDate[];
  readonly workloads: ReadonlyMap<string, DatedWorkload>;
  readonly settings: PlanSettings;
  /** Those of kind `date` are looked at. */
  readonly edits: readonly PlanEdit[];
  readonly previous: readonly DatedBefore[] | null;
}

export interface Dating {
  /** One for each wave, in their order; null: no legal date, and a problem says why. */
  readonly dates: readonly (WaveDates | null)[];
  readonly problems: readonly PlanProblem[];
}

export const MINUTE_MS = 60_000;
export const TESTING_MINUTES = 60;
/** Telling people, the freeze and the checks of readiness, right before data travel (R45). */
export const PREPARATION_MS = 24 * 60 * MINUTE_MS;
/** A plan reaches no further: beyond, neither calendars nor the rules of time zones can be known. */
export const HORIZON_DAYS = 3 * 366;

/** People begin on the quarter hour. */
const QUARTER_MS = 15 * MINUTE_MS;
export const roundedStart = (ready: number): number => Math.ceil(ready / QUARTER_MS) * QUARTER_MS;

const DAY_MS = 24 * 60 * MINUTE_MS;
const two = (number: number): string => String(number).padStart(2, '0');
/** The part of an instant behind its day, by minute. */
const CLOCK = Array.from(
  { length: 24 * 60 },
  (_, minute) => `T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00.000Z`,
);
const MAX_DAYS = 10_000;
const days = new Map<number, string>();

function textOfDay(day: number): string {
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, -14);
  if (days.size >= MAX_DAYS) days.clear();
  days.set(day, text);
  return text;
}

/** As `Date` writes it. A plan of 100,000 workloads names 300,000 whole minutes of a thousand days: `Date` takes 5 times as long. */
export function instant(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const clock = CLOCK[(ms - day * DAY_MS) / MINUTE_MS];
  return clock === undefined ? new Date(ms).toISOString() : textOfDay(day) + clock;
}
