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

interface Wish {
  readonly part: number;
  readonly gain: number;
}

const NONE: readonly Wish[] = [];

class Parts {
  private readonly workloads: Int32Array;
  private readonly servers: Int32Array;
  private readonly members: Members;
  /** By part: the weight that binds the node being looked at; zero between looks. */
  private readonly bound: Float64Array;
  /** The parts that the node being looked at is bound to. */
  private readonly seen: number[] = [];
  /** By node: 1 where it had no wish when it was looked at, and no neighbour has moved since. */
  private readonly isContent: Uint8Array;
  /** How many moves there were; by part, up to its last change; by node, up to its last look in vain. */
  private moves = 1;
  private readonly changedAt: Int32Array;
  private readonly triedAt: Int32Array;

  constructor(
    private readonly graph: WeightedGraph,
    private readonly partOf: Int32Array,
    private readonly limits: Limits,
  ) {
    const parts = partOf.reduce((most, part) => Math.max(most, part + 1), 0);
    this.workloads = new Int32Array(parts);
    this.servers = new Int32Array(parts);
    this.bound = new Float64Array(parts);
    this.changedAt = new Int32Array(parts).fill(1);
    this.triedAt = new Int32Array(graph.nodes);
    this.isContent = new Uint8Array(graph.nodes);
    this.members = new Members(parts, graph.nodes);
    for (let node = 0; node < graph.nodes; node += 1) this.enter(node, numberAt(partOf, node), 1);
  }

  private enter(node: number, part: number, sign: 1 | -1): void {
    this.workloads[part] = numberAt(this.workloads, part) + sign * numberAt(this.graph.workloads, node);
    this.servers[part] = numberAt(this.servers, part) + sign * numberAt(this.graph.servers, node);
    if (sign === 1) this.members.add(node, part);
    else this.members.remove(node, part);
    this.changedAt[part] = this.moves;
  }

  private move(node: number, part: number): void {
    this.moves += 1;
    this.enter(node, numberAt(this.partOf, node), -1);
    this.partOf[node] = part;
    this.enter(node, part, 1);
    const { offsets, neighbours } = this.graph;
    this.isContent[node] = 0;
    for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1)
      this.isContent[numberAt(neighbours, at)] = 0;
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

  /** The parts that bind a node more than its own, the strongest first. */
  private wishesOf(node: number): readonly Wish[] {
    const { offsets, neighbours, weights } = this.graph;
    const { bound, seen } = this;
    for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1) {
      const part = numberAt(this.partOf, numberAt(neighbours, at));
      if (bound[part] === 0) seen.push(part);
      bound[part] = numberAt(bound, part) + numberAt(weights, at);
    }
    const own = numberAt(this.partOf, node);
    const stays = numberAt(bound, own);
    const wanted = seen.filter((part) => numberAt(bound, part) > stays);
    const wishes =
      wanted.length === 0
        ? NONE
        : wanted
            .map((part) => ({ part, gain: numberAt(bound, part) - stays }))
            .sort((a, b) => b.gain - a.gain || a.part - b.part);
    for (const part of seen) bound[part] = 0;
    seen.length = 0;
    return wishes;
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
    if (this.isContent[node] === 1) return false;
    const wishes = this.wishesOf(node);
    if (wishes.length === 0) {
      this.isContent[node] = 1;
      return false;
    }
    const own = numberAt(this.partOf, node);
    const triedAt = numberAt(this.triedAt, node);
    const isAsTried = (part: number): boolean => numberAt(this.changedAt, part) <= triedAt;
    const isOwnAsTried = isAsTried(own);
    for (const { part, gain } of wishes) {
      if (isOwnAsTried && isAsTried(part)) continue;
      if (this.fits(node, part)) {
        this.move(node, part);
        return true;
      }
      if (this.exchange(node, part, gain)) return true;
    }
    this.triedAt[node] = this.moves;
    return false;
  }

  /** Sends a member of a full part the other way, where both moves together make the cut lighter. */
  private exchange(node: number, part: number, gain: number): boolean {
    const own = numberAt(this.partOf, node);
    let best = -1;
    let bestGain = 0;
    for (let member = this.members.first(part); member >= 0; member = this.members.after(member)) {
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

/** The nodes of each part, in no certain order. */
class Members {
  private readonly firsts: Int32Array;
  private readonly afters: Int32Array;
  private readonly befores: Int32Array;

  constructor(parts: number, nodes: number) {
    this.firsts = new Int32Array(parts).fill(-1);
    this.afters = new Int32Array(nodes).fill(-1);
    this.befores = new Int32Array(nodes).fill(-1);
  }

  /** -1: there is none. */
  first(part: number): number {
    return numberAt(this.firsts, part);
  }

  after(node: number): number {
    return numberAt(this.afters, node);
  }

  add(node: number, part: number): void {
    const first = this.first(part);
    this.firsts[part] = node;
    this.afters[node] = first;
    this.befores[node] = -1;
    if (first >= 0) this.befores[first] = node;
  }

  remove(node: number, part: number): void {
    const [before, after] = [numberAt(this.befores, node), this.after(node)];
    if (before >= 0) this.afters[before] = after;
    else this.firsts[part] = after;
    if (after >= 0) this.befores[after] = before;
  }
}
