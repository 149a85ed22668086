import type loadHighs from 'highs';
import type { DependencyGraph } from '../../../shared/domain/planning/waves/dependency-graph';
import type { WaveGroupingInput } from '../../../shared/domain/planning/waves/grouping';

type Highs = Awaited<ReturnType<typeof loadHighs>>;

const pairOf = (a: number, b: number): string => (a < b ? `x_${a}_${b}` : `x_${b}_${a}`);

/** The lightest cut into waves of that capacity there is, proved by HiGHS. For a dozen workloads or so. */
export function exactCut(
  highs: Highs,
  graph: Pick<DependencyGraph, 'candidates' | 'from' | 'to' | 'weight'>,
  capacity: WaveGroupingInput['capacity'],
): number {
  const solved = highs.solve(modelOf(graph, capacity));
  if (solved.Status !== 'Optimal') throw new Error(`cut-weight: HiGHS says ${solved.Status}`);
  return graph.weight.reduce((sum, each) => sum + each, 0) - Math.round(solved.ObjectiveValue);
}

/** Which pairs share a wave: maximises what stays together, over all pairs, with the triangles that make it a partition. */
function modelOf(
  { candidates, from, to, weight }: Parameters<typeof exactCut>[1],
  { workloadsPerWave, serversPerWave }: WaveGroupingInput['capacity'],
): string {
  const servers = candidates.map(({ workload }) => workload.servers.length);
  const nodes = candidates.map((_, node) => node);
  const pairs = nodes.flatMap((a) => nodes.slice(a + 1).map((b) => pairOf(a, b)));
  const kept = [...weight].map((each, edge) => `${each} ${pairOf(from[edge] ?? 0, to[edge] ?? 0)}`);
  const triangles = nodes.flatMap((a) =>
    nodes.flatMap((b) =>
      nodes
        .filter((c) => b < c && a !== b && a !== c)
        .map((c) => `${pairOf(a, b)} + ${pairOf(a, c)} - ${pairOf(b, c)} <= 1`),
    ),
  );
  const limits = nodes.flatMap((a) => {
    const others = nodes.filter((b) => b !== a);
    return [
      `${others.map((b) => pairOf(a, b)).join(' + ')} <= ${workloadsPerWave - 1}`,
      `${others.map((b) => `${servers[b] ?? 0} ${pairOf(a, b)}`).join(' + ')} <= ${serversPerWave - (servers[a] ?? 0)}`,
    ];
  });
  const rules = [...triangles, ...limits].map((rule, number) => ` r${number}: ${rule}`);
  return [
    'Maximize',
    ` obj: ${kept.join(' + ')}`,
    'Subject To',
    ...rules,
    'Binary',
    ` ${pairs.join(' ')}`,
    'End',
  ].join('\n');
}
