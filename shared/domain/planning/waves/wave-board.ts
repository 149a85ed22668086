import type { Blocks } from './blocks';
import type { DependencyGraph } from './dependency-graph';
import { numberAt } from './partition/number-at';
import type { Limits } from './partition/weighted-graph';
import type { Separation } from './separate';

/** Waves being filled. */
export interface BoardWave {
  readonly members: Set<number>;
  servers: number;
  complexity: number;
  risk: number;
}

/** Positions of waves from 0; inclusive. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Waves in order, and all that is hard about them: capacity, caps, who must not meet, and environments in order (R32). */
export class WaveBoard {
  readonly waves: BoardWave[] = [];
  /** By workload; -1: in none. */
  readonly waveOf: Int32Array;
  /** By application and tier: the first and last wave that has one of its workloads. */
  private readonly firstWave: Float64Array;
  private readonly lastWave: Float64Array;

  constructor(
    readonly graph: DependencyGraph,
    private readonly blocks: Blocks,
    private readonly separation: Separation,
    private readonly limits: Limits,
  ) {
    this.waveOf = new Int32Array(graph.candidates.length).fill(-1);
    this.firstWave = new Float64Array(graph.workloadsOfApplication.length * TIERS).fill(Infinity);
    this.lastWave = new Float64Array(graph.workloadsOfApplication.length * TIERS).fill(-1);
  }

  wave(position: number): BoardWave {
    while (this.waves.length <= position)
      this.waves.push({ members: new Set(), servers: 0, complexity: 0, risk: 0 });
    const wave = this.waves[position];
    if (!wave) throw new RangeError(`there is no wave at position ${position}`);
    return wave;
  }

  /** Where the order of environments lets these workloads be, as the others are placed now; empty: first > last. */
  span(members: readonly number[]): Span {
    let first = 0;
    let last = Infinity;
    for (const member of members) {
      const row = numberAt(this.graph.applicationOf, member) * TIERS;
      const own = numberAt(this.graph.tier, member);
      for (let tier = 0; tier < TIERS; tier += 1) {
        if (tier < own) first = Math.max(first, numberAt(this.lastWave, row + tier) + 1);
        if (tier > own) last = Math.min(last, numberAt(this.firstWave, row + tier) - 1);
      }
    }
    return { first, last };
  }

  /** In how many earlier environments its application has workloads: so many waves there must be before its own. */
  environmentsBefore(member: number): number {
    const own = numberAt(this.graph.tier, member);
    return new Set(
      this.workloadsBeside(member)
        .map((other) => numberAt(this.graph.tier, other))
        .filter((tier) => tier < own),
    ).size;
  }

  /** All of its application, itself among them. */
  workloadsBeside(member: number): readonly number[] {
    return this.graph.workloadsOfApplication[numberAt(this.graph.applicationOf, member)] ?? [];
  }

  /** Whether a wave takes these workloads beside those it has. */
  hasRoom(members: readonly number[], position: number): boolean {
    const wave = this.waves[position];
    const total = members.length + (wave?.members.size ?? 0);
    if (total > this.limits.workloads) return false;
    if (this.serversOf(members) + (wave?.servers ?? 0) > this.limits.servers) return false;
    return this.mayMeet(members, position) && total <= this.capOf(members, wave);
  }

  private serversOf(members: readonly number[]): number {
    return members.reduce(
      (sum, index) => sum + (this.graph.candidates[index]?.workload.servers.length ?? 0),
      0,
    );
  }

  private capOf(members: readonly number[], wave: BoardWave | undefined): number {
    if (this.separation.caps.size === 0) return Infinity;
    const all = [...members, ...(wave?.members ?? [])];
    return this.separation.capOf(all.map((member) => numberAt(this.blocks.blockOf, member)));
  }

  private mayMeet(members: readonly number[], position: number): boolean {
    const { apartFrom } = this.separation;
    if (apartFrom.size === 0) return true;
    return members.every((member) => {
      const others = apartFrom.get(numberAt(this.blocks.blockOf, member)) ?? [];
      return [...others].every((other) => this.waveOf[other] !== position);
    });
  }

  place(members: readonly number[], position: number): void {
    const wave = this.wave(position);
    for (const member of members) this.enter(wave, member, position);
  }

  /** By workload its position; -1: none. */
  placeAll(positions: Int32Array): void {
    for (let member = 0; member < positions.length; member += 1) {
      const position = numberAt(positions, member);
      if (position >= 0) this.enter(this.wave(position), member, position);
    }
  }

  private enter(wave: BoardWave, member: number, position: number): void {
    wave.members.add(member);
    this.count(wave, member, 1);
    this.waveOf[member] = position;
    const cell = this.cellOf(member);
    this.firstWave[cell] = Math.min(numberAt(this.firstWave, cell), position);
    this.lastWave[cell] = Math.max(numberAt(this.lastWave, cell), position);
  }

  /** Out of the waves they are in. */
  remove(members: readonly number[]): void {
    for (const member of members) {
      const wave = this.waves[numberAt(this.waveOf, member)];
      if (!wave?.members.delete(member)) continue;
      this.count(wave, member, -1);
      this.waveOf[member] = -1;
    }
    for (const cell of new Set(members.map((member) => this.cellOf(member)))) this.recount(cell);
  }

  private cellOf(member: number): number {
    return numberAt(this.graph.applicationOf, member) * TIERS + numberAt(this.graph.tier, member);
  }

  private recount(cell: number): void {
    const tier = cell % TIERS;
    const positions = (this.graph.workloadsOfApplication[(cell - tier) / TIERS] ?? [])
      .filter((index) => this.graph.tier[index] === tier)
      .map((index) => numberAt(this.waveOf, index))
      .filter((position) => position >= 0);
    this.firstWave[cell] = positions.reduce((least, position) => Math.min(least, position), Infinity);
    this.lastWave[cell] = positions.reduce((most, position) => Math.max(most, position), -1);
  }

  private count(wave: BoardWave, member: number, sign: 1 | -1): void {
    const candidate = this.graph.candidates[member];
    if (!candidate) return;
    wave.servers += sign * candidate.workload.servers.length;
    wave.complexity += sign * candidate.complexity;
    wave.risk += sign * candidate.risk;
  }
}

const TIERS = 4;
