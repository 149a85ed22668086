import type { Classification } from '../../../contracts/planning/classification';
import type { PlanContent, PlanHead } from '../../../contracts/planning/plan';
import type { Portfolio } from '../../../contracts/planning/portfolio';
import { explain } from '../explain';
import { counted } from '../reasons';
import { bridges } from './bridges';
import { tableOr, text, type Document, type Section } from './document';
import { localTime, timeRange } from './local-time';

export interface PlanDocumentInput {
  readonly head: PlanHead;
  readonly content: PlanContent;
  readonly portfolio: Portfolio;
}

/** The whole plan as people read it: an overview of waves, workloads, bridges and problems. The sheet of a wave says the rest. */
export function planDocument({ head, content, portfolio }: PlanDocumentInput): Document {
  const zone = content.settings.calendar.timeZone;
  return {
    title: head.name,
    about: [
      `Plan ${head.id}, version ${head.version} of ${localTime(head.changedAt, zone)}, content hash ${head.contentHash}.`,
      `${counted(content.classifications.length, 'workload')}, ${counted(content.waves.length, 'wave')}; dependencies bridged: ${content.cuts.length}.`,
      head.approval === null
        ? 'Not approved yet.'
        : `Approved by ${head.approval.by}: ${head.approval.reason}`,
    ],
    sections: [
      problems(content),
      waves(content),
      workloads(content, portfolio),
      shared(content),
      bridges(content),
      asked(content),
    ],
  };
}

const problems = (content: PlanContent): Section => ({
  heading: 'Problems',
  parts: [
    tableOr(
      'There are none.',
      'Problems',
      ['Severity', 'Problem', 'Concerns'],
      content.problems.map(({ severity, message, involves }) => [severity, message, involves.join(', ')]),
    ),
  ],
});

const waves = ({ waves: planned, settings }: PlanContent): Section => ({
  heading: 'Waves',
  parts: [
    tableOr(
      'There are no waves.',
      'Waves',
      ['Wave', 'Summary', 'Workloads', 'Servers', 'Window', 'After', 'Complexity', 'Risk'],
      planned.map((wave) => [
        wave.number,
        wave.summary,
        wave.workloadIds.length,
        wave.servers,
        wave.dates === null ? null : timeRange(wave.dates.window, settings.calendar.timeZone),
        wave.after.join(', '),
        Math.round(wave.complexity),
        Math.round(wave.risk),
      ]),
    ),
  ],
});

function workloads({ classifications, waves: planned }: PlanContent, portfolio: Portfolio): Section {
  const waveOf = new Map(planned.flatMap(({ number, workloadIds }) => workloadIds.map((id) => [id, number])));
  const byId = new Map(portfolio.workloads.map((workload) => [workload.id, workload]));
  const row = (each: Classification) => {
    const workload = byId.get(each.workloadId);
    return [
      each.workloadId,
      workload?.name ?? null,
      workload?.owner ?? null,
      workload?.criticality ?? null,
      workload?.environment ?? null,
      waveOf.get(each.workloadId) ?? null,
      each.method,
      each.path.kind,
      each.path.tool,
      Math.round(each.downtimeMinutes.likely),
      Math.round(each.downtimeToleranceMinutes),
      each.reasons.map(explain).join(' '),
    ];
  };
  const columns = [
    'Id',
    'Name',
    'Owner',
    'Criticality',
    'Environment',
    'Wave',
    'Method',
    'Path',
    'Tool',
    'Outage (min)',
    'Tolerated (min)',
    'Why',
  ];
  return {
    heading: 'Workloads',
    parts: [tableOr('There are none.', 'Workloads', columns, classifications.map(row))],
  };
}

const shared = ({ sharedServices }: PlanContent): Section => ({
  heading: 'Shared services',
  parts: [
    tableOr(
      'None was named or recognised.',
      'Shared services',
      ['Workload', 'Placement', 'Bridge', 'Users', 'Why'],
      sharedServices.map(({ workloadId, placement, bridge, users, reasons }) => [
        workloadId,
        placement,
        bridge,
        users,
        reasons.map(explain).join(' '),
      ]),
    ),
  ],
});

/** What people asked beyond the rules, in the order they did. */
const asked = ({ edits, excluded }: PlanContent): Section => ({
  heading: 'Asked by people',
  parts: [
    tableOr(
      'Nothing.',
      'Edits',
      ['What', 'Of', 'Why'],
      edits.map((edit) => [
        edit.kind,
        'workloadIds' in edit
          ? edit.workloadIds.join(', ')
          : 'workloadId' in edit
            ? edit.workloadId
            : `${edit.from} to ${edit.to}`,
        edit.reason,
      ]),
    ),
    ...(excluded.length === 0
      ? []
      : [
          text(
            `Left out: ${excluded.map(({ workloadId, reason }) => `${workloadId} (${reason})`).join(', ')}.`,
          ),
        ]),
  ],
});
