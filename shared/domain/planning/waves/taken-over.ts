import type { CutDependency, PlannedWave } from '../../../contracts/planning/plan';
import type { PlanEdit } from '../../../contracts/planning/edit';
import type { DependencyGraph } from './dependency-graph';
import type { Said } from './grouping';
import { numberAt } from './partition/number-at';
import { waveEdits, workloadsOf } from './wave-edits';

/** Beyond this part of all workloads it is not worth looking for what stays. */
const MOST_MOVED = 0.05;

/**
 * What a plan before said of waves and cuts that nothing has touched since: word for word what would be said anew. Touched is a
 * workload that moved or is named by an edit, then or now; who depends on it, or it on them; and, for waves, its application.
 */
export class TakenOver {
  private nextCut = 0;

  private constructor(
    private readonly graph: DependencyGraph,
    private readonly said: Said,
    private readonly isTouched: Uint8Array,
    private readonly isTouchedWave: Uint8Array,
  ) {}

  /** Null: too much has changed. `before`: by workload the position that it had; -1: none. */
  static from(
    graph: DependencyGraph,
    said: Said,
    edits: readonly PlanEdit[],
    before: Int32Array,
    waveOf: Int32Array,
  ): TakenOver | null {
    const [was, is] = [waveEdits(said.edits), waveEdits(edits)];
    // With others left out the numbers of all workloads are others.
    if (keysOf(was) !== keysOf(is)) return null;
    const isMoved = before.map((position, index) => (position === waveOf[index] ? 0 : 1));
    if (isMoved.reduce((sum, moved) => sum + moved, 0) > MOST_MOVED * waveOf.length) return null;
    const isTouched = Uint8Array.from(isMoved);
    for (const id of [...was.placing, ...is.placing].flatMap((edit) => workloadsOf(edit)))
      isTouched[graph.indexOf.get(id) ?? -1] = 1;
    for (let edge = 0; edge < graph.from.length; edge += 1) {
      const [from, to] = [numberAt(graph.from, edge), numberAt(graph.to, edge)];
      if (isMoved[from] === 1) isTouched[to] = 1;
      if (isMoved[to] === 1) isTouched[from] = 1;
    }
    return new TakenOver(graph, said, isTouched, touchedWaves(graph, isMoved, isTouched, before, waveOf));
  }

  /** The wave of that position as it was told; null: it has to be told anew. */
  wave(position: number): PlannedWave | null {
    const wave = this.said.waves[position];
    if (wave === undefined || this.isTouchedWave[position] === 1) return null;
    // That it was changed was said of the plan before.
    return wave.reasons.some(({ rule }) => rule === 'wave-kept') ? null : wave;
  }

  /** To be asked in rising order of from, then to. */
  cut(from: number, to: number): CutDependency | null {
    if (this.isTouched[from] === 1 || this.isTouched[to] === 1) return null;
    const user = this.graph.candidates[from]?.workload.id ?? '';
    const used = this.graph.candidates[to]?.workload.id ?? '';
    for (; ; this.nextCut += 1) {
      const cut = this.said.cuts[this.nextCut];
      if (cut === undefined || cut.from > user || (cut.from === user && cut.to > used)) return null;
      if (cut.from === user && cut.to === used) return cut;
    }
  }
}

const keysOf = ({ excluded, ignored }: ReturnType<typeof waveEdits>): string =>
  JSON.stringify([[...excluded.keys()], ignored.map(({ from, to }) => [from, to])]);

function touchedWaves(
  { workloadsOfApplication, applicationOf }: DependencyGraph,
  isMoved: Int32Array,
  isTouched: Uint8Array,
  before: Int32Array,
  waveOf: Int32Array,
): Uint8Array {
  const waves = new Uint8Array(Math.max(before.length, waveOf.length) + 1);
  for (let index = 0; index < waveOf.length; index += 1) {
    if (isTouched[index] === 1) waves[numberAt(waveOf, index)] = 1;
    if (isMoved[index] !== 1) continue;
    if (numberAt(before, index) >= 0) waves[numberAt(before, index)] = 1;
    for (const other of workloadsOfApplication[numberAt(applicationOf, index)] ?? [])
      waves[numberAt(waveOf, other)] = 1;
  }
  return waves;
}
