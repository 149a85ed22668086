import type { WaveBoard } from './wave-board';
import { waveClass } from './wave-class';

/** Workloads that lost their wave, and the position it had; -1: none. */
export interface Loose {
  readonly members: readonly number[];
  readonly position: number;
}

/**
 * The position where they go: near what they depend on (`preferred`, best first), else into the nearest wave of their kind, else into
 * a new one at the end, else wherever there is room. It may be one that is not there yet.
 */
export function waveFor(
  { members, position: old }: Loose,
  board: WaveBoard,
  preferred: readonly number[],
): number {
  const { first, last } = board.span(members);
  const takes = (position: number): boolean =>
    position >= first && position <= last && board.hasRoom(members, position);
  const near = preferred.find(takes);
  if (near !== undefined) return near;
  const kind = waveClass(board.graph, members);
  const end = board.waves.length;
  const positions = Array.from({ length: end }, (_, position) => position);
  const distance = (position: number): number => (old < 0 ? position : Math.abs(position - old));
  const alike = positions
    .filter((position) => takes(position) && classAt(board, position) === kind)
    .sort((a, b) => distance(a) - distance(b) || a - b);
  const [nearest] = alike;
  if (nearest !== undefined) return nearest;
  if (last >= end) return Math.max(first, end);
  const any = positions.find(takes);
  if (any !== undefined) return any;
  let position = first;
  while (!board.hasRoom(members, position)) position += 1;
  return position;
}

const classAt = (board: WaveBoard, position: number): string =>
  waveClass(board.graph, [...(board.waves[position]?.members ?? [])]);
