import type { PlanEdit } from '../../../contracts/planning/edit';
import { LastResult } from '../last-result';
import type { DatedBefore, DatedWorkload, DatingInput, WaveToDate } from './dating-input';
import type { OpenTimes } from './legal-times';
import type { Timetable } from './timetable';
import { partsOf, type WaveParts } from './wave-parts';

export type DateEdit = Extract<PlanEdit, { kind: 'date' }>;

/** What of a wave follows from its workloads and the settings alone. */
interface Lasting {
  readonly workloads: readonly DatedWorkload[];
  readonly parts: WaveParts;
  readonly open: readonly OpenTimes[];
}

/** A wave with all that its date depends on beside the other waves. */
export interface Candidate extends Lasting {
  readonly wave: WaveToDate;
  /** The newest edit of its date; null: none. */
  readonly edit: DateEdit | null;
  /** Where it began before; null: it is new, or had no date. */
  readonly before: number | null;
}

export function candidates(input: DatingInput, timetable: Timetable): Candidate[] {
  const edits = new Map<string, { edit: DateEdit; order: number }>();
  for (const [order, edit] of input.edits.entries()) {
    if (edit.kind === 'date') edits.set(edit.workloadId, { edit, order });
  }
  const before = datedBefore(input.waves, input.previous ?? []);
  return input.waves.map((wave) => {
    const lasting = lastingOf(wave, input, timetable);
    const start = before.get(wave)?.dates?.window.start;
    return {
      ...lasting,
      wave,
      edit: edits.size === 0 ? null : newestOf(lasting.workloads, edits),
      before: start === undefined ? null : Date.parse(start),
    };
  });
}

/** Of the list of a wave's workloads: few waves are others after an edit. */
const last = new LastResult<readonly string[], Lasting>();

const lastingOf = (
  { workloadIds }: WaveToDate,
  { workloads: all, settings }: DatingInput,
  { legal }: Timetable,
): Lasting =>
  last.of(workloadIds, [all, settings], () => {
    const workloads = sorted(workloadIds)
      .map((id) => all.get(id))
      .filter((workload) => workload !== undefined);
    return { workloads, parts: partsOf(workloads, settings), open: legal.ofAll(workloads) };
  });

function newestOf(
  workloads: readonly DatedWorkload[],
  edits: ReadonlyMap<string, { readonly edit: DateEdit; readonly order: number }>,
): DateEdit | null {
  const asked = workloads.flatMap(({ id }) => edits.get(id) ?? []);
  const [newest] = asked.sort((a, b) => b.order - a.order);
  return newest?.edit ?? null;
}

/** What each wave was before: the one with the same workloads. */
function datedBefore(
  waves: readonly WaveToDate[],
  previous: readonly DatedBefore[],
): ReadonlyMap<WaveToDate, DatedBefore> {
  const found = new Map<WaveToDate, DatedBefore>();
  if (previous.length === 0) return found;
  const left = new Set(previous);
  const keep = (wave: WaveToDate, dated: DatedBefore): void => {
    found.set(wave, dated);
    left.delete(dated);
  };
  for (const [position, wave] of waves.entries()) {
    const there = previous[position];
    if (there && haveSameIds(there.workloadIds, wave.workloadIds)) keep(wave, there);
  }
  const byKey = new Map([...left].map((dated) => [keyOf(dated), dated]));
  for (const wave of waves) {
    const dated = found.has(wave) ? undefined : byKey.get(keyOf(wave));
    if (dated) keep(wave, dated);
  }
  return found;
}

const sorted = (ids: readonly string[]): readonly string[] =>
  ids.every((id, at) => at === 0 || (ids[at - 1] as string) < id) ? ids : [...ids].sort();

const keyOf = ({ workloadIds }: Pick<DatedBefore, 'workloadIds'>): string => sorted(workloadIds).join(' ');

const haveSameIds = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || (one.length === other.length && one.every((id, at) => id === other[at]));
