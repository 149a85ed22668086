import type { Remediation } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import { because, told, type Sentences } from '../reasons';
import { untouched } from './untouched';

/** What has to be there before any workload moves, and of which only people know whether it is (R1–R4). */
const STATED = {
  'adoption-plan': ['R1', 'Adoption plan: strategy and assessment documented'],
  'landing-zone': ['R2', 'Landing zone with a subscription for the workload'],
  skills: ['R3', 'Skills of the team assessed, gaps and training recorded'],
} as const;

/** The same for every workload: 100,000 of them share these. */
const OPEN = Object.entries(STATED).map(([key, [requirement, title]]) =>
  untouched(key, title, 'warn', because('prerequisite-open', requirement, { what: key })),
);
const TARGET_ARCHITECTURE = untouched(
  'target-architecture',
  'Link its target architecture',
  'warn',
  because('target-architecture-missing', 'R10'),
);
type Readiness = NonNullable<InventoryWorkload['assessment']>['readiness'] | null;
const notReady = (readiness: Readiness): Remediation =>
  untouched(
    'assessment',
    'Have it assessed as ready',
    readiness === 'not-ready' ? 'block' : 'warn',
    because('assessment', 'R9', { readiness }),
  );
const NOT_ASSESSED = notReady(null);

/** Prerequisites of one workload (R1–R3 R6 R7 R9 R10): those that its inventory entry proves are not listed. */
export const findPrerequisites = (workload: InventoryWorkload): readonly Remediation[] => [
  ...OPEN,
  ...people(workload),
  ...documents(workload),
];

function people({ owner, criticality, criticalityConfirmed }: InventoryWorkload): Remediation[] {
  const found: Remediation[] = [];
  if (owner === null) {
    const reason = because('owner-unknown', 'R6');
    found.push(untouched('owner', 'Name an owner', 'block', reason));
  }
  if (criticalityConfirmed === null) {
    const reason = because('criticality-unconfirmed', 'R7', { criticality });
    found.push(untouched('criticality', 'Have the criticality confirmed', 'block', reason));
  }
  return found;
}

function documents({ assessment, targetArchitecture }: InventoryWorkload): Remediation[] {
  const readiness = assessment?.readiness ?? null;
  const found: Remediation[] = [];
  if (readiness !== 'ready') found.push(readiness === null ? NOT_ASSESSED : notReady(readiness));
  if (targetArchitecture === null) found.push(TARGET_ARCHITECTURE);
  return found;
}

export const prerequisiteSentences: Sentences = {
  'prerequisite-open': ({ what }) => `No inventory shows it, so people record that it is met: ${told(what)}.`,
  'owner-unknown': () => 'Nobody is named who owns it.',
  'criticality-unconfirmed': ({ criticality }) =>
    `Its owner and stakeholders have not confirmed its criticality (${told(criticality)}).`,
  assessment: ({ readiness }) =>
    readiness === null ? 'No assessment of it is known.' : `Its assessment says: ${told(readiness)}.`,
  'target-architecture-missing': () => 'No target architecture is linked.',
};
