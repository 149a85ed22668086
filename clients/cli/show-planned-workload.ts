import type { Itinerary } from '../../shared/contracts/itinerary';
import type { PlannedWorkload } from '../../shared/contracts/wave-plan';
import type { Release } from '../../shared/contracts/release';
import type { AcceptanceCheck, DataAsset } from '../../shared/contracts/workload';
import type { Facts } from './command';
import { assignments } from './limits';
import { duration } from './time-words';

/** All of a workload that people approve; what it does not have is left out. */
export const workloadFacts = (workload: PlannedWorkload): Facts['facts'] =>
  Object.entries({
    owner: joined(workload.owner, workload.businessUnit),
    criticality: `${workload.criticality}; environment: ${workload.environment}`,
    method: `${workload.method}, version ${workload.itinerary.version}`,
    'depends on': workload.dependsOn.join(', '),
    moves: workload.assets.flatMap(assetLines),
    deploys: workload.release === undefined ? [] : releaseLines(workload.release),
    'moves to': workload.targetEnvironment ?? '',
    controls: controlsOf(workload),
    traffic: workload.traffic === undefined ? '' : assignments(workload.traffic),
    reaches: (workload.endpoints ?? []).map((endpoint) => assignments(endpoint)),
    downtime: `${duration(workload.acceptableDowntimeMs)} at most, its owner says`,
    checks: [
      ...workload.acceptance.map(check),
      ...workload.manualChecks.map((asked) => `a person: ${asked}`),
    ],
    watched: [
      `${duration(workload.observationMs)}; then the source is kept ${duration(workload.stabilisationMs)}`,
      ...workload.observationChecks.map(check),
    ],
    'fails with': thresholds(workload),
    rollback: [`about ${duration(workload.rollbackEstimateMs)}`, ...workload.rollbackPlan.split('\n')],
    stages: stageLines(workload.itinerary),
  });

const joined = (...words: (string | undefined)[]): string =>
  words.filter((word) => word !== undefined && word !== '').join(', ');

function assetLines({ id, ...asset }: DataAsset): string[] {
  switch (asset.kind) {
    case 'files': {
      const { root, container, prefix, exclude, limits } = asset;
      const without = exclude.length === 0 ? '' : `, without ${exclude.join(', ')}`;
      const to = joined(`container ${container}`, prefix === '' ? '' : `below ${prefix}`);
      return [`${id}: files of ${root}${without} → ${to}`, `  ${assignments(limits)}`];
    }
    case 'postgres': {
      const { kind: _, source, target, ddl, limits, reports, ...rest } = asset;
      return [
        `${id}: PostgreSQL at secret ${source.connection} → secret ${target.connection}`,
        `  schema ${ddl.kind}; ${assignments(rest)}`,
        ...reports.map(({ name, sql }) => `  report ${name}: ${sql}`),
        `  ${assignments(limits)}`,
      ];
    }
    case 'runbook':
      return [`${id}: runbook of ${assignments(asset.runbook)}`];
  }
}

const releaseLines = ({ pipeline, next, previous }: Release): string[] => [
  `${next}; turned back to ${previous ?? 'nothing: it is cleaned up by hand'}`,
  assignments(pipeline),
];

const controlsOf = ({ controls, restore }: PlannedWorkload): string =>
  joined(
    controls.kind === 'manual' ? 'people, who state what they did' : assignments(controls),
    restore ? 'imports what was copied before it starts' : '',
  );

const check = ({ name, url, ...expected }: AcceptanceCheck): string =>
  `${name}: ${url} ${assignments(expected)}`;

const thresholds = ({
  thresholds: { maxErrorRate, maxP95Ms, maxConsecutiveFailures },
}: PlannedWorkload): string =>
  `more than ${Number((maxErrorRate * 100).toPrecision(12))} % errors, one answer of twenty later than ${duration(maxP95Ms)}, or ${maxConsecutiveFailures} failures in a row`;

/** Stages in order, those of an outage on lines of their own. */
function stageLines({ stages }: Itinerary): string[] {
  const runs: { downtime: boolean; names: string[] }[] = [];
  for (const stage of stages) {
    const last = runs.at(-1);
    if (last?.downtime === stage.downtime) last.names.push(stageWords(stage));
    else runs.push({ downtime: stage.downtime, names: [stageWords(stage)] });
  }
  return runs.map(({ downtime, names }) => `${downtime ? 'outage: ' : ''}${names.join(', ')}`);
}

const stageWords = ({ name, work, pointOfNoReturn }: Itinerary['stages'][number]): string =>
  `${name}${'roles' in work ? ` (asks ${work.roles.join(' and ')})` : ''}${pointOfNoReturn ? ' (no way back from here)' : ''}`;
