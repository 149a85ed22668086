import type { Classification } from '../../contracts/planning/classification';
import type { PlanEdit } from '../../contracts/planning/edit';
import type { PlanContent, PlanProblem } from '../../contracts/planning/plan';
import type { Portfolio } from '../../contracts/planning/portfolio';
import { LastResult } from './last-result';
import { counted } from './reasons';
import { openBlocks } from './readiness/tracked-remediations';

/** How many are named; the message says how many there are. */
const NAMED = 20;

const last = new LastResult<readonly Classification[], readonly PlanProblem[]>();

/**
 * What readers of a plan should know before they sign it, and what keeps it from being signed: nothing to plan, no line for
 * anything, nobody who may decide on a rollback (R64) or where to reach them (R65), workloads whose outage nobody accepted.
 */
export function planProblems(
  { workloads }: Portfolio,
  classifications: readonly Classification[],
  { settings, edits, excluded }: Pick<PlanContent, 'settings' | 'edits' | 'excluded'>,
): readonly PlanProblem[] {
  return [
    ...(workloads.length === 0
      ? [problem('error', 'portfolio-empty', 'The portfolio has no workloads: import an inventory first.')]
      : []),
    ...ofUnplanned(workloads, edits, new Set(excluded.map(({ workloadId }) => workloadId))),
    ...last.of(classifications, [], () => ofClassifications(classifications)),
    ...(settings.rollbackAuthority === null
      ? [
          problem(
            'warning',
            'rollback-authority-missing',
            'Nobody is named who decides on a rollback: set rollbackAuthority.',
          ),
        ]
      : []),
    ...(settings.emergencyChannel === null
      ? [
          problem(
            'warning',
            'emergency-channel-missing',
            'No channel for emergencies is named: set emergencyChannel.',
          ),
        ]
      : []),
    ...(settings.signatories.length === 0
      ? [problem('warning', 'signatories-missing', 'Nobody is named who signs: set signatories.')]
      : []),
  ];
}

function ofClassifications(classifications: readonly Classification[]): readonly PlanProblem[] {
  const idsWhere = (test: (each: Classification) => boolean): string[] =>
    classifications.filter(test).map(({ workloadId }) => workloadId);
  const without = idsWhere(({ path, method }) => path.kind === null && method !== 'redeploy');
  const beyond = idsWhere(({ reasons }) => reasons.some(({ rule }) => rule === 'method-exceeds-tolerance'));
  const blocked = idsWhere(({ remediations }) => openBlocks(remediations).length > 0);
  return [
    ...concerning('warning', 'path-missing', without, 'without a path that may carry the data'),
    ...concerning('warning', 'downtime-beyond-tolerance', beyond, 'out for longer than is tolerated'),
    ...concerning(
      'warning',
      'remediation-open',
      blocked,
      'with something to be done before the wave can start',
    ),
  ];
}

/** Edits that name what the portfolio has not, or date what is left out; those that place workloads are looked at by waves. */
function ofUnplanned(
  workloads: Portfolio['workloads'],
  edits: readonly PlanEdit[],
  excluded: ReadonlySet<string>,
): PlanProblem[] {
  const named = edits.flatMap((edit): { readonly kind: string; readonly id: string }[] => {
    switch (edit.kind) {
      case 'ignore-dependency':
        return [edit.from, edit.to].map((id) => ({ kind: edit.kind, id }));
      case 'exclude':
      case 'method':
      case 'date':
        return [{ kind: edit.kind, id: edit.workloadId }];
      default:
        return [];
    }
  });
  if (named.length === 0) return [];
  const known = new Set(workloads.map(({ id }) => id));
  const unplanned = new Map(
    named
      .filter(({ kind, id }) => !known.has(id) || (kind === 'date' && excluded.has(id)))
      .map(({ kind, id }) => [`${kind}: ${id}`, `${id}: not part of the plan, but an edit names it.`]),
  );
  return [...unplanned].map(([edit, message]) => problem('warning', 'edit-of-unplanned', message, [edit]));
}

const problem = (
  severity: PlanProblem['severity'],
  code: string,
  message: string,
  involves: string[] = [],
): PlanProblem => ({ severity, code, message, involves });

const concerning = (
  severity: PlanProblem['severity'],
  code: string,
  ids: readonly string[],
  what: string,
): PlanProblem[] =>
  ids.length === 0
    ? []
    : [problem(severity, code, `${counted(ids.length, 'workload')} ${what}.`, ids.slice(0, NAMED))];
