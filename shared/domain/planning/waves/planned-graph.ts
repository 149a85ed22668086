import type { PlanProblem } from '../../../contracts/planning/plan';
import { LastResult } from '../last-result';
import { buildDependencyGraph, sortedById, type DependencyGraph } from './dependency-graph';
import type { WaveCandidate, WaveGrouping, WaveGroupingInput } from './grouping';
import { recogniseSharedServices, type SharedServices } from './shared-services';
import type { waveEdits } from './wave-edits';

/** What is planned, before anything is placed. */
export interface PlannedGraph extends Pick<WaveGrouping, 'excluded' | 'problems'> {
  readonly graph: DependencyGraph;
  readonly shared: SharedServices;
}

/** Most edits only place workloads: half a million dependencies are not put in order again for them. */
const last = new LastResult<readonly WaveCandidate[], PlannedGraph>();

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
  return last.of(candidates, [connections, asked], () => {
    const { planned, ...others } = whatIsPlanned(input, edits.excluded);
    const graph = buildDependencyGraph(planned, connections, edits.ignored);
    return { graph, shared: recogniseSharedServices(graph, sharedServices, workloadsPerWave), ...others };
  });
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
