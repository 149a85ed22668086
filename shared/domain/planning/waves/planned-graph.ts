import type { PlanProblem } from '../../../contracts/planning/plan';
import type { Connection } from '../../../contracts/planning/portfolio';
import { buildDependencyGraph, sortedById, type DependencyGraph } from './dependency-graph';
import type { WaveCandidate, WaveGrouping, WaveGroupingInput } from './grouping';
import { recogniseSharedServices, type SharedServices } from './shared-services';
import type { waveEdits } from './wave-edits';

/** What is planned, before anything is placed. */
export interface PlannedGraph extends Pick<WaveGrouping, 'excluded' | 'problems'> {
  readonly graph: DependencyGraph;
  readonly shared: SharedServices;
}

/**
 * The last graph of a list of candidates, as long as that is in memory: most edits only place workloads, and half a million dependencies
 * are not put in order again for them.
 */
const known = new WeakMap<
  readonly WaveCandidate[],
  { readonly connections: readonly Connection[]; readonly asked: string; readonly planned: PlannedGraph }
>();

export function plannedGraph(
  input: WaveGroupingInput,
  edits: Pick<ReturnType<typeof waveEdits>, 'excluded' | 'ignored'>,
): PlannedGraph {
  const { candidates, connections, capacity, sharedServices } = input;
  const { workloadsPerWave, serversPerWave } = capacity;
  const ignored = edits.ignored.map(({ from, to }) => [from, to]);
  const asked = JSON.stringify([
    workloadsPerWave,
    serversPerWave,
    sharedServices,
    [...edits.excluded],
    ignored,
  ]);
  const kept = known.get(candidates);
  if (kept?.connections === connections && kept.asked === asked) return kept.planned;
  const { planned: left, ...others } = whatIsPlanned(input, edits.excluded);
  const graph = buildDependencyGraph(left, connections, edits.ignored);
  const shared = recogniseSharedServices(graph, sharedServices, workloadsPerWave);
  const planned = { graph, shared, ...others };
  known.set(candidates, { connections, asked, planned });
  return planned;
}

function whatIsPlanned(
  { candidates, capacity }: WaveGroupingInput,
  leftOut: ReadonlyMap<string, string>,
): Pick<WaveGrouping, 'excluded' | 'problems'> & { readonly planned: readonly WaveCandidate[] } {
  const planned: WaveCandidate[] = [];
  const excluded: { workloadId: string; reason: string }[] = [];
  const problems: PlanProblem[] = [];
  for (const candidate of sortedById(candidates)) {
    const { id, servers } = candidate.workload;
    const reason = leftOut.get(id);
    if (reason !== undefined) excluded.push({ workloadId: id, reason });
    else if (servers.length <= capacity.serversPerWave) planned.push(candidate);
    else {
      const message = `${id} has ${servers.length} servers, a wave takes ${capacity.serversPerWave}: it is in no wave. Raise the capacity, or divide the workload.`;
      excluded.push({ workloadId: id, reason: message });
      problems.push({ severity: 'error', code: 'workload-above-capacity', message, involves: [id] });
    }
  }
  return { planned, excluded, problems };
}
