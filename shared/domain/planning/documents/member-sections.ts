import { explain } from '../explain';
import { minutesInWords } from '../reasons';
import { list, tableOr, text, type Part, type Section } from './document';
import { rollbackPlan } from './rollback-plan';
import type { WaveDocumentInput, WaveMember } from './wave-document-input';

/** What is to be said of each workload of a wave: why so, what is to be done before, how it is accepted, how it comes back. */
export const memberSections = ({
  members,
  settings,
}: Pick<WaveDocumentInput, 'members' | 'settings'>): Section[] =>
  members.map((member) => ({
    heading: member.workload.name,
    parts: [...decisions(member), remediations(member), ...acceptance(member), ...wayBack(member, settings)],
  }));

const impactOf = ({ workload: { impact } }: WaveMember): string =>
  impact === null
    ? 'Impact of an outage: nobody has said.'
    : `Impact of an outage: customers ${impact.customer}, revenue ${impact.revenue}, compliance ${impact.compliance}.`;

const decisions = (member: WaveMember): Part[] => {
  const { assumed, reasons } = member.classification;
  return [
    text(impactOf(member)),
    list(reasons.map(explain)),
    ...(assumed.length === 0 ? [] : [text(`Assumed, because nobody has said: ${assumed.join(', ')}.`)]),
  ];
};

const remediations = ({ workload, classification }: WaveMember): Part =>
  tableOr(
    'Nothing is to be done before.',
    `To be done: ${workload.id}`,
    ['What', 'Stops the wave', 'State', 'Owner', 'Due', 'Why'],
    classification.remediations.map(({ title, severity, state, owner, due, reason, note }) => [
      title,
      severity === 'block' ? 'yes' : 'no',
      note === null ? state : `${state} (${note})`,
      owner,
      due,
      explain(reason),
    ]),
  );

/** Benchmarks, functional checks and what users accept by (R66). */
function acceptance({ workload: { id, execution } }: WaveMember): Part[] {
  const checks = [...(execution?.acceptance ?? []), ...(execution?.observationChecks ?? [])];
  const asked = execution?.manualChecks ?? [];
  return [
    tableOr(
      'No check of the moved workload is described yet.',
      `Acceptance: ${id}`,
      ['Check', 'Address', 'Expected'],
      checks.map(({ name, url, expectStatus, maxDurationMs }) => [
        name,
        url,
        `status ${expectStatus} within ${maxDurationMs} ms`,
      ]),
    ),
    ...(asked.length === 0 ? [] : [text('A person answers:'), list(asked)]),
  ];
}

/** R49–R54 R61 R64. */
function wayBack(member: WaveMember, settings: WaveDocumentInput['settings']): Part[] {
  const plan = rollbackPlan(member.workload, member.classification, settings);
  const { environment, execution } = member.workload;
  const attached = [
    execution?.targetEnvironment,
    execution?.release === undefined ? undefined : 'previous release',
  ];
  const attachments = attached.flatMap((each) => each ?? []);
  return [
    text(
      `Way back (${member.classification.method}, ${environment ?? 'environment unknown'}; ` +
        `${plan.isAutomatic ? 'Causeway does it' : 'people do it and say what they saw'}): ${plan.steps.join('; ')}.`,
    ),
    text(
      `It is taken when ${plan.triggers.join('; or ')}. ${plan.authority === null ? 'Nobody is named yet who decides.' : `${plan.authority} decides.`}`,
    ),
    text(
      `${plan.timeframe === null ? 'Nobody has estimated how long it takes; it' : `It takes ${plan.timeframe}, and`} has succeeded when ${plan.success.join(', ')}.`,
    ),
    text(`Rehearsed: ${plan.rehearsal ?? 'no rehearsal is recorded.'}`),
    text(`By hand: ${plan.byHand ?? 'nobody has written down what to do should it fail.'}`),
    ...(attachments.length === 0 ? [] : [text(`Kept for it: ${attachments.join(', ')}.`)]),
    text(
      `It must not take longer than ${minutesInWords(member.classification.downtimeToleranceMinutes)} altogether.`,
    ),
  ];
}
