import type { PlanEdit } from '../../../contracts/planning/edit';
import type { PlanContent, PlanHead, PlannedWave, PlanProblem } from '../../../contracts/planning/plan';
import { inWords, shortened } from '../waves/wave-edits';
import { tooLate } from '../run/started-waves';

export type Undone =
  | {
      readonly kind: 'undone';
      readonly edit: PlanEdit;
      readonly number: number;
      readonly left: readonly PlanEdit[];
    }
  | { readonly kind: 'refused'; readonly code: 'not-found' | 'conflict'; readonly why: string };

/**
 * A plan's edits without one of them: that of a number, counted from 1 in their order, or the newest that still can be taken back.
 * Those that keep started waves as they are can't.
 */
export function undoEdit(
  head: Pick<PlanHead, 'id' | 'started'>,
  content: Pick<PlanContent, 'edits' | 'waves'>,
  asked: number | null,
): Undone {
  const { edits } = content;
  const late = (edit: PlanEdit) => tooLate(head, content, [edit]);
  const number = asked ?? edits.findLastIndex((edit) => late(edit) === null) + 1;
  const edit = edits[number - 1];
  if (edit === undefined)
    return {
      kind: 'refused',
      code: asked === null ? 'conflict' : 'not-found',
      why:
        asked === null
          ? `plan ${head.id} has no edit that could be undone`
          : `plan ${head.id} has no edit ${asked}: it has ${edits.length}`,
    };
  const why = late(edit);
  if (why !== null)
    return { kind: 'refused', code: 'conflict', why: `edit ${number} cannot be undone: ${why}` };
  return { kind: 'undone', edit, number, left: edits.filter((_, index) => index !== number - 1) };
}

/**
 * What a plan without an edit is made from: what the edit alone decided is open again, instead of staying as it was because a plan
 * made anew disturbs as little as it can (R11).
 */
export function withoutTrace(content: PlanContent, edit: PlanEdit): PlanContent {
  const named = new Set(
    edit.kind === 'pin' ? [edit.workloadId] : 'workloadIds' in edit ? edit.workloadIds : [],
  );
  const reopened = (wave: PlannedWave): PlannedWave => {
    if (edit.kind === 'date' && wave.workloadIds.includes(edit.workloadId)) return { ...wave, dates: null };
    return { ...wave, workloadIds: wave.workloadIds.filter((id) => !named.has(id)) };
  };
  const waves = content.waves.map(reopened).filter(({ workloadIds }) => workloadIds.length > 0);
  return { ...content, waves };
}

/** Which of the later edits cannot hold without the one that was undone, and the error that says so; null: all can. */
export function dependsOnUndone(
  before: Pick<PlanContent, 'problems'>,
  after: Pick<PlanContent, 'problems'>,
  later: readonly PlanEdit[],
): { readonly edit: PlanEdit; readonly problem: PlanProblem } | null {
  const text = ({ code, involves }: PlanProblem) => `${code} ${involves.join('|')}`;
  const known = new Set(before.problems.map(text));
  for (const problem of after.problems.filter(({ severity }) => severity === 'error')) {
    if (known.has(text(problem))) continue;
    const edit = later.findLast((each) => problem.involves.includes(asInvolved(each)));
    if (edit !== undefined) return { edit, problem };
  }
  return null;
}

/** As problems name an edit. */
const asInvolved = (edit: PlanEdit): string => {
  switch (edit.kind) {
    case 'pin':
    case 'together':
    case 'apart':
    case 'cap':
      return shortened(inWords(edit));
    case 'date':
      return `date of ${edit.workloadId}`;
    case 'method':
    case 'exclude':
      return `${edit.kind} ${edit.workloadId}`;
    case 'ignore-dependency':
      return `${edit.kind} ${edit.from} ${edit.to}`;
  }
};
