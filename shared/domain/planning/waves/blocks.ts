import type { DependencyGraph } from './dependency-graph';
import { numberAt } from './partition/number-at';
import type { PlacingEdit } from './wave-edits';

/** Workloads that people want in one wave are moved as one. A block is numbered as the first of its workloads. */
export interface Blocks {
  readonly blockOf: Int32Array;
  /** Only of blocks that have several. */
  readonly members: ReadonlyMap<number, readonly number[]>;
}

export function buildBlocks(graph: DependencyGraph, placing: readonly PlacingEdit[]): Blocks {
  const blockOf = new Int32Array(graph.candidates.length);
  for (let index = 0; index < blockOf.length; index += 1) blockOf[index] = index;
  const root = (index: number): number => {
    const above = numberAt(blockOf, index);
    return above === index ? index : root(above);
  };
  const joined = new Set<number>();
  for (const edit of placing) {
    if (edit.kind !== 'together') continue;
    const indices = edit.workloadIds.flatMap((id) => graph.indexOf.get(id) ?? []);
    for (const index of indices) {
      joined.add(index);
      const [a, b] = [root(index), root(indices[0] ?? index)];
      blockOf[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const members = new Map<number, number[]>();
  for (const index of [...joined].sort((a, b) => a - b)) {
    const block = root(index);
    members.set(block, [...(members.get(block) ?? []), index]);
  }
  for (const [block, indices] of members) for (const index of indices) blockOf[index] = block;
  return { blockOf, members };
}

export const membersOf = ({ members }: Blocks, block: number): readonly number[] =>
  members.get(block) ?? [block];
