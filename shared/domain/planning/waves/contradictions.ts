import type { PlanProblem } from '../../../contracts/planning/plan';
import { buildBlocks, membersOf } from './blocks';
import type { DependencyGraph } from './dependency-graph';
import { numberAt } from './partition/number-at';
import type { Limits } from './partition/weighted-graph';
import { inWords, shortened, workloadsOf, type PlacingEdit } from './wave-edits';

/** What a set of edits is tried against. */
interface Rules {
  readonly limits: Limits;
  readonly environmentsInOrder: boolean;
}

/** Applications with a workload that an edit names, and all their workloads: others can't be part of a contradiction. */
type Applications = ReadonlyMap<number, readonly number[]>;

/**
 * Edits that can hold together, and a problem for each smallest set that can't: of such a set the edit that was made last is left
 * out. A set is smallest in that leaving out any one of it would do.
 */
export function withoutContradictions(
  graph: DependencyGraph,
  limits: Limits,
  placing: readonly PlacingEdit[],
): { readonly placing: readonly PlacingEdit[]; readonly problems: readonly PlanProblem[] } {
  const applications = applicationsOf(graph, placing);
  const rules = { limits, environmentsInOrder: true };
  const holds = (edits: readonly PlacingEdit[]): boolean => canHold(graph, applications, edits, rules);
  const problems: PlanProblem[] = [];
  let kept: readonly PlacingEdit[] = [];
  let left = placing;
  while (left.length > 0 && !holds([...kept, ...left])) {
    const culprit = firstTooMany(kept, left, holds);
    const tried = [...kept, ...left.slice(0, culprit + 1)];
    const smallest = smallestOf(tried, (edits) => !holds(edits));
    problems.push(asProblem(graph, applications, smallest, rules));
    kept = tried.slice(0, -1);
    left = left.slice(culprit + 1);
  }
  return { placing: [...kept, ...left], problems };
}

/** Where in `left` the first edit stands that can't hold with those before it. By halving: what holds, holds with fewer edits, too. */
function firstTooMany(
  kept: readonly PlacingEdit[],
  left: readonly PlacingEdit[],
  holds: (edits: readonly PlacingEdit[]) => boolean,
): number {
  let [low, high] = [0, left.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (holds([...kept, ...left.slice(0, middle)])) low = middle;
    else high = middle;
  }
  return low;
}

/** Leaves out whatever is not needed for the contradiction, one after another, but as many at once as can go. */
function smallestOf(
  edits: readonly PlacingEdit[],
  contradicts: (edits: readonly PlacingEdit[]) => boolean,
): readonly PlacingEdit[] {
  let smallest = edits;
  const leaveOut = (some: readonly PlacingEdit[]): void => {
    const without = smallest.filter((edit) => !some.includes(edit));
    if (contradicts(without)) smallest = without;
    else if (some.length > 1) {
      const middle = some.length >>> 1;
      leaveOut(some.slice(0, middle));
      leaveOut(some.slice(middle));
    }
  };
  leaveOut(edits);
  return smallest;
}

function asProblem(
  graph: DependencyGraph,
  applications: Applications,
  edits: readonly PlacingEdit[],
  rules: Rules,
): PlanProblem {
  const holdsWith = (other: Partial<Rules>): boolean =>
    canHold(graph, applications, edits, { ...rules, ...other });
  const { workloads, servers } = rules.limits;
  const involves = [
    ...edits.map(inWords),
    ...(holdsWith({ limits: { workloads: Infinity, servers: Infinity } })
      ? [`capacity: ${workloads} workloads and ${servers} servers a wave`]
      : []),
    ...(holdsWith({ environmentsInOrder: false })
      ? ['environments: development before test before staging before production, of each application']
      : []),
  ];
  const last = edits.at(-1);
  const message = `These contradict each other: ${involves.join('; ')}. Left out: ${last ? inWords(last) : ''}.`;
  return { severity: 'error', code: 'contradicting-edits', message: shortened(message, 1_000), involves };
}

const applicationsOf = (graph: DependencyGraph, placing: readonly PlacingEdit[]): Applications =>
  new Map(
    placing.flatMap(workloadsOf).map((id) => {
      const application = numberAt(graph.applicationOf, graph.indexOf.get(id) ?? -1);
      return [application, graph.workloadsOfApplication[application] ?? []];
    }),
  );

