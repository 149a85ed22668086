import type { WaveDates } from '../../../contracts/planning/plan';
import type { Reason } from '../../../contracts/planning/reason';
import type { ClosedTime } from '../../calendars/closed-times';
import { common } from '../../calendars/interval';
import { isTimeZone } from '../../calendars/time-zone';
import { because } from '../reasons';
import { instant, MINUTE_MS } from './dating-input';
import type { Placed } from './place-waves';
import type { Timetable } from './timetable';
import { partsFrom } from './wave-parts';

const MAX_AVOIDED = 50;
const minutes = (ms: number): number => Math.round(ms / MINUTE_MS);

/** What took a window that everybody approves, between the moment the wave was ready and its start (R40 R44). */
function avoidedBy({ open, wait, start }: Placed, timetable: Timetable): ClosedTime[] {
  const closed = timetable.legal.closed.filter((time) => time.end > wait.until && time.start < start);
  if (closed.length === 0) return [];
  const avoided = new Set<ClosedTime>();
  const approved = open.map((times) => times.approved);
  for (const slot of common(approved, wait.until)) {
    if (slot.start >= start || avoided.size >= MAX_AVOIDED) break;
    for (const time of closed) if (time.start < slot.end && time.end > slot.start) avoided.add(time);
  }
  return [...avoided].slice(0, MAX_AVOIDED);
}

const avoidanceReasons = (avoided: readonly ClosedTime[]): Reason[] =>
  (
    [
      ['blackout', 'date-avoids-blackout', 'R44'],
      ['month-edge', 'date-avoids-month-edge', 'R40'],
      ['holiday', 'date-avoids-holiday', 'R40'],
    ] as const
  ).flatMap(([kind, rule, requirement]) => {
    const [first, ...rest] = avoided.filter((time) => time.kind === kind);
    if (!first) return [];
    return [because(rule, requirement, { reason: first.reason.slice(0, 300), more: rest.length })];
  });

function waitReason({ wait, parts }: Placed, { horizon }: Timetable): Reason {
  const until = instant(wait.until);
  switch (wait.cause) {
    case 'start-of-plan':
      return because('date-earliest-start', 'R39', { earliest: instant(horizon.start), until });
    case 'workload':
      return because('date-not-before', 'R4', { workload: wait.which, until });
    case 'wave':
      return because('date-after-wave', 'R41', { wave: wait.which, until });
    case 'transfer':
      return because('date-transfer', 'R45', {
        paths: parts.loads.map(({ path }) => path).join(', '),
        until,
      });
  }
}

/** What made the date what it is: what was asked for or agreed, what it waited for last, and what its parts take. */
function reasonsOf(placed: Placed, avoided: readonly ClosedTime[], timetable: Timetable): Reason[] {
  const { how, found, parts, open, window, edit, start } = placed;
  const teams = how === 'found' && found && found.start > found.withoutTeams;
  const buffers = parts.loads.map(({ bufferMs }) => bufferMs);
  return [
    ...(edit
      ? [because('date-asked', 'R46', { workload: edit.workloadId, reason: edit.reason.slice(0, 300) })]
      : []),
    ...(how === 'kept' && found ? [because('date-kept', 'R11', { earliest: instant(found.start) })] : []),
    ...(edit ? [] : [waitReason(placed, timetable)]),
    ...(teams ? [because('date-teams', 'R41', { earlier: instant(found.withoutTeams) })] : []),
    ...(edit
      ? []
      : [
          because('date-window', 'R43', {
            start: instant(start),
            end: instant(window.end),
            calendars: open.length,
            workloads: placed.workloads.length,
          }),
        ]),
    ...avoidanceReasons(avoided),
    because('date-parts', 'R45', {
      transferMinutes: minutes(Math.max(0, ...parts.loads.map(({ transferMs }) => transferMs))),
      cutoverMinutes: minutes(parts.cutoverMs),
      testingMinutes: minutes(parts.testingMs),
    }),
    because('date-buffer', 'R41', {
      transferMinutes: minutes(Math.max(0, ...buffers)),
      cutoverMinutes: minutes(parts.contingencyMs),
    }),
  ];
}

/** A placed wave as the plan tells it; its alternatives come later, when all waves have their place. */
export function describeDates(placed: Placed, timetable: Timetable, timeZone: string): WaveDates {
  const { start, parts, transfers, workloads, window, edit } = placed;
  const asked = edit?.window.timeZone;
  const cutovers = parts.cutovers.map((slot) => ({
    workloadId: slot.workloadId,
    start: instant(start + slot.start * MINUTE_MS),
    end: instant(start + slot.end * MINUTE_MS),
  }));
  const readOnly = new Set(workloads.filter(({ method }) => method === 'online').map(({ id }) => id));
  const avoided = edit ? [] : avoidedBy(placed, timetable);
  return {
    window: {
      start: instant(window.start),
      end: instant(window.end),
      timeZone: asked !== undefined && isTimeZone(asked) ? asked : timeZone,
    },
    parts: partsFrom(parts, start, transfers),
    cutovers,
    // Offline and redeployed workloads are out, not read-only: that is their cutover. Online ones serve readers while writes wait.
    readOnly: cutovers.filter(({ workloadId }) => readOnly.has(workloadId)),
    alternatives: [],
    avoided: avoided.map(({ start: from, end, reason }) => ({
      start: instant(from),
      end: instant(end),
      reason: reason.slice(0, 500),
    })),
    reasons: reasonsOf(placed, avoided, timetable),
  };
}
