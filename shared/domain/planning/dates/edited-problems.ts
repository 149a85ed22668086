import type { PlanEdit } from '../../../contracts/planning/edit';
import type { PlanProblem } from '../../../contracts/planning/plan';
import { firstEndingAfter, type Interval } from '../../calendars/interval';
import { isTimeZone } from '../../calendars/time-zone';
import { counted, minutesInWords } from '../reasons';
import { instant, MINUTE_MS } from './dating-input';
import { datingProblem, listed } from './dating-problem';
import type { Placed } from './place-waves';
import { plannedTime, type Timetable } from './timetable';

const minutes = (ms: number): number => Math.ceil(ms / MINUTE_MS);

/**
 * What a date that people set breaks; the date stays (R46). What would keep the wave from running or arriving is an error, a blackout
 * among it, in which no wave runs. What people may agree to, against the calendar, is a warning that they approve with the plan: R43
 * asks for windows that somebody approved, and R46 for exactly that approval of whoever did not set the date.
 */
export function editedProblems(
  placed: Placed,
  edits: readonly PlanEdit[],
  timetable: Timetable,
  plannedOf: (wave: number) => Interval | null,
): PlanProblem[] {
  if (!placed.edit) return [];
  return [
    ...unknownZone(placed),
    ...contradictingEdits(placed, edits),
    ...lengthProblems(placed),
    ...calendarProblems(placed, timetable),
    ...orderProblems(placed, timetable, plannedOf),
  ];
}

const said = (
  { wave, edit }: Placed,
  severity: PlanProblem['severity'],
  code: string,
  what: string,
  involves: readonly string[],
): PlanProblem =>
  datingProblem(
    severity,
    code,
    `The date set for wave ${wave.number} (${edit?.window.start} to ${edit?.window.end}) ${what}`,
    [`date of ${edit?.workloadId}`, ...involves],
  );

function unknownZone(placed: Placed): PlanProblem[] {
  const zone = placed.edit?.window.timeZone;
  if (zone === undefined || isTimeZone(zone)) return [];
  const what = `names the time zone ${zone}, which does not exist. Use an IANA name such as Europe/Berlin.`;
  return [said(placed, 'error', 'time-zone-unknown', what, [`time zone ${zone}`])];
}

const contradictingEdits = (placed: Placed, edits: readonly PlanEdit[]): PlanProblem[] => {
  const { edit, wave } = placed;
  const members = new Set(wave.workloadIds);
  const newest = new Map(
    edits.flatMap((each) =>
      each.kind === 'date' && members.has(each.workloadId) ? [[each.workloadId, each] as const] : [],
    ),
  );
  const others = [...newest.values()].filter(
    ({ window }) => window.start !== edit?.window.start || window.end !== edit.window.end,
  );
  return others.map(({ workloadId, window }) =>
    said(
      placed,
      'error',
      'dates-contradict',
      `is not the one set for ${workloadId} in the same wave (${window.start} to ${window.end}). Take one back, or keep the two apart.`,
      [`date of ${workloadId}`],
    ),
  );
};

function lengthProblems(placed: Placed): PlanProblem[] {
  const { parts, window, workloads } = placed;
  const length = window.end - window.start;
  const lacking = minutes(parts.neededMs - length);
  const longest = workloads.reduce((a, b) => (b.downtimeMinutes.high > a.downtimeMinutes.high ? b : a));
  const outage = `${longest.id}, the longest, is out for up to ${minutesInWords(longest.downtimeMinutes.high)}`;
  if (length < parts.cutoverMs + parts.testingMs)
    return [
      said(
        placed,
        'error',
        'date-too-short',
        `lacks ${counted(lacking, 'minute')} for cutovers, testing and contingency: ${outage}.`,
        [`workload ${longest.id}`],
      ),
    ];
  if (lacking > 0)
    return [
      said(
        placed,
        'warning',
        'date-without-contingency',
        `lacks ${counted(lacking, 'minute')} of the contingency.`,
        ['contingencyShare'],
      ),
    ];
  return [];
}

const covers = (intervals: readonly Interval[], { start, end }: Interval): boolean => {
  const at = intervals[firstEndingAfter(intervals, start)];
  return at !== undefined && at.start <= start && at.end >= end;
};

function calendarProblems(placed: Placed, timetable: Timetable): PlanProblem[] {
  const { window, workloads } = placed;
  const outside = workloads.filter(
    ({ maintenance }) => !covers(timetable.legal.of(maintenance).approved, window),
  );
  const taken = timetable.legal.closed.filter(({ start, end }) => start < window.end && end > window.start);
  return [
    ...(outside.length > 0
      ? [
          said(
            placed,
            'warning',
            'date-outside-windows',
            `is not inside the maintenance windows of ${listed(outside.map(({ id }) => id))}: whoever approves the plan approves that, too (R43 R46).`,
            outside.slice(0, 20).map(({ id }) => `workload ${id}`),
          ),
        ]
      : []),
    ...taken.map((time) =>
      said(
        placed,
        time.kind === 'blackout' ? 'error' : 'warning',
        time.kind === 'blackout' ? 'date-in-blackout' : 'date-on-free-day',
        `conflicts with ${time.reason} (${instant(time.start)} to ${instant(time.end)}).`,
        [time.reason],
      ),
    ),
  ];
}

function orderProblems(
  placed: Placed,
  timetable: Timetable,
  plannedOf: (wave: number) => Interval | null,
): PlanProblem[] {
  const { wave, start, parts } = placed;
  const early = wave.after.flatMap((number): PlanProblem[] => {
    const before = plannedOf(number);
    const involves = [`wave ${number}`];
    if (!before)
      return [
        said(
          placed,
          'error',
          'date-before-order',
          `comes after wave ${number}, which has no date.`,
          involves,
        ),
      ];
    if (start < before.end)
      return [
        said(
          placed,
          'error',
          'date-before-order',
          `begins before wave ${number} has ended, at ${instant(before.end)}.`,
          involves,
        ),
      ];
    if (start < timetable.readyAfter(before))
      return [
        said(
          placed,
          'warning',
          'date-without-buffer',
          `leaves less than the days between waves after wave ${number}.`,
          involves,
        ),
      ];
    return [];
  });
  return [
    ...early,
    ...(start < timetable.horizon.start
      ? [
          said(
            placed,
            'warning',
            'date-before-start',
            `begins before the plan does, at ${instant(timetable.horizon.start)}.`,
            ['earliestStart'],
          ),
        ]
      : []),
    ...(placed.transfersLate
      ? [
          said(
            placed,
            'error',
            'date-before-transfer',
            'is too early for its data: their transfer, with its buffer, does not fit before it.',
            placed.parts.loads.map(({ path }) => `path ${path}`),
          ),
        ]
      : []),
    ...(timetable.teams.isOverbooked(plannedTime(start, parts))
      ? [
          said(placed, 'warning', 'date-without-team', 'takes a team that runs or follows up another wave.', [
            'capacity.teams',
          ]),
        ]
      : []),
  ];
}