/** Whether there can be waves that follow all these edits and the rules, as far as the workloads they name decide it. */
function canHold(
  graph: DependencyGraph,
  applications: Applications,
  edits: readonly PlacingEdit[],
  { limits, environmentsInOrder }: Rules,
): boolean {
  const world = new World(graph, edits, limits);
  return world.blocksFit() && world.pinsHold() && (!environmentsInOrder || world.orderHolds(applications));
}

class World {
  private readonly blockOf: (index: number) => number;
  private readonly members: (block: number) => readonly number[];
  private readonly pins = new Map<number, Set<number>>();
  private readonly caps = new Map<number, number>();
  private readonly apart: (readonly number[])[];

  constructor(
    private readonly graph: DependencyGraph,
    edits: readonly PlacingEdit[],
    private readonly limits: Limits,
  ) {
    const blocks = buildBlocks(graph, edits);
    this.blockOf = (index) => numberAt(blocks.blockOf, index);
    this.members = (block) => membersOf(blocks, block);
    const block = (id: string): number => this.blockOf(graph.indexOf.get(id) ?? -1);
    for (const edit of edits) {
      if (edit.kind === 'pin') {
        const pinned = block(edit.workloadId);
        this.pins.set(pinned, (this.pins.get(pinned) ?? new Set()).add(edit.wave));
      }
      if (edit.kind === 'cap') {
        const capped = block(edit.workloadId);
        this.caps.set(capped, Math.min(this.caps.get(capped) ?? Infinity, edit.workloads));
      }
    }
    this.apart = edits.flatMap((edit) => (edit.kind === 'apart' ? [edit.workloadIds.map(block)] : []));
    this.blocks = new Set(edits.flatMap((edit) => workloadsOf(edit).map(block)));
  }
  private readonly blocks: ReadonlySet<number>;

  /** Whether these blocks could be one wave. */
  private fit(blocks: readonly number[]): boolean {
    const members = blocks.flatMap((block) => this.members(block));
    const servers = members.reduce(
      (sum, index) => sum + (this.graph.candidates[index]?.workload.servers.length ?? 0),
      0,
    );
    const cap = blocks.reduce((least, block) => Math.min(least, this.caps.get(block) ?? Infinity), Infinity);
    const isApart = this.apart.every((set) => {
      const together = set.filter((block) => blocks.includes(block));
      return together.length < 2;
    });
    return (
      isApart && members.length <= Math.min(this.limits.workloads, cap) && servers <= this.limits.servers
    );
  }

  blocksFit(): boolean {
    return [...this.blocks].every((block) => this.fit([block]));
  }

  pinsHold(): boolean {
    const waves = new Map<number, number[]>();
    for (const [block, pinned] of this.pins) {
      // A wave needs a workload, so there can't be more of them.
      if (pinned.size > 1 || Math.max(...pinned) > this.graph.candidates.length) return false;
      for (const wave of pinned) waves.set(wave, [...(waves.get(wave) ?? []), block]);
    }
    return [...waves.values()].every((blocks) => this.fit(blocks));
  }

  /** Whether the environments of each application can follow each other in different waves (R32). */
  orderHolds(applications: Applications): boolean {
    const earliest = new Map<number, number>();
    const at = (block: number): number => {
      const [pinned] = this.pins.get(block) ?? [];
      return earliest.get(block) ?? pinned ?? 1;
    };
    const all = new Set([...applications.values()].flat().map((index) => this.blockOf(index)));
    for (let round = 0; round <= all.size; round += 1) {
      const outcome = this.pushLater(applications, earliest, at);
      if (outcome !== 'pushed') return outcome === 'stands';
    }
    return false;
  }

  private pushLater(
    applications: Applications,
    earliest: Map<number, number>,
    at: (block: number) => number,
  ): 'stands' | 'pushed' | 'refused' {
    let outcome: 'stands' | 'pushed' = 'stands';
    for (const indices of applications.values()) {
      let before = 0;
      for (const tier of [0, 1, 2, 3]) {
        const blocks = indices.filter((index) => this.graph.tier[index] === tier).map(this.blockOf);
        for (const block of blocks) {
          if (at(block) > before) continue;
          if (this.pins.has(block)) return 'refused';
          earliest.set(block, before + 1);
          outcome = 'pushed';
        }
        before = blocks.reduce((latest, block) => Math.max(latest, at(block)), before);
      }
    }
    return outcome;
  }
}
