import type { PlanProblem } from '../../../contracts/planning/plan';
import type { Sentences } from '../reasons';
import { buildBlocks } from './blocks';
import { buildGroups, glueGraph } from './build-groups';
import { withoutContradictions } from './contradictions';
import { buildDependencyGraph, dependencyKey, sortedById, type DependencyGraph } from './dependency-graph';
import { describeCuts, sentences as cutSentences } from './describe-cuts';
import { describeWaves, sentences as waveSentences } from './describe-waves';
import type { WaveCandidate, WaveGrouping, WaveGroupingInput } from './grouping';
import { packWaves, type Misfit } from './pack-waves';
import { placePinned } from './place-pinned';
import type { Limits } from './partition/weighted-graph';
import { separationOf } from './separate';
import {
  recogniseSharedServices,
  sentences as serviceSentences,
  type SharedServices,
} from './shared-services';
import { stagesOf } from './stages';
import { WaveBoard, type BoardWave } from './wave-board';
import { inWords, knownOnly, shortened, waveEdits, workloadsOf, type PlacingEdit } from './wave-edits';

export const sentences: Sentences = { ...serviceSentences, ...waveSentences, ...cutSentences };

/** Everything that does not change while edits are tried. */
interface Situation {
  readonly input: WaveGroupingInput;
  readonly graph: DependencyGraph;
  readonly shared: SharedServices;
  readonly limits: Limits;
}

/**
 * Waves of a portfolio, in order: what depends on each other together or bridged, non-production first, never above capacity. The same
 * input, its lists in any order but that of the edits, gives the same waves.
 */
