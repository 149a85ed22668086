import type { Connection, InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Remediation } from '../../../contracts/planning/classification';
import { because, told, type Sentences } from '../reasons';
import { findPrerequisites } from './find-prerequisites';
import { findRemediations } from './find-remediations';

/**
 * Everything to be done before a workload moves, with what people have said of it: owner, day, state, exception. What they track
 * beside what was found (blockers, partners engaged, R4) comes last. Sorted by key within each kind.
 */
export function trackedRemediations(
  workload: InventoryWorkload,
  outgoing: readonly Connection[],
  asOf: string,
): readonly Remediation[] {
  const found = [...findPrerequisites(workload), ...findRemediations(workload, outgoing, asOf)];
  if (workload.tracked.length === 0) return found;
  const tracked = new Map(workload.tracked.map((item) => [item.key, item]));
  const known = new Set(found.map(({ key }) => key));
  const own = workload.tracked
    .filter(({ key }) => !known.has(key))
    .map((item): Remediation => ({
      ...item,
      title: (TITLES.get(item.key) ?? item.note ?? item.key).slice(0, MAX_TITLE),
      severity: item.key.startsWith('blocker') ? 'block' : 'warn',
      reason: because('tracked-by-people', 'R3', { key: item.key }),
    }));
  return [...found.map((each) => ({ ...each, ...tracked.get(each.key) })), ...own];
}

/** Kept by people alone: nothing in an inventory shows them. */
const TITLES = new Map([
  ['rollback-rehearsed', 'Rehearse the way back'],
  ['partners', 'Engage outside experts, and have them validate strategy, tools and times'],
]);
const MAX_TITLE = 300;

/** What keeps the wave of a workload from starting. */
export const openBlocks = (remediations: readonly Remediation[]): readonly Remediation[] =>
  remediations.filter(
    ({ severity, state }) => severity === 'block' && state !== 'done' && state !== 'exception',
  );

export const trackedSentences: Sentences = {
  'tracked-by-people': ({ key }) => `People keep this themselves: ${told(key)}.`,
};
