import type { Classification } from '../../contracts/planning/classification';
import type { PlanProblem } from '../../contracts/planning/plan';
import type { Portfolio } from '../../contracts/planning/portfolio';
import type { PlanSettings } from '../../contracts/planning/settings';
import { openBlocks } from './readiness/tracked-remediations';

/** How many are named; the message says how many there are. */
const NAMED = 20;

/**
 * What readers of a plan should know before they sign it, and what keeps it from being signed: nothing to plan, no line for
 * anything, nobody who may decide on a rollback (R64) or where to reach them (R65), workloads whose outage nobody accepted.
 */
export function planProblems(
  { workloads }: Portfolio,
  classifications: readonly Classification[],
  settings: PlanSettings,
): readonly PlanProblem[] {
  const idsWhere = (test: (each: Classification) => boolean): string[] =>
    classifications.filter(test).map(({ workloadId }) => workloadId);
  const without = idsWhere(({ path, method }) => path.kind === null && method !== 'redeploy');
  const beyond = idsWhere(({ reasons }) => reasons.some(({ rule }) => rule === 'method-exceeds-tolerance'));
  const blocked = idsWhere(({ remediations }) => openBlocks(remediations).length > 0);
  return [
    ...(workloads.length === 0
      ? [problem('error', 'portfolio-empty', 'The portfolio has no workloads: import an inventory first.')]
      : []),
    ...counted('warning', 'path-missing', without, 'have no path that may carry their data'),
    ...counted('warning', 'downtime-beyond-tolerance', beyond, 'would be out longer than is tolerated'),
    ...counted(
      'warning',
      'remediation-open',
      blocked,
      'have something to be done before their wave can start',
    ),
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

const problem = (
  severity: PlanProblem['severity'],
  code: string,
  message: string,
  involves: string[] = [],
): PlanProblem => ({ severity, code, message, involves });

const counted = (
  severity: PlanProblem['severity'],
  code: string,
  ids: readonly string[],
  what: string,
): PlanProblem[] =>
  ids.length === 0
    ? []
    : [
        problem(
          severity,
          code,
          `${ids.length} workload${ids.length === 1 ? '' : 's'} ${what}.`,
          ids.slice(0, NAMED),
        ),
      ];
