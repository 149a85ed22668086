import type { Blocks } from './blocks';
import type { DependencyGraph } from './dependency-graph';
import { numberAt } from './partition/number-at';
import type { Glue } from './glue';
import type { PlacingEdit } from './wave-edits';

/** What edits say of blocks: where they are pinned, which must not meet, how full their wave may be. */
export interface Separation {
  readonly pinOf: ReadonlyMap<number, number>;
  readonly apartFrom: ReadonlyMap<number, ReadonlySet<number>>;
  readonly caps: ReadonlyMap<number, number>;
  /** The smallest cap among blocks; infinite where there is none. */
  readonly capOf: (blocks: readonly number[]) => number;
}

export function separationOf(
  graph: DependencyGraph,
  blocks: Blocks,
  placing: readonly PlacingEdit[],
): Separation {
  const pinOf = new Map<number, number>();
  const caps = new Map<number, number>();
  const apartFrom = new Map<number, Set<number>>();
  const block = (id: string): number => numberAt(blocks.blockOf, graph.indexOf.get(id) ?? -1);
  for (const edit of placing) {
    if (edit.kind === 'pin') pinOf.set(block(edit.workloadId), edit.wave);
    if (edit.kind === 'cap') {
      const capped = block(edit.workloadId);
      caps.set(capped, Math.min(caps.get(capped) ?? Infinity, edit.workloads));
    }
    if (edit.kind !== 'apart') continue;
    const set = edit.workloadIds.map(block);
    for (const one of set) {
      const others = apartFrom.get(one) ?? new Set<number>();
      for (const other of set) if (other !== one) others.add(other);
      apartFrom.set(one, others);
    }
  }
  const capOf = (of: readonly number[]): number =>
    caps.size === 0
      ? Infinity
      : of.reduce((least, one) => Math.min(least, caps.get(one) ?? Infinity), Infinity);
  return { pinOf, apartFrom, caps, capOf };
}

/**
 * Divides a group whose blocks may not all meet: those that are pinned or kept apart begin the parts, and every other follows the part
 * that it is bound to most.
 */
export function separated(
  glue: Glue,
  group: readonly number[],
  { pinOf, apartFrom }: Separation,
): (readonly number[])[] {
  const named = group.filter((block) => pinOf.has(block) || apartFrom.has(block));
  if (named.length < 2) return [group];
  const mayMeet = (block: number, part: readonly number[]): boolean =>
    part.every(
      (other) =>
        !(apartFrom.get(block)?.has(other) ?? false) &&
        (pinOf.get(block) ?? pinOf.get(other)) === (pinOf.get(other) ?? pinOf.get(block)),
    );
  const seeds: number[][] = [];
  for (const block of named.sort((a, b) => Number(pinOf.has(b)) - Number(pinOf.has(a)) || a - b)) {
    const part = seeds.find((seed) => mayMeet(block, seed));
    if (part) part.push(block);
    else seeds.push([block]);
  }
  return seeds.length < 2 ? [group] : grown(glue, group, seeds);
}

/** Lets every other block of the group join the part it is bound to most, the strongest bond first. */
function grown(glue: Glue, group: readonly number[], seeds: readonly number[][]): number[][] {
  const partOf = new Map(seeds.flatMap((seed, part) => seed.map((block) => [block, part] as const)));
  const bound = (block: number): { readonly part: number; readonly weight: number } => {
    const weights = seeds.map(() => 0);
    for (const [neighbour, bond] of glue.neighbours(block)) {
      const part = partOf.get(neighbour);
      if (part !== undefined) weights[part] = numberAt(weights, part) + bond;
    }
    const weight = Math.max(...weights);
    return { part: weights.indexOf(weight), weight };
  };
  const open = new Set(group.filter((block) => !partOf.has(block)));
  while (open.size > 0) {
    const [next] = [...open]
      .map((block) => ({ block, ...bound(block) }))
      .sort((a, b) => b.weight - a.weight || a.block - b.block);
    if (!next) break;
    partOf.set(next.block, next.part);
    open.delete(next.block);
  }
  return seeds.map((_, part) => group.filter((block) => partOf.get(block) === part));
}
