import type { Interval } from '../../calendars/interval';
import type { Candidate } from './candidates';
import { plannedTime, type FoundStart, type Timetable } from './timetable';
import type { WaveParts } from './wave-parts';

/** What a wave waits for longest. */
interface Wait {
  readonly until: number;
  readonly cause: 'start-of-plan' | 'workload' | 'wave' | 'transfer';
  /** The id of the workload, or the number of the wave; null of other causes. */
  readonly which: string | number | null;
}

export interface Placed extends Candidate {
  readonly start: number;
  readonly window: Interval;
  readonly transfers: readonly Interval[];
  readonly wait: Wait;
  readonly how: 'found' | 'kept' | 'edited';
  /** The earliest that was possible; null where a date was asked for and none would be legal. */
  readonly found: FoundStart | null;
  /** Its transfers could not be done before the date that was asked for. */
  readonly transfersLate: boolean;
}

/** Why a wave has no date. */
export type Unplaced = Candidate & {
  readonly why:
    | { readonly kind: 'after-undated'; readonly waves: readonly number[] }
    | { readonly kind: 'no-window'; readonly ready: number };
};

export type Placement = { readonly placed: Placed } | { readonly unplaced: Unplaced };

/** What holds a wave back longest. Of equal ones the first: the plan's start, its workloads, the waves before it, its data. */
function lastWait(
  { workloads, wave, parts }: Candidate,
  { firstTransfer, lines }: Timetable,
  freeAfter: ReadonlyMap<number, number>,
): Wait {
  let wait: Wait = { until: firstTransfer, cause: 'start-of-plan', which: null };
  const consider = (until: number | undefined | null, cause: Wait['cause'], which: Wait['which']): void => {
    if (until !== undefined && until !== null && until > wait.until) wait = { until, cause, which };
  };
  for (const { id, notBefore } of workloads)
    if (notBefore !== null) consider(Date.parse(notBefore), 'workload', id);
  for (const number of wave.after) consider(freeAfter.get(number), 'wave', number);
  consider(lines.ready(parts.loads), 'transfer', null);
  return wait;
}

/** Dates one wave; those it comes after have theirs already, where they have one. */
function place(
  candidate: Candidate,
  timetable: Timetable,
  freeAfter: ReadonlyMap<number, number>,
): Placement {
  const { wave, parts, edit, before } = candidate;
  const legal = candidate.open.map((times) => times.legal);
  const reserved = reservedTime(candidate);
  if (reserved) timetable.teams.remove(reserved);
  const wait = lastWait(candidate, timetable, freeAfter);
  const undated = edit ? [] : wave.after.filter((number) => !freeAfter.has(number));
  const keeps =
    before !== null && undated.length === 0 && timetable.canStart(legal, wait.until, parts.neededMs, before);
  const { until: ready } = wait;
  if (undated.length > 0)
    return { unplaced: { ...candidate, why: { kind: 'after-undated', waves: undated } } };
  const found = timetable.firstStart(legal, ready, parts.neededMs);
  if (!found && !edit) return { unplaced: { ...candidate, why: { kind: 'no-window', ready } } };
  const start = edit ? Date.parse(edit.window.start) : keeps ? before : (found as FoundStart).start;
  const window = edit
    ? { start, end: Date.parse(edit.window.end) }
    : timetable.windowAt(legal, start, parts.neededMs);
  timetable.teams.add(plannedTime(start, parts));
  const transfers = timetable.lines.fit(parts.loads, start);
  timetable.lines.add(transfers ?? []);
  const how = edit ? 'edited' : keeps && start !== found?.start ? 'kept' : 'found';
  const placed: Placed = {
    ...candidate,
    start,
    window,
    wait,
    how,
    found,
    transfers: transfers ?? lateTransfers(parts, start),
    transfersLate: transfers === null,
  };
  return { placed };
}

/** As they would have to lie: the problem says that they can't. */
const lateTransfers = ({ loads }: WaveParts, start: number): Interval[] =>
  loads.map(({ transferMs }) => ({ start: start - transferMs, end: start }));

/** The team days that a wave holds before its turn comes: those asked for, or those it had. */
const reservedTime = ({ edit, before, parts }: Candidate): Interval | null => {
  const start = edit ? Date.parse(edit.window.start) : before;
  return start === null ? null : plannedTime(start, parts);
};

/** Each after those it comes after, otherwise in the order given. Where waves wait for each other in a circle, the first goes first. */
function inOrder(all: readonly Candidate[]): Candidate[] {
  const byNumber = new Map(all.map((candidate) => [candidate.wave.number, candidate]));
  const seen = new Set<number>();
  const ordered = new Set<Candidate>();
  for (const first of all) {
    const open = [first];
    for (let next = open.at(-1); next; next = open.at(-1)) {
      const isNew = !seen.has(next.wave.number);
      seen.add(next.wave.number);
      const missing = isNew
        ? next.wave.after.flatMap((number) => (seen.has(number) ? [] : (byNumber.get(number) ?? [])))
        : [];
      if (missing.length > 0) open.push(...missing.reverse());
      else {
        open.pop();
        ordered.add(next);
      }
    }
  }
  return [...ordered];
}

/** Dates the waves one after another (R39): dates that people set and dates that were agreed hold their place against the rest (R11). */
export function placeWaves(all: readonly Candidate[], timetable: Timetable): Map<number, Placement> {
  for (const candidate of all) {
    const reserved = reservedTime(candidate);
    if (reserved) timetable.teams.add(reserved);
  }
  const freeAfter = new Map<number, number>();
  const placements = new Map<number, Placement>();
  for (const candidate of inOrder(all)) {
    const placement = place(candidate, timetable, freeAfter);
    placements.set(candidate.wave.number, placement);
    if (!('placed' in placement)) continue;
    const { start, parts } = placement.placed;
    freeAfter.set(candidate.wave.number, timetable.readyAfter(plannedTime(start, parts)));
  }
  return placements;
}
