import type { WaveDates } from '../../../contracts/planning/plan';
import { explain } from '../explain';
import { bridges } from './bridges';
import { list, table, tableOr, text, type Document, type Section } from './document';
import { localTime, timeRange } from './local-time';
import { memberSections } from './member-sections';
import type { WaveDocumentInput } from './wave-document-input';

/** The sheet of one wave that its stakeholders read, agree to and sign (R60–R66): what moves, when, why, and how it comes back. */
export function waveDocument(input: WaveDocumentInput): Document {
  const { head, wave, settings } = input;
  const zone = settings.calendar.timeZone;
  return {
    title: `${head.name}: wave ${wave.number}`,
    about: [
      `${wave.summary}`,
      `Plan ${head.id}, version ${head.version}, content hash ${head.contentHash}.`,
      head.approval === null
        ? 'Not approved yet.'
        : `Approved by ${head.approval.by} on ${localTime(head.approval.at, zone)}: ${head.approval.reason}`,
    ],
    sections: [
      { heading: 'Workloads', parts: [workloads(input)] },
      { heading: 'Why this wave', parts: [list(wave.reasons.map(explain))] },
      dates(wave.dates, zone),
      ...memberSections(input),
      bridges(input),
      people(input),
    ],
  };
}

/** Name, owner, criticality, type, window, impact, rationale (R60). */
const workloads = ({ members, wave, settings }: WaveDocumentInput) =>
  table(
    'Workloads',
    [
      'Workload',
      'Owner',
      'Business unit',
      'Criticality',
      'Environment',
      'Method',
      'Path',
      'Tool',
      'Cutover',
      'Outage (likely)',
      'Tolerated',
    ],
    members.map(({ workload, classification }) => {
      const slot = wave.dates?.cutovers.find(({ workloadId }) => workloadId === workload.id);
      return [
        workload.name,
        workload.owner,
        workload.businessUnit,
        workload.criticality,
        workload.environment,
        classification.method,
        classification.path.kind,
        classification.path.tool,
        slot === undefined ? null : timeRange(slot, settings.calendar.timeZone),
        `${Math.round(classification.downtimeMinutes.likely)} min`,
        `${Math.round(classification.downtimeToleranceMinutes)} min`,
      ];
    }),
  );

function dates(found: WaveDates | null, zone: string): Section {
  const heading = 'Dates';
  if (found === null)
    return { heading, parts: [text('No legal date was found; the problems of the plan say why.')] };
  return {
    heading,
    parts: [
      text(`Window: ${timeRange(found.window, found.window.timeZone)}.`),
      table(
        'Schedule',
        ['Part', 'From', 'To'],
        found.parts.map(({ part, start, end }) => [part, localTime(start, zone), localTime(end, zone)]),
      ),
      tableOr(
        'Nobody is limited to reading.',
        'Read-only periods',
        ['Workload', 'From', 'To'],
        found.readOnly.map(({ workloadId, start, end }) => [
          workloadId,
          localTime(start, zone),
          localTime(end, zone),
        ]),
      ),
      list(found.reasons.map(explain)),
      tableOr(
        'There is no other legal date near.',
        'Alternatives',
        ['Window', 'What it costs or wins'],
        found.alternatives.map(({ window, tradeOffs }) => [
          timeRange(window, window.timeZone),
          tradeOffs.join('; '),
        ]),
      ),
    ],
  };
}

/** Who is told (R59), who agreed (R62), who signs, and where they are reached in an emergency (R65). */
function people({ head, wave, settings }: WaveDocumentInput): Section {
  const agreed = head.confirmations.filter((each) => each.wave === wave.number);
  const zone = settings.calendar.timeZone;
  return {
    heading: 'People',
    parts: [
      tableOr(
        'Nobody is named who is told.',
        'Communication',
        ['Audience', 'What', 'How', 'When'],
        settings.communication.map(({ audience, message, channel, when }) => [
          audience,
          message,
          channel,
          when,
        ]),
      ),
      tableOr(
        'Nobody has agreed to dates, durations and dependencies yet.',
        'Confirmations',
        ['Who', 'When'],
        agreed.map(({ by, at }) => [by, localTime(at, zone)]),
      ),
      text(`Emergencies: ${settings.emergencyChannel ?? 'no channel is named yet'}.`),
      text(`Who decides on a rollback: ${settings.rollbackAuthority ?? 'nobody is named yet'}.`),
      tableOr(
        'Nobody is named who signs.',
        'Signatures',
        ['Name', 'Role', 'Date', 'Signature'],
        settings.signatories.map(({ name, role }) => [name, role, null, null]),
      ),
    ],
  };
}
