import type { PlanProblem } from '../../../contracts/planning/plan';
import type { PlanSettings } from '../../../contracts/planning/settings';
import type { MaintenanceRule } from '../../../contracts/planning/portfolio';
import { nextSlot } from '../../calendars/interval';
import { MINUTE_MS, type DatedWorkload } from './dating-input';
import { datingProblem, listed } from './dating-problem';
import type { OpenTimes } from './legal-times';
import type { Unplaced } from './place-waves';

export interface Fitting {
  readonly timesOf: (workload: DatedWorkload) => OpenTimes;
  /** What these workloads take inside a window, if they move together. */
  readonly neededMs: (workloads: readonly DatedWorkload[]) => number;
  /** The longest slot that is open to all of them, whenever it is; 0: there is none. */
  readonly longestMs: (workloads: readonly DatedWorkload[]) => number;
}

/** Whether there is a slot for all of them. Where nothing is open to all, what they take is not worked out. */
export function fits(workloads: readonly DatedWorkload[], { neededMs, longestMs }: Fitting): boolean {
  const longest = longestMs(workloads);
  return longest > 0 && neededMs(workloads) <= longest;
}

const minutes = (ms: number): number => Math.ceil(ms / MINUTE_MS);
const inWords = ({ days, from, to, timeZone }: MaintenanceRule): string =>
  `${days.join(' ')} ${from} to ${to} ${timeZone}`;

/** What contradicts in a wave for which there is no window at all. */
export function contradictions(unplaced: Unplaced, settings: PlanSettings, fitting: Fitting): PlanProblem[] {
  const { workloads } = unplaced;
  const alone = workloads.filter((each) => !fits([each], fitting));
  if (alone.length > 0) return alone.map((workload) => noWindowOf(workload, unplaced, settings, fitting));
  return [contradictionOf(smallestWithoutSlot(workloads, fitting), unplaced, fitting)];
}

/** A workload that fits into none of its own windows, however it is grouped. */
function noWindowOf(
  workload: DatedWorkload,
  { wave }: Unplaced,
  { calendar }: PlanSettings,
  fitting: Fitting,
): PlanProblem {
  const times = fitting.timesOf(workload);
  const rules = workload.maintenance.length > 0 ? workload.maintenance : calendar.maintenance;
  const involves = [`workload ${workload.id}`, ...rules.map((rule) => `maintenance ${inWords(rule)}`)];
  const of = `wave ${wave.number}: ${workload.id}`;
  if (times.unknownZones.length > 0)
    return datingProblem(
      'error',
      'time-zone-unknown',
      `No date for ${of} names the time zone ${times.unknownZones.join(', ')}, which does not exist. Use an IANA name such as Europe/Berlin.`,
      [`workload ${workload.id}`, ...times.unknownZones.map((zone) => `time zone ${zone}`)],
    );
  const needed = fitting.neededMs([workload]);
  if (nextSlot([times.approved], -Infinity, needed))
    return datingProblem(
      'error',
      'window-always-closed',
      `No date for ${of} has windows that are long enough, but blackouts, month edges and holidays take all of them within three years.`,
      [...involves, 'calendar.blackouts', 'calendar.monthEdges', 'calendar.holidays'],
    );
  const longest = Math.max(0, ...times.approved.map(({ start, end }) => end - start));
  return datingProblem(
    'error',
    'window-too-short',
    `No date for ${of} needs ${minutes(needed)} minutes inside its window (${Math.ceil(workload.downtimeMinutes.high)} of outage, testing and contingency); the longest has ${minutes(longest)}, ${minutes(needed - longest)} too few.`,
    involves,
  );
}

/** Leaves out one after another whatever is not needed for the contradiction. */
function smallestWithoutSlot(workloads: readonly DatedWorkload[], fitting: Fitting): DatedWorkload[] {
  let smallest = [...workloads];
  for (const workload of workloads) {
    const without = smallest.filter((each) => each !== workload);
    if (!fits(without, fitting)) smallest = without;
  }
  return smallest;
}

/** Puts each workload to the first of those it has a window with. */
function groupsThatFit(workloads: readonly DatedWorkload[], fitting: Fitting): DatedWorkload[][] {
  const groups: DatedWorkload[][] = [];
  for (const workload of workloads) {
    const group = groups.find((members) => fits([...members, workload], fitting));
    if (group) group.push(workload);
    else groups.push([workload]);
  }
  return groups;
}

function contradictionOf(
  smallest: readonly DatedWorkload[],
  { wave, workloads }: Unplaced,
  fitting: Fitting,
): PlanProblem {
  const ids = smallest.map(({ id }) => id);
  const split = groupsThatFit(workloads, fitting)
    .map((group) => `{${listed(group.map(({ id }) => id))}}`)
    .join(' and ');
  const involves = ids.map((id) => `workload ${id}`);
  const longest = fitting.longestMs(smallest);
  if (longest === 0)
    return datingProblem(
      'error',
      'windows-contradict',
      `No date for wave ${wave.number}: the windows of ${listed(ids)} have no time in common. It could be split into ${split}.`,
      involves,
    );
  const needed = fitting.neededMs(smallest);
  return datingProblem(
    'error',
    'window-too-short-together',
    `No date for wave ${wave.number}: ${listed(ids)} need ${minutes(needed)} minutes one after another, ${minutes(needed - Math.floor(longest / MINUTE_MS) * MINUTE_MS)} more than any window that is open to all of them. More cutovers side by side would shorten it, or it could be split into ${split}.`,
    involves,
  );
}
