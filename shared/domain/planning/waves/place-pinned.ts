import { membersOf, type Blocks } from './blocks';
import { makeGroup, type Group } from './groups';
import type { Misfit } from './pack-waves';
import { numberAt } from './partition/number-at';
import type { Separation } from './separate';
import type { WaveBoard } from './wave-board';

/**
 * Puts what is pinned into its wave, with all that depends on it if there is room, and what has to precede it into the first waves
 * that take it. Returns the groups that are left.
 */
export function placePinned(
  board: WaveBoard,
  blocks: Blocks,
  groups: readonly Group[],
  separation: Separation,
): { readonly left: readonly Group[]; readonly misfit: Misfit | null } {
  if (separation.pinOf.size === 0) return { left: groups, misfit: null };
  for (const [block, wave] of [...separation.pinOf].sort(([a], [b]) => a - b))
    board.place(membersOf(blocks, block), wave - 1);
  const left: Group[] = [];
  for (const group of groups) {
    const pinned = group.members.find((member) => numberAt(board.waveOf, member) >= 0);
    const followers = group.members.filter((member) => numberAt(board.waveOf, member) < 0);
    if (followers.length === 0) continue;
    const position = pinned === undefined ? -1 : numberAt(board.waveOf, pinned);
    if (pinned !== undefined && mayFollow(board, followers, position)) board.place(followers, position);
    else left.push(followers.length === group.workloads ? group : makeGroup(board.graph, followers));
  }
  return placeBefore(board, left);
}

/** There is room, and enough waves before for the earlier environments of each. */
function mayFollow(board: WaveBoard, followers: readonly number[], position: number): boolean {
  const { first, last } = board.span(followers);
  const isEarlyEnough = followers.every((member) => board.environmentsBefore(member) <= position);
  return first <= position && position <= last && isEarlyEnough && board.hasRoom(followers, position);
}

/** Whatever must end before a wave that is settled gets the first wave that takes it, lower environments before higher ones. */
function placeBefore(
  board: WaveBoard,
  groups: readonly Group[],
): { readonly left: readonly Group[]; readonly misfit: Misfit | null } {
  let left = groups;
  for (;;) {
    const bounded = left
      .filter(({ members }) => board.span(members).last < Infinity)
      .sort((a, b) => a.tier - b.tier || (a.members[0] ?? 0) - (b.members[0] ?? 0));
    if (bounded.length === 0) return { left, misfit: null };
    for (const { members } of bounded) {
      const { first, last } = board.span(members);
      let position = first;
      while (position <= last && !board.hasRoom(members, position)) position += 1;
      if (position > last) return { left, misfit: { members } };
      board.place(members, position);
    }
    const placed = new Set(bounded);
    left = left.filter((group) => !placed.has(group));
  }
}
