import type { PlanProblem } from '../../../contracts/planning/plan';
import { LastResult } from '../last-result';
import { buildBlocks } from './blocks';
import { buildGroups } from './build-groups';
import type { WavesBefore } from './describe-waves';
import type { DependencyGraph } from './dependency-graph';
import { Glue } from './glue';
import type { WaveGroupingInput } from './grouping';
import { packWaves, type Misfit } from './pack-waves';
import type { Limits } from './partition/weighted-graph';
import { placePinned } from './place-pinned';
import { replan } from './replan';
import { separationOf } from './separate';
import type { SharedServices } from './shared-services';
import { stagesOf } from './stages';
import { WaveBoard, type BoardWave } from './wave-board';
import { inWords, shortened, workloadsOf, type PlacingEdit } from './wave-edits';

/** Everything that does not change while edits are tried. */
export interface Situation {
  readonly input: WaveGroupingInput;
  readonly graph: DependencyGraph;
  readonly shared: SharedServices;
  readonly limits: Limits;
}

/** Waves as they came out: none is empty. */
export interface Arrangement {
  readonly waves: readonly BoardWave[];
  readonly waveOf: Int32Array;
  /** Null: planned from nothing. */
  readonly before: WavesBefore | null;
  readonly placing: readonly PlacingEdit[];
  readonly problems: readonly PlanProblem[];
}

/** Tries with all edits; where one of them leaves no place for a workload, without it, and says so. */
export function arrange(situation: Situation, placing: readonly PlacingEdit[]): Arrangement {
  const problems: PlanProblem[] = [];
  let edits = placing;
  for (;;) {
    const arranged = again(situation, edits) ?? anew(situation, edits);
    if (arranged.misfit === null) {
      const { waves, waveOf, before } = arranged;
      const others = [...problems, ...arranged.problems, ...beyondLast(situation, waveOf, edits)];
      return { waves, waveOf, before, placing: edits, problems: others };
    }
    const culprit = culpritOf(situation.graph, edits, arranged.misfit);
    edits = edits.filter((edit) => edit !== culprit);
    problems.push(noPlace(situation.graph, arranged.misfit, culprit));
  }
}

type Arranged = Omit<Arrangement, 'placing'> & { readonly misfit: Misfit | null };

/** Pins name a wave by its number, and numbers change where a wave is left empty: it may take another look. */
const MOST_LOOKS = 5;

/** From the waves there were (R11); null: there were none. */
function again(situation: Situation, placing: readonly PlacingEdit[]): Arranged | null {
  const { graph, shared, limits, input } = situation;
  if (input.previous === null) return null;
  const blocks = buildBlocks(graph, placing);
  const separation = separationOf(graph, blocks, placing);
  const glue = new Glue(graph, blocks, shared);
  const start = new Int32Array(graph.candidates.length).fill(-1);
  input.previous.forEach(({ workloadIds }, position) => {
    for (const index of indicesOf(workloadIds, graph)) start[index] = position;
  });
  let waveOf: Int32Array = start;
  const isKept = new Uint8Array(start.length).fill(1);
  const sizes = input.previous.map(({ workloadIds }) => workloadIds.length);
  const before = { waveOf: start, sizes, isKept };
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const board = new WaveBoard(graph, blocks, separation, limits);
    board.placeAll(waveOf);
    const misfit = replan({ board, blocks, glue, separation, limits });
    if (misfit !== null) return plannedAnew(situation, placing);
    for (let index = 0; index < start.length; index += 1)
      if (waveOf[index] !== board.waveOf[index]) isKept[index] = 0;
    const compact = withoutEmptyWaves(board);
    waveOf = compact.waveOf;
    const pinsHold = [...separation.pinOf].every(([block, wave]) => waveOf[block] === wave - 1);
    if (pinsHold || look === MOST_LOOKS - 1) return { ...compact, before, problems: [], misfit: null };
  }
  return null;
}

/** Of the list of a wave's workloads: few waves are others after an edit, and names are slow to look up. */
const lastIndices = new LastResult<readonly string[], readonly number[]>();

/** Those of the ids that are planned, as numbers. */
const indicesOf = (ids: readonly string[], { indexOf }: DependencyGraph): readonly number[] =>
  lastIndices.of(ids, [indexOf], () => ids.flatMap((id) => indexOf.get(id) ?? []));

function plannedAnew(situation: Situation, placing: readonly PlacingEdit[]): Arranged {
  const message =
    'What was asked for leaves no legal place among the waves there were: all of them are planned anew.';
  const problem: PlanProblem = { severity: 'warning', code: 'planned-anew', message, involves: [] };
  const arranged = anew(situation, placing);
  return { ...arranged, problems: [problem, ...arranged.problems] };
}

function anew(situation: Situation, placing: readonly PlacingEdit[]): Arranged {
  const { board, misfit } = attempt(situation, placing);
  return { ...withoutEmptyWaves(board), before: null, problems: [], misfit };
}

function attempt(
  { graph, shared, limits }: Situation,
  placing: readonly PlacingEdit[],
): { readonly board: WaveBoard; readonly misfit: Misfit | null } {
  const blocks = buildBlocks(graph, placing);
  const separation = separationOf(graph, blocks, placing);
  const board = new WaveBoard(graph, blocks, separation, limits);
  const glue = new Glue(graph, blocks, shared);
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
