import type { Notice } from '../../../contracts/notice';
import type { PlanContent } from '../../../contracts/planning/plan';
import type { RecordedPlan } from '../../../contracts/planning/records';
import { changedDates, type ChangedDate } from '../dates/changed-dates';
import { timeRange } from '../documents/local-time';
import { counted } from '../reasons';

/** What a card can hold. */
const CHANGES = 20;
const NAMES = 15;
const PEOPLE = 40;

export interface DatesQuestion {
  readonly plan: RecordedPlan;
  /** The version that may have changed dates. */
  readonly version: number;
  readonly before: PlanContent;
  readonly after: PlanContent;
  readonly ownerOf: (workloadId: string) => string | null;
}

/**
 * What stakeholders are told at once of dates that a version of a plan has changed: the old date and the new, why, and whether
 * somebody has still to approve it (R42 R46). Null where it has changed none.
 */
export function changedDatesNotice({ plan, version, before, after, ownerOf }: DatesQuestion): Notice | null {
  const changes = changedDates(before.waves, after.waves);
  const kept = plan.versions.find((each) => each.version === version);
  if (changes.length === 0 || kept === undefined) return null;
  const workloadIds = changes.flatMap((change) => change.workloadIds);
  const people = [...new Set(workloadIds.flatMap((id) => ownerOf(id) ?? []))].sort();
  const signing = after.settings.signatories.map(({ name, role }) => `${name} (${role})`);
  const told = firstOf([...people, ...signing.filter((name) => !people.includes(name))], PEOPLE);
  const count = counted(workloadIds.length, 'workload');
  const rest = changes.length - CHANGES;
  return {
    id: `plan:${plan.id}:${version}:dates`.slice(0, 200),
    title: `Dates have changed: ${plan.name}`.slice(0, 200),
    body: [
      `${count} of plan ${plan.id} ${workloadIds.length === 1 ? 'has another date' : 'have other dates'} in version ${version}.`,
      `Why: ${kept.change} (${kept.by}).`,
      `${approvalInWords(plan, version)}`,
      `To be told: ${told || 'nobody is named as owner, nor signs'}.`,
      ...(rest > 0
        ? [`${counted(rest, 'more change')}: plan diff ${plan.id} ${version - 1} ${version}.`]
        : []),
    ]
      .join(' ')
      .slice(0, 8_000),
    facts: changes.slice(0, CHANGES).map((change) => ({
      name: firstOf(change.workloadIds, NAMES).slice(0, 100),
      value: datesInWords(change).slice(0, 500),
    })),
  };
}

const firstOf = (names: readonly string[], most: number): string =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

const datesInWords = ({ before, after }: ChangedDate): string => {
  const was = timeRange(before, before.timeZone);
  return after === null
    ? `No date any more; it was ${was}`
    : `${timeRange(after, after.timeZone)} instead of ${was}`;
};

/** Whether the dates hold already: a change of an agreed date needs an approval of its own. */
const approvalInWords = ({ version: newest, approval, errors }: RecordedPlan, version: number): string => {
  if (newest !== version) return `Version ${newest} has replaced it already.`;
  if (approval !== null) return `Approved by ${approval.by}.`;
  const against =
    errors === 0 ? '' : `, and ${counted(errors, 'error')} stand${errors === 1 ? 's' : ''} against it`;
  return `It is not approved yet${against}.`;
};