export function groupIntoWaves(input: WaveGroupingInput): WaveGrouping {
  const edits = waveEdits(input.edits);
  const { planned, excluded, problems } = whatIsPlanned(input, edits.excluded);
  const ignored = new Set(edits.ignored.map(({ from, to }) => dependencyKey(from, to)));
  const graph = buildDependencyGraph(planned, input.connections, ignored);
  const limits = { workloads: input.capacity.workloadsPerWave, servers: input.capacity.serversPerWave };
  const known = knownOnly(edits.placing, (id) => graph.indexOf.has(id));
  const possible = withoutContradictions(graph, limits, known.placing);
  const shared = recogniseSharedServices(graph, input.connections, input.sharedServices, limits.workloads);
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

interface Arrangement {
  readonly waves: readonly BoardWave[];
  readonly waveOf: Int32Array;
  readonly placing: readonly PlacingEdit[];
  readonly problems: readonly PlanProblem[];
}

/** Tries with all edits; where one of them leaves no place for a workload, without it, and says so. */
function arrange(situation: Situation, placing: readonly PlacingEdit[]): Arrangement {
  const problems: PlanProblem[] = [];
  let edits = placing;
  for (;;) {
    const { board, misfit } = attempt(situation, edits);
    if (misfit === null) {
      const { waves, waveOf } = withoutEmptyWaves(board);
      return {
        waves,
        waveOf,
        placing: edits,
        problems: [...problems, ...beyondLast(situation, waveOf, edits)],
      };
    }
    const culprit = culpritOf(situation.graph, edits, misfit);
    edits = edits.filter((edit) => edit !== culprit);
    problems.push(noPlace(situation.graph, misfit, culprit));
  }
}

function attempt(
  { graph, shared, limits }: Situation,
  placing: readonly PlacingEdit[],
): { readonly board: WaveBoard; readonly misfit: Misfit | null } {
  const blocks = buildBlocks(graph, placing);
  const separation = separationOf(graph, blocks, placing);
  const board = new WaveBoard(graph, blocks, separation, limits);
  const glue = glueGraph(graph, blocks, shared);
  const groups = buildGroups(graph, blocks, glue, limits, separation);
  const { left, misfit } = placePinned(board, blocks, groups, separation);
  if (misfit !== null) return { board, misfit };
  const { stages, unordered } = stagesOf(graph, left, shared, limits.workloads);
  if (unordered !== null) return { board, misfit: { members: left[unordered]?.members ?? [] } };
  return { board, misfit: packWaves(board, left, stages, limits) };
}

/** The last edit that places a workload of the same application; without one, the last edit of all. */
function culpritOf(graph: DependencyGraph, edits: readonly PlacingEdit[], { members }: Misfit): PlacingEdit {
  const application = (index: number): string => graph.candidates[index]?.workload.application ?? '';
  const near = new Set(members.map(application));
  const culprit =
    edits.findLast(
      (edit) =>
        edit.kind !== 'cap' &&
        workloadsOf(edit).some((id) => near.has(application(graph.indexOf.get(id) ?? -1))),
    ) ?? edits.at(-1);
  if (!culprit) throw new RangeError('without edits every workload has a place');
  return culprit;
}

function noPlace(graph: DependencyGraph, { members }: Misfit, culprit: PlacingEdit): PlanProblem {
  const ids = members.flatMap((member) => graph.candidates[member]?.workload.id ?? []);
  const message = `With "${inWords(culprit)}" there is no wave left for ${ids.join(', ')}. The edit is left out.`;
  return {
    severity: 'error',
    code: 'edit-leaves-no-place',
    message: shortened(message, 1_000),
    involves: [inWords(culprit), ...ids].map((text) => shortened(text)),
  };
}

function withoutEmptyWaves(board: WaveBoard): Pick<Arrangement, 'waves' | 'waveOf'> {
  const waves = board.waves.filter(({ members }) => members.size > 0);
  const waveOf = board.waveOf.slice();
  waves.forEach(({ members }, position) => {
    for (const member of members) waveOf[member] = position;
  });
  return { waves, waveOf };
}

/** Pins to waves that the plan doesn't have: there are too few workloads for so many. */
function beyondLast(
  { graph }: Situation,
  waveOf: Int32Array,
  placing: readonly PlacingEdit[],
): readonly PlanProblem[] {
  return placing.flatMap((edit) => {
    if (edit.kind !== 'pin') return [];
    const is = (waveOf[graph.indexOf.get(edit.workloadId) ?? -1] ?? -1) + 1;
    if (is === edit.wave) return [];
    const message = `The plan has no wave ${edit.wave} for ${edit.workloadId}: there are too few before it, so it is in wave ${is}.`;
    return [{ severity: 'error' as const, code: 'pin-beyond-last-wave', message, involves: [inWords(edit)] }];
  });
}

function described(
  { graph, shared }: Situation,
  { waves, waveOf, placing }: Arrangement,
): Pick<WaveGrouping, 'waves' | 'cuts' | 'sharedServices'> {
  const edited = new Set(
    placing.flatMap((edit) => workloadsOf(edit).flatMap((id) => graph.indexOf.get(id) ?? [])),
  );
  const cuts = describeCuts(graph, shared, waveOf, edited);
  return {
    waves: describeWaves({ graph, shared, waves, waveOf, placing, cuts, kept: null }),
    cuts,
    sharedServices: [...shared.values()],
  };
}

/** The first of them: who works on it has to look at them all anyway. */
const MOST_NAMED = 100;

/** Workloads that depend on one that isn't planned: nothing bridges that. */
function onExcluded(
  { candidates, connections }: WaveGroupingInput,
  graph: DependencyGraph,
  excluded: WaveGrouping['excluded'],
): readonly PlanProblem[] {
  if (excluded.length === 0) return [];
  const out = new Set(excluded.map(({ workloadId }) => workloadId));
  const stated = candidates.flatMap(({ workload }) =>
    workload.dependsOn.map(({ on }) => ({ from: workload.id, to: on })),
  );
  const pairs = new Set(
    [...stated, ...connections]
      .filter(({ from, to }) => out.has(to) && graph.indexOf.has(from))
      .map(({ from, to }) => `${from} depends on ${to}`),
  );
  return [...pairs]
    .sort()
    .slice(0, MOST_NAMED)
    .map((pair) => ({
      severity: 'warning',
      code: 'depends-on-excluded',
      message: `${pair}, which is not part of the plan: it stays where it is.`,
      involves: pair.split(' depends on '),
    }));
}
