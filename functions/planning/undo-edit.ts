import { MigrationError } from '../../shared/contracts/errors';
import type { PlanContent } from '../../shared/contracts/planning/plan';
import type { UndoInput } from '../../shared/contracts/planning/plan-input';
import type { RecordedPlan } from '../../shared/contracts/planning/records';
import type { Principal } from '../../shared/contracts/principal';
import { itemHash, listHash } from '../../shared/domain/planning/content-hash';
import { dependsOnUndone, undoEdit, withoutTrace } from '../../shared/domain/planning/edits/undo-edit';
import { untilFresh, type ContentLedger } from '../../shared/ledger/content-ledger';
import { planContentOf, readPlan } from '../../shared/ledger/plans';
import { planAnew, type PlanOutcome } from './plan-versions';

/**
 * Takes one edit of a plan back: another version without it. `conflict` where its wave has started, a later edit can't hold without it,
 * or the plan is no longer at the version that was looked at; `not-found` where there is no such edit.
 */
export const undoPlanEdit = (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  { edit: asked, version, reason }: UndoInput,
): Promise<PlanOutcome> =>
  untilFresh(async () => {
    const head = await readPlan(ledger, id);
    if (version !== undefined && head.body.version !== version)
      throw new MigrationError(
        'conflict',
        `plan ${id} is at version ${head.body.version}: look at its edits again`,
        {
          field: 'version',
        },
      );
    const previous = await planContentOf(ledger, head.body);
    const undone = undoEdit(head.body, previous, asked ?? null);
    if (undone.kind === 'refused') throw new MigrationError(undone.code, undone.why, { field: 'edit' });
    const { edit, number, left } = undone;
    const later = previous.edits.slice(number);
    const refuse = (content: PlanContent): void => {
      const depends = dependsOnUndone(previous, content, later);
      if (depends === null) return;
      const which = previous.edits.lastIndexOf(depends.edit) + 1;
      throw new MigrationError(
        'conflict',
        `edit ${number} cannot be undone before edit ${which} (${depends.edit.kind}), which depends on it: ${depends.problem.message}`.slice(
          0,
          2_000,
        ),
        { field: 'edit' },
      );
    };
    const { name, portfolioId } = head.body;
    const change = `undone: edit ${number}, ${edit.kind} (${edit.reason}): ${reason}`;
    const wanted = { name, portfolioId, settings: previous.settings, edits: left, change, refuse };
    const basis = (await planWith(ledger, head.body, left)) ?? withoutTrace(previous, edit);
    return planAnew(ledger, principal, id, head, previous, { ...wanted, basis });
  });

/** The newest version with exactly these edits: to it undoing the last edit leads back. */
const planWith = async (
  ledger: ContentLedger,
  head: RecordedPlan,
  edits: PlanContent['edits'],
): Promise<PlanContent | null> => {
  const hash = listHash(edits.map(itemHash));
  const kept = head.versions.findLast(({ lists }) => lists['edits']?.hash === hash);
  return kept === undefined ? null : planContentOf(ledger, head, kept.version);
};
