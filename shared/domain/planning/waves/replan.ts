import { membersOf, type Blocks } from './blocks';
import type { Misfit } from './pack-waves';
import { numberAt } from './partition/number-at';
import { partition } from './partition/partition';
import type { Limits } from './partition/weighted-graph';
import type { Glue } from './glue';
import { separated, type Separation } from './separate';
import type { WaveBoard } from './wave-board';
import { waveFor } from './wave-for';

export interface Replanning {
  readonly board: WaveBoard;
  readonly blocks: Blocks;
  readonly glue: Glue;
  readonly separation: Separation;
  readonly limits: Limits;
}

/**
 * Mends waves that stand on the board, and moves only what some edit, limit or change of the portfolio does not let stay: what is
 * pinned goes first, then everything that lost its place looks for one near what it depends on, in a wave of its kind, in a new wave
 * at the end.
 */
export function replan(replanning: Replanning): Misfit | null {
  return new Replan(replanning).run();
}

const STEPS_PER_SET = 20;

class Replan {
  private readonly board: WaveBoard;
  private readonly blocks: Blocks;
  private readonly glue: Glue;
  private readonly separation: Separation;
  private readonly limits: Limits;
  /** Blocks that lost their wave, each with the position it had; -1: none. */
  private readonly loose: { readonly blocks: readonly number[]; readonly position: number }[] = [];

  constructor({ board, blocks, glue, separation, limits }: Replanning) {
    this.board = board;
    this.blocks = blocks;
    this.glue = glue;
    this.separation = separation;
    this.limits = limits;
  }

  run(): Misfit | null {
    this.takeOutScattered();
    this.movePinned();
    this.takeOutWhoMayNotMeet();
    for (let position = 0; position < this.board.waves.length; position += 1) this.takeOutExcess(position);
    return this.settle();
  }

  private members(blocks: readonly number[]): readonly number[] {
    return blocks.length === 1
      ? membersOf(this.blocks, blocks[0] ?? 0)
      : blocks.flatMap((block) => membersOf(this.blocks, block));
  }

  private positionOf(block: number): number {
    return numberAt(this.board.waveOf, membersOf(this.blocks, block)[0] ?? 0);
  }

  private takeOut(blocks: readonly number[]): void {
    const position = this.positionOf(blocks[0] ?? 0);
    this.board.remove(this.members(blocks));
    this.loose.push({ blocks, position });
  }

  /** What is new, and blocks whose workloads are in several waves. */
  private takeOutScattered(): void {
    for (let index = 0; index < this.board.waveOf.length; index += 1) {
      const block = numberAt(this.blocks.blockOf, index);
      if (block !== index) continue;
      const position = numberAt(this.board.waveOf, block);
      const isScattered = this.blocks.members
        .get(block)
        ?.some((member) => this.board.waveOf[member] !== position);
      if (position < 0 || isScattered === true) this.takeOut([block]);
    }
  }

  /** A block with all in its wave that it depends on or that depends on it, directly or through others. */
  private withFollowers(start: number): number[] {
    const position = this.positionOf(start);
    const found = new Set([start]);
    for (const block of found) {
      for (const [neighbour] of this.glue.neighbours(block))
        if (this.positionOf(neighbour) === position) found.add(neighbour);
    }
    return [...found].sort((a, b) => a - b);
  }

  private isSettled(block: number): boolean {
    return this.separation.pinOf.get(block) === this.positionOf(block) + 1;
  }

  private movePinned(): void {
    for (const [block, wave] of [...this.separation.pinOf].sort(([a], [b]) => a - b)) {
      if (this.isSettled(block)) continue;
      const together = this.positionOf(block) < 0 ? [block] : this.withFollowers(block);
      const isFree = together.every((other) => other === block || !this.separation.pinOf.has(other));
      if (!isFree || !this.moveAll(together, wave - 1)) this.moveAlone(block, wave - 1);
    }
  }

  /** Moves blocks to a wave, if it takes them all as it is. */
  private moveAll(blocks: readonly number[], position: number): boolean {
    const members = this.members(blocks);
    const before = blocks.map((block) => this.positionOf(block));
    this.board.remove(members);
    const { first, last } = this.board.span(members);
    const moves = first <= position && position <= last && this.board.hasRoom(members, position);
    blocks.forEach((block, i) => {
      const target = moves ? position : numberAt(before, i);
      if (target >= 0) this.board.place(membersOf(this.blocks, block), target);
    });
    if (moves) this.forget(blocks);
    return moves;
  }

  /** What was pinned is loose no more. */
  private forget(blocks: readonly number[]): void {
    const at = this.loose.findIndex((set) => set.blocks.some((block) => blocks.includes(block)));
    if (at >= 0) this.loose.splice(at, 1);
  }

  /** Moves one block, and makes room for it: what follows it stays, and who has the least claim to the wave leaves. */
  private moveAlone(block: number, position: number): void {
    const members = membersOf(this.blocks, block);
    this.board.remove(members);
    this.forget([block]);
    while (!this.board.hasRoom(members, position)) {
      const inside = this.componentsAt(position);
      const leaves =
        inside.find((set) => set.some((other) => this.separation.apartFrom.get(block)?.has(other))) ??
        inside.at(-1);
      if (!leaves) break;
      const free = leaves.filter((other) => !this.isSettled(other));
      if (free.length === 0) break;
      this.takeOut(free);
    }
    this.board.place(members, position);
  }

  /** What belongs together in a wave, without what is pinned there and without a wave the last first to leave. */
  private componentsAt(position: number): number[][] {
    const open = new Set(
      [...(this.board.waves[position]?.members ?? [])].map((member) => numberAt(this.blocks.blockOf, member)),
    );
    const components: number[][] = [];
    for (const block of [...open].sort((a, b) => a - b)) {
      if (!open.has(block)) continue;
      const component = this.withFollowers(block);
      for (const other of component) open.delete(other);
      if (component.some((other) => !this.isSettled(other))) components.push(component);
    }
    return components;
  }

