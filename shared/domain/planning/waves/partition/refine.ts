import { numberAt } from './number-at';
import type { Limits, WeightedGraph } from './weighted-graph';

const MOST_PASSES = 12;

/**
 * Moves nodes between parts, in place, as long as a pass makes the cut lighter: each to the part it is bound to most, if it fits
 * there; if it does not, in exchange for a node that loses less by it.
 */
export function refine(graph: WeightedGraph, partOf: Int32Array, limits: Limits): void {
  const parts = new Parts(graph, partOf, limits);
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    let moved = 0;
    for (let node = 0; node < graph.nodes; node += 1) if (parts.improve(node)) moved += 1;
    if (moved === 0) return;
  }
}

class Parts {
  private readonly workloads: Int32Array;
  private readonly servers: Int32Array;
  private readonly members: Set<number>[];
  /** By part: the weight that binds the node being looked at; zero between looks. */
  private readonly bound: Float64Array;

  constructor(
    private readonly graph: WeightedGraph,
    private readonly partOf: Int32Array,
    private readonly limits: Limits,
  ) {
    const parts = partOf.reduce((most, part) => Math.max(most, part + 1), 0);
    this.workloads = new Int32Array(parts);
    this.servers = new Int32Array(parts);
    this.bound = new Float64Array(parts);
    this.members = Array.from({ length: parts }, () => new Set<number>());
    for (let node = 0; node < graph.nodes; node += 1) this.enter(node, numberAt(partOf, node), 1);
  }

  private enter(node: number, part: number, sign: 1 | -1): void {
    this.workloads[part] = numberAt(this.workloads, part) + sign * numberAt(this.graph.workloads, node);
    this.servers[part] = numberAt(this.servers, part) + sign * numberAt(this.graph.servers, node);
    if (sign === 1) this.members[part]?.add(node);
    else this.members[part]?.delete(node);
  }

  private move(node: number, part: number): void {
    this.enter(node, numberAt(this.partOf, node), -1);
    this.partOf[node] = part;
    this.enter(node, part, 1);
  }

  /** Whether a part takes a node once another has left it. */
  private fits(node: number, part: number, leaving = -1): boolean {
    const { workloads, servers } = this.graph;
    const out = leaving < 0 ? 0 : numberAt(workloads, leaving);
    const serversOut = leaving < 0 ? 0 : numberAt(servers, leaving);
    return (
      numberAt(this.workloads, part) + numberAt(workloads, node) - out <= this.limits.workloads &&
      numberAt(this.servers, part) + numberAt(servers, node) - serversOut <= this.limits.servers
    );
  }

  /** The parts a node is bound to; `bound` holds how much, until `forget`. */
  private look(node: number): number[] {
    const { offsets, neighbours, weights } = this.graph;
    const seen: number[] = [];
    for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1) {
      const part = numberAt(this.partOf, numberAt(neighbours, at));
      if (this.bound[part] === 0) seen.push(part);
      this.bound[part] = numberAt(this.bound, part) + numberAt(weights, at);
    }
    return seen;
  }

  private forget(parts: readonly number[]): void {
    for (const part of parts) this.bound[part] = 0;
  }

  /** Weight between a node and a part, and between it and one other node. */
  private boundTo(node: number, part: number, other: number): readonly [toPart: number, toOther: number] {
    const { offsets, neighbours, weights } = this.graph;
    let toPart = 0;
    let toOther = 0;
    for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1) {
      const neighbour = numberAt(neighbours, at);
      if (numberAt(this.partOf, neighbour) === part) toPart += numberAt(weights, at);
      if (neighbour === other) toOther = numberAt(weights, at);
    }
    return [toPart, toOther];
  }

  improve(node: number): boolean {
    const own = numberAt(this.partOf, node);
    const seen = this.look(node);
    const stays = numberAt(this.bound, own);
    const wanted = seen
      .filter((part) => part !== own && numberAt(this.bound, part) > stays)
      .map((part) => ({ part, gain: numberAt(this.bound, part) - stays }))
      .sort((a, b) => b.gain - a.gain || a.part - b.part);
    this.forget(seen);
    for (const { part, gain } of wanted) {
      if (this.fits(node, part)) {
        this.move(node, part);
        return true;
      }
      if (this.exchange(node, part, gain)) return true;
    }
    return false;
  }

  /** Sends a member of a full part the other way, where both moves together make the cut lighter. */
  private exchange(node: number, part: number, gain: number): boolean {
    const own = numberAt(this.partOf, node);
    let best = -1;
    let bestGain = 0;
    for (const member of this.members[part] ?? []) {
      if (!this.fits(node, part, member) || !this.fits(member, own, node)) continue;
      const [here] = this.boundTo(member, part, -1);
      const [there, between] = this.boundTo(member, own, node);
      const total = gain + there - here - 2 * between;
      if (total > bestGain || (total === bestGain && best >= 0 && member < best)) {
        best = member;
        bestGain = total;
      }
    }
    if (best < 0) return false;
    this.move(best, own);
    this.move(node, part);
    return true;
  }
}
