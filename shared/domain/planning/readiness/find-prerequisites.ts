import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import { because, told, type Sentences } from '../reasons';
import type { Found } from './find-remediations';

/** What has to be there before any workload moves, and of which only people know whether it is (R1–R4). */
const STATED = {
  'adoption-plan': ['R1', 'Adoption plan: strategy and assessment documented'],
  'landing-zone': ['R2', 'Landing zone with a subscription for the workload'],
  skills: ['R3', 'Skills of the team assessed, gaps and training recorded'],
} as const;

/** The same for every workload: 100,000 of them share these. */
const OPEN = Object.entries(STATED).map(([key, [requirement, title]]): Found => ({
  key,
  title,
  severity: 'warn',
  reason: because('prerequisite-open', requirement, { what: key }),
}));

/** Prerequisites of one workload (R1–R3 R6 R7 R9 R10): those that its inventory entry proves are not listed. */
export const findPrerequisites = (workload: InventoryWorkload): readonly Found[] => [
  ...OPEN,
  ...people(workload),
  ...documents(workload),
];

function people({ owner, criticality, criticalityConfirmed }: InventoryWorkload): Found[] {
  const found: Found[] = [];
  if (owner === null) {
    const reason = because('owner-unknown', 'R6');
    found.push({ key: 'owner', title: 'Name an owner', severity: 'block', reason });
  }
  if (criticalityConfirmed === null) {
    const reason = because('criticality-unconfirmed', 'R7', { criticality });
    found.push({ key: 'criticality', title: 'Have the criticality confirmed', severity: 'block', reason });
  }
  return found;
}

function documents({ assessment, targetArchitecture }: InventoryWorkload): Found[] {
  const readiness = assessment?.readiness ?? null;
  const found: Found[] = [];
  if (readiness !== 'ready') {
    const severity = readiness === 'not-ready' ? 'block' : 'warn';
    const reason = because('assessment', 'R9', { readiness });
    found.push({ key: 'assessment', title: 'Have it assessed as ready', severity, reason });
  }
  if (targetArchitecture === null) {
    const reason = because('target-architecture-missing', 'R10');
    found.push({
      key: 'target-architecture',
      title: 'Link its target architecture',
      severity: 'warn',
      reason,
    });
  }
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
