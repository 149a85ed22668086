import type { PlanEdit } from '../../../contracts/planning/edit';
import type { Reason } from '../../../contracts/planning/reason';
import type { Interval } from '../../calendars/interval';
import { because } from '../reasons';
import { instant, type DatedWorkload, type DatingInput, type WaveToDate } from './dating-input';
import type { OpenTimes } from './legal-times';
import { plannedTime, type FoundStart, type Timetable } from './timetable';
import { partsOf, type WaveParts } from './wave-parts';

export type DateEdit = Extract<PlanEdit, { kind: 'date' }>;

/** Something that a wave waits for. */
export interface Wait {
  readonly until: number;
  readonly reason: Reason;
}

/** A wave with all that its date depends on beside the other waves. */
export interface Candidate {
  readonly wave: WaveToDate;
  readonly workloads: readonly DatedWorkload[];
  readonly parts: WaveParts;
  readonly open: readonly OpenTimes[];
  /** The newest edit of its date; null: none. */
  readonly edit: DateEdit | null;
  /** Where it began before; null: it is new, or had no date. */
  readonly before: number | null;
}

export interface Placed extends Candidate {
  readonly start: number;
  readonly window: Interval;
  readonly transfers: readonly Interval[];
  /** What held it back, latest first. */
  readonly waits: readonly Wait[];
  readonly ready: number;
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

const keyOf = (workloadIds: readonly string[]): string => [...workloadIds].sort().join(' ');

export function candidates(input: DatingInput, timetable: Timetable): Candidate[] {
  const edits = new Map<string, { edit: DateEdit; order: number }>();
  for (const [order, edit] of input.edits.entries()) {
    if (edit.kind === 'date') edits.set(edit.workloadId, { edit, order });
  }
  const before = new Map((input.previous ?? []).map(({ workloadIds, dates }) => [keyOf(workloadIds), dates]));
  return input.waves.map((wave) => {
    const workloads = [...wave.workloadIds]
      .sort()
      .map((id) => input.workloads.get(id))
      .filter((workload) => workload !== undefined);
    const asked = workloads.map(({ id }) => edits.get(id)).filter((edit) => edit !== undefined);
    const newest = asked.sort((a, b) => b.order - a.order)[0];
    const dates = before.get(keyOf(wave.workloadIds));
    return {
      wave,
      workloads,
      parts: partsOf(workloads, input.settings),
      open: timetable.legal.ofAll(workloads),
      edit: newest?.edit ?? null,
      before: dates ? Date.parse(dates.window.start) : null,
    };
  });
}

const waitsOf = (
  { workloads, wave, parts }: Candidate,
  timetable: Timetable,
  dated: ReadonlyMap<number, Interval>,
): Wait[] => {
  const wait = (until: number, rule: string, requirement: string, facts: Reason['facts']): Wait => ({
    until,
    reason: because(rule, requirement, { ...facts, until: instant(until) }),
  });
  const { firstTransfer, horizon } = timetable;
  const waits = [wait(firstTransfer, 'date-earliest-start', 'R39', { earliest: instant(horizon.start) })];
  for (const { id, notBefore } of workloads) {
    if (notBefore !== null)
      waits.push(wait(Date.parse(notBefore), 'date-not-before', 'R4', { workload: id }));
  }
  for (const number of wave.after) {
    const other = dated.get(number);
    if (other) waits.push(wait(timetable.readyAfter(other), 'date-after-wave', 'R41', { wave: number }));
  }
  const transferred = timetable.transfersReady(parts.loads);
  if (transferred !== null) {
    const paths = parts.loads.map(({ path }) => path).join(', ');
    waits.push(wait(transferred, 'date-transfer', 'R45', { paths }));
  }
  return waits.sort((a, b) => b.until - a.until);
};

/** Dates one wave; those it comes after have theirs already, where they have one. */
function place(candidate: Candidate, timetable: Timetable, dated: ReadonlyMap<number, Interval>): Placement {
  const { wave, parts, edit, before } = candidate;
  const waits = waitsOf(candidate, timetable, dated);
  const ready = (waits[0] as Wait).until;
  const legal = candidate.open.map((times) => times.legal);
  const reserved = reservedTime(candidate);
  if (reserved) timetable.teams.remove(reserved);
  const undated = wave.after.filter((number) => !dated.has(number));
  const found = timetable.firstStart(legal, ready, parts.neededMs);
  if (edit === null) {
    if (undated.length > 0)
      return { unplaced: { ...candidate, why: { kind: 'after-undated', waves: undated } } };
    if (!found) return { unplaced: { ...candidate, why: { kind: 'no-window', ready } } };
  }
  const keeps = before !== null && timetable.canStart(legal, ready, parts.neededMs, before);
  const start = edit ? Date.parse(edit.window.start) : keeps ? before : (found as FoundStart).start;
  const window = edit
    ? { start, end: Date.parse(edit.window.end) }
    : timetable.windowAt(legal, start, parts.neededMs);
  timetable.teams.add(plannedTime(start, parts));
  const transfers = timetable.bookTransfers(parts.loads, start);
  const how = edit ? 'edited' : keeps && start !== found?.start ? 'kept' : 'found';
  const placed: Placed = {
    ...candidate,
    start,
    window,
    waits,
    ready,
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
      const before = next.wave.after
        .map((number) => byNumber.get(number))
        .filter((other) => other !== undefined);
      const missing = isNew ? before.filter(({ wave }) => !seen.has(wave.number)) : [];
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
  const dated = new Map<number, Interval>();
  const placements = new Map<number, Placement>();
  for (const candidate of inOrder(all)) {
    const placement = place(candidate, timetable, dated);
    placements.set(candidate.wave.number, placement);
    if ('placed' in placement) {
      const { start, parts } = placement.placed;
      dated.set(candidate.wave.number, plannedTime(start, parts));
    }
  }
  return placements;
}
