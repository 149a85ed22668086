import type { DependencyGraph } from './dependency-graph';
import type { Group } from './groups';
import type { Limits } from './partition/weighted-graph';
import type { WaveBoard } from './wave-board';

/** A wave has at most so many times the complexity and risk of the mean of its stage, unless one group alone has more (R30). */
const BALANCE = 1.25;
/** Waves that are looked through for one with room: the oldest are full, or nearly. */
const OPEN_WAVES = 40;

/** No wave could be found for these workloads where their order demands one. */
export interface Misfit {
  readonly members: readonly number[];
}

/**
 * Fills waves stage by stage, beginning behind those of the stage before: groups in order of precedence, those of a business unit next
 * to each other, each into the first wave that has room and stays balanced. What is on the board already keeps its place.
 */
export function packWaves(
  board: WaveBoard,
  groups: readonly Group[],
  stages: Float64Array,
  limits: Limits,
): Misfit | null {
  const byStage = new Map<number, Group[]>();
  groups.forEach((group, number) => {
    const stage = stages[number] ?? 0;
    const others = byStage.get(stage);
    if (others) others.push(group);
    else byStage.set(stage, [group]);
  });
  let next = 0;
  for (const [, members] of [...byStage].sort(([a], [b]) => a - b)) {
    const packed = packStage(board, sorted(board.graph, members), limits, next);
    if (typeof packed !== 'number') return packed;
    next = packed;
  }
  return null;
}

/** Returns the position behind the last wave of the stage. */
function packStage(
  board: WaveBoard,
  groups: readonly Group[],
  limits: Limits,
  start: number,
): number | Misfit {
  const most = balanceOf(groups, limits);
  const open: number[] = [];
  let next = start;
  for (const group of groups) {
    const { first, last } = board.span(group.members);
    const isBalanced = (position: number): boolean => {
      const wave = board.wave(position);
      return (
        wave.members.size === 0 ||
        (wave.complexity + group.complexity <= most.complexity && wave.risk + group.risk <= most.risk)
      );
    };
    const takes = (position: number): boolean =>
      position >= first && position <= last && isBalanced(position) && board.hasRoom(group.members, position);
    let found = open.slice(-OPEN_WAVES).find(takes);
    while (found === undefined) {
      if (next > last) return { members: group.members };
      if (next < first) {
        // Something it has to follow was put later by hand: right behind that, and the waves between are filled by others.
        found = first;
        while (!board.hasRoom(group.members, found) && found <= last) found += 1;
        if (found > last) return { members: group.members };
        break;
      }
      open.push(next);
      if (board.hasRoom(group.members, next)) found = next;
      next += 1;
    }
    board.place(group.members, found);
  }
  return next;
}

function sorted(graph: DependencyGraph, groups: readonly Group[]): readonly Group[] {
  const unit = ({ members }: Group): string => graph.candidates[members[0] ?? 0]?.workload.businessUnit ?? '';
  const keyed = groups.map((group) => ({ group, unit: unit(group), first: group.members[0] ?? 0 }));
  keyed.sort(
    (a, b) =>
      a.group.precedence - b.group.precedence ||
      (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : a.first - b.first),
  );
  return keyed.map(({ group }) => group);
}

function balanceOf(groups: readonly Group[], limits: Limits) {
  const sum = (of: (group: Group) => number): number => groups.reduce((total, group) => total + of(group), 0);
  const waves = Math.max(
    Math.ceil(sum(({ workloads }) => workloads) / limits.workloads),
    Math.ceil(sum(({ servers }) => servers) / limits.servers),
  );
  return {
    complexity: (sum(({ complexity }) => complexity) / waves) * BALANCE,
    risk: (sum(({ risk }) => risk) / waves) * BALANCE,
  };
}