  private takeOutWhoMayNotMeet(): void {
    for (const [block, others] of [...this.separation.apartFrom].sort(([a], [b]) => a - b)) {
      for (const other of [...others].sort((a, b) => a - b)) {
        const position = this.positionOf(block);
        if (position < 0 || this.positionOf(other) !== position) continue;
        const [stays, leaves] = this.isSettled(other) ? [other, block] : [block, other];
        const group = this.withFollowers(leaves);
        if (!group.includes(stays)) this.takeOut(group.filter((one) => !this.isSettled(one)));
        else {
          const parts = separated(this.glue, group, this.separation);
          const part = parts.find((one) => one.includes(leaves)) ?? [leaves];
          this.takeOut(part.filter((one) => !this.isSettled(one)));
        }
      }
    }
  }

  private isOver(position: number): boolean {
    const wave = this.board.waves[position];
    return wave !== undefined && wave.members.size > 0 && !this.board.hasRoom([], position);
  }

  private takeOutExcess(position: number): void {
    while (this.isOver(position)) {
      const components = this.componentsAt(position);
      const last = components.at(-1);
      if (!last) return;
      if (components.length > 1) {
        this.takeOut(last.filter((block) => !this.isSettled(block)));
        continue;
      }
      const cap = this.separation.capOf(last);
      const limits = { ...this.limits, workloads: Math.min(this.limits.workloads, cap) };
      const part = partition(this.glue.among(last), limits, 1e6);
      const leaving = last.filter((block, i) => numberAt(part, i) !== 0 && !this.isSettled(block));
      // It would fit alone, but not beside what is pinned here.
      if (leaving.length === 0) this.takeOut(last.filter((block) => !this.isSettled(block)));
      for (let number = 1; number <= Math.max(...part); number += 1) {
        const set = last.filter((block, i) => numberAt(part, i) === number && !this.isSettled(block));
        if (set.length > 0) this.takeOut(set);
      }
    }
  }

  /** Finds a wave for everything loose; what has to follow or precede it may come loose in turn. */
  private settle(): Misfit | null {
    this.takeOutDisordered();
    let steps = (this.loose.length + 10) * STEPS_PER_SET;
    for (;;) {
      this.loose.sort((a, b) => this.orderOf(a.blocks) - this.orderOf(b.blocks));
      const next = this.loose.shift();
      if (!next) return null;
      const members = this.members(next.blocks);
      if (next.blocks.length > 1 && !this.board.hasRoom(members, this.board.waves.length)) {
        // A cap that is new leaves no wave for all of them.
        for (const block of next.blocks) this.loose.push({ blocks: [block], position: next.position });
        continue;
      }
      steps -= 1;
      if (steps < 0) return { members };
      const found = waveFor({ ...next, members }, this.board, this.wavesOfNeighbours(next.blocks));
      this.board.place(members, found);
      const followers = this.disordered(members);
      for (const block of followers) {
        if (this.separation.pinOf.has(block)) return { members };
        this.takeOut([block]);
      }
    }
  }

  /** Lower environments first. */
  private orderOf(blocks: readonly number[]): number {
    const { tier } = this.board.graph;
    const highest = this.members(blocks).reduce((most, member) => Math.max(most, numberAt(tier, member)), 0);
    return highest * this.board.waveOf.length + (blocks[0] ?? 0);
  }

  /** Blocks whose environment does not come after an earlier one any more, or that are in front of it. */
  private takeOutDisordered(): void {
    for (let index = 0; index < this.board.waveOf.length; index += 1) {
      const block = numberAt(this.blocks.blockOf, index);
      const position = numberAt(this.board.waveOf, index);
      if (position < 0) continue;
      const { first, last } = this.board.span([index]);
      const isLate = this.separation.pinOf.has(block) ? false : position < first;
      const isInFront = position > last && this.pinnedAbove(index, last);
      if ((isLate || isInFront) && !this.separation.pinOf.has(block)) this.takeOut([block]);
    }
  }

  /** A later environment is pinned right where the span ends, so it is the earlier one that has to move. */
  private pinnedAbove(index: number, last: number): boolean {
    return this.board
      .workloadsBeside(index)
      .some(
        (other) =>
          this.board.waveOf[other] === last + 1 &&
          numberAt(this.board.graph.tier, other) > numberAt(this.board.graph.tier, index) &&
          this.separation.pinOf.has(numberAt(this.blocks.blockOf, other)),
      );
  }

  /** Blocks of the same applications that have to come after these, and don't. */
  private disordered(members: readonly number[]): readonly number[] {
    const found = new Set<number>();
    for (const member of members) {
      const position = numberAt(this.board.waveOf, member);
      if (this.board.span([member]).last >= position) continue;
      for (const other of this.board.workloadsBeside(member)) {
        const at = numberAt(this.board.waveOf, other);
        const isLater = numberAt(this.board.graph.tier, other) > numberAt(this.board.graph.tier, member);
        if (isLater && at >= 0 && at <= position) found.add(numberAt(this.blocks.blockOf, other));
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  /** The heaviest bond first. */
  private wavesOfNeighbours(blocks: readonly number[]): readonly number[] {
    const weights = new Map<number, number>();
    for (const block of blocks) {
      for (const [neighbour, weight] of this.glue.neighbours(block)) {
        const position = this.positionOf(neighbour);
        if (position >= 0) weights.set(position, (weights.get(position) ?? 0) + weight);
      }
    }
    return [...weights].sort(([a, x], [b, y]) => y - x || a - b).map(([position]) => position);
  }
}
