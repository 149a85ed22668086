import type { PlanProblem } from '../../../contracts/planning/plan';
import { counted, type Sentences } from '../reasons';
import { arrange, type Arrangement, type Situation } from './arrange';
import { withoutContradictions } from './contradictions';
import type { DependencyGraph } from './dependency-graph';
import { describeCuts, sentences as cutSentences } from './describe-cuts';
import { describeWaves } from './describe-waves';
import type { WaveGrouping, WaveGroupingInput } from './grouping';
import { plannedGraph } from './planned-graph';
import { sentences as serviceSentences } from './shared-services';
import { TakenOver } from './taken-over';
import { knownOnly, waveEdits, workloadsOf } from './wave-edits';
import { waveSentences } from './wave-sentences';

export const sentences: Sentences = { ...serviceSentences, ...waveSentences, ...cutSentences };

/**
 * Waves of a portfolio, in order: what depends on each other together or bridged, non-production first, never above capacity. The same
 * input, its lists in any order but that of the edits, gives the same waves.
 */
export function groupIntoWaves(input: WaveGroupingInput): WaveGrouping {
  const edits = waveEdits(input.edits);
  const { graph, shared, excluded, problems } = plannedGraph(input, edits);
  const limits = { workloads: input.capacity.workloadsPerWave, servers: input.capacity.serversPerWave };
  const known = knownOnly(edits.placing, (id) => graph.indexOf.has(id));
  const possible = withoutContradictions(graph, limits, known.placing);
  const arranged = arrange({ input, graph, shared, limits }, possible.placing);
  return {
    ...described({ input, graph, shared, limits }, arranged),
    excluded,
    problems: [
      ...problems,
      ...known.problems,
      ...possible.problems,
      ...arranged.problems,
      ...onExcluded(input, graph, excluded),
    ],
  };
}

function described(
  { input, graph, shared }: Situation,
  { waves, waveOf, placing, before }: Arrangement,
): Pick<WaveGrouping, 'waves' | 'cuts' | 'sharedServices'> {
  const edited = new Set(
    placing.flatMap((edit) => workloadsOf(edit).flatMap((id) => graph.indexOf.get(id) ?? [])),
  );
  const { said, edits } = input;
  const taken = said && before ? TakenOver.from(graph, said, edits, before.waveOf, waveOf) : null;
  const cuts = describeCuts(graph, shared, waveOf, edited, taken);
  return {
    waves: describeWaves({ graph, shared, waves, waveOf, placing, cuts, before, taken }),
    cuts,
    sharedServices: [...shared.values()],
  };
}

/** The first of them: who works on it has to look at them all anyway. */
const MOST_NAMED = 20;

/** Workloads that depend on one that isn't planned: nothing bridges that. One problem for each that is left out. */
function onExcluded(
  { candidates, connections }: WaveGroupingInput,
  graph: DependencyGraph,
  excluded: WaveGrouping['excluded'],
): readonly PlanProblem[] {
  const users = new Map(excluded.map(({ workloadId }) => [workloadId, new Set<string>()]));
  if (users.size === 0) return [];
  const note = (from: string, to: string): void => {
    if (graph.indexOf.has(from)) users.get(to)?.add(from);
  };
  for (const { workload } of candidates) for (const { on } of workload.dependsOn) note(workload.id, on);
  for (const { from, to } of connections) note(from, to);
  return [...users]
    .filter(([, from]) => from.size > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([to, from]) => {
      const named = [...from].sort().slice(0, MOST_NAMED);
      return {
        severity: 'warning',
        code: 'depends-on-excluded',
        message: `${counted(from.size, 'workload')} that depend${from.size === 1 ? 's' : ''} on ${to}, which is not part of the plan and stays where it is: ${named.slice(0, 5).join(', ')}${from.size > 5 ? ', …' : ''}.`,
        involves: [to, ...named],
      };
    });
}
