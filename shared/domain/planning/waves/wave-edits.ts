import type { PlanProblem } from '../../../contracts/planning/plan';
import type { PlanEdit } from '../../../contracts/planning/edit';

type Kind<K extends PlanEdit['kind']> = Extract<PlanEdit, { kind: K }>;
/** Edits that say where workloads go. */
export type PlacingEdit = Kind<'pin'> | Kind<'together'> | Kind<'apart'> | Kind<'cap'>;

export interface WaveEdits {
  readonly placing: readonly PlacingEdit[];
  readonly excluded: ReadonlyMap<string, string>;
  readonly ignored: readonly Kind<'ignore-dependency'>[];
}

/** What a later edit on the same thing replaces. */
const subject = (edit: PlacingEdit): string => {
  switch (edit.kind) {
    case 'pin':
    case 'cap':
      return `${edit.kind} ${edit.workloadId}`;
    case 'together':
    case 'apart':
      return `${edit.kind} ${[...edit.workloadIds].sort().join(' ')}`;
  }
};

/** The edits that waves look at, as they stand after all were made. */
export function waveEdits(edits: readonly PlanEdit[]): WaveEdits {
  const placing = new Map<string, PlacingEdit>();
  const excluded = new Map<string, string>();
  const ignored: Kind<'ignore-dependency'>[] = [];
  for (const edit of edits) {
    switch (edit.kind) {
      case 'exclude':
        excluded.set(edit.workloadId, edit.reason);
        break;
      case 'ignore-dependency':
        ignored.push(edit);
        break;
      case 'date':
      case 'method':
        break;
      default: {
        placing.delete(subject(edit));
        placing.set(subject(edit), edit);
      }
    }
  }
  return { placing: [...placing.values()], excluded, ignored };
}

export const workloadsOf = (edit: PlacingEdit): readonly string[] =>
  edit.kind === 'pin' || edit.kind === 'cap' ? [edit.workloadId] : edit.workloadIds;

/** An edit as a problem names it. */
export const inWords = (edit: PlacingEdit): string => {
  switch (edit.kind) {
    case 'pin':
      return `pin: ${edit.workloadId} in wave ${edit.wave}`;
    case 'cap':
      return `cap: at most ${edit.workloads} in the wave of ${edit.workloadId}`;
    case 'together':
    case 'apart':
      return shortened(`${edit.kind}: ${[...edit.workloadIds].sort().join(', ')}`);
  }
};

export const shortened = (text: string, most = 300): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** Edits that name what isn't planned say nothing about it: that much of them is left out, and said. */
export function knownOnly(
  placing: readonly PlacingEdit[],
  isPlanned: (id: string) => boolean,
): { readonly placing: readonly PlacingEdit[]; readonly problems: readonly PlanProblem[] } {
  const problems: PlanProblem[] = [];
  const known = placing.flatMap((edit): PlacingEdit[] => {
    const ids = [...new Set(workloadsOf(edit))];
    const missing = ids.filter((id) => !isPlanned(id));
    if (missing.length > 0)
      problems.push({
        severity: 'warning',
        code: 'edit-of-unplanned',
        message: shortened(
          `${missing.sort().join(', ')}: not part of the plan, but an edit names it.`,
          1_000,
        ),
        involves: [inWords(edit)],
      });
    if (edit.kind === 'pin' || edit.kind === 'cap') return missing.length > 0 ? [] : [edit];
    const left = ids.filter((id) => isPlanned(id));
    return left.length < 2 ? [] : [{ ...edit, workloadIds: left }];
  });
  return { placing: known, problems };
}
