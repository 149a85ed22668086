import { numberAt } from './number-at';
import { cutWeight, type Limits, type WeightedGraph } from './weighted-graph';

/** Beyond it the table of node by part is too large to be looked through at every step. */
export const MOST_SEARCHED = 80;

interface Step {
  readonly node: number;
  readonly part: number;
  /** Goes the other way; -1: nobody. */
  readonly back: number;
  readonly gain: number;
}

/**
 * Looks beyond the nearest best: takes the best step even where it makes the cut heavier, does not undo it for a while, and keeps the
 * lightest cut that it met (tabu search). Every step leaves a legal partition. For graphs of up to `MOST_SEARCHED` nodes.
 */
export function search(graph: WeightedGraph, partOf: Int32Array, limits: Limits, steps: number): void {
  const state = new SearchState(graph, partOf.slice(), limits);
  let lightest = cutWeight(graph, partOf);
  let weight = lightest;
  for (let step = 1; step <= steps && lightest > 0; step += 1) {
    const best = state.bestStep(step, weight - lightest);
    if (best === null) continue;
    state.take(best, step);
    weight -= best.gain;
    if (weight >= lightest) continue;
    lightest = weight;
    partOf.set(state.partOf);
  }
}

class SearchState {
  private readonly nodes: number;
  /** Row by node: the weight that binds it to each part. One part more than there are nodes would never be needed. */
  private readonly bound: Float64Array;
  private readonly between: Float64Array;
  private readonly workloads: Int32Array;
  private readonly servers: Int32Array;
  private readonly freeFrom: Int32Array;

  constructor(
    private readonly graph: WeightedGraph,
    readonly partOf: Int32Array,
    private readonly limits: Limits,
  ) {
    const { nodes } = graph;
    this.nodes = nodes;
    this.bound = new Float64Array(nodes * nodes);
    this.between = new Float64Array(nodes * nodes);
    this.workloads = new Int32Array(nodes);
    this.servers = new Int32Array(nodes);
    this.freeFrom = new Int32Array(nodes);
    for (let node = 0; node < nodes; node += 1) {
      this.load(node, numberAt(partOf, node), 1);
      this.eachEdge(node, (neighbour, weight) => {
        this.between[node * nodes + neighbour] = weight;
        const cell = node * nodes + numberAt(partOf, neighbour);
        this.bound[cell] = numberAt(this.bound, cell) + weight;
      });
    }
  }

  private eachEdge(node: number, visit: (neighbour: number, weight: number) => void): void {
    const { offsets, neighbours, weights } = this.graph;
    for (let at = numberAt(offsets, node); at < numberAt(offsets, node + 1); at += 1)
      visit(numberAt(neighbours, at), numberAt(weights, at));
  }

  private load(node: number, part: number, sign: 1 | -1): void {
    this.workloads[part] = numberAt(this.workloads, part) + sign * numberAt(this.graph.workloads, node);
    this.servers[part] = numberAt(this.servers, part) + sign * numberAt(this.graph.servers, node);
  }

  private fits(node: number, part: number, leaving: number): boolean {
    const { workloads, servers } = this.graph;
    const out = leaving < 0 ? 0 : numberAt(workloads, leaving);
    const serversOut = leaving < 0 ? 0 : numberAt(servers, leaving);
    return (
      numberAt(this.workloads, part) + numberAt(workloads, node) - out <= this.limits.workloads &&
      numberAt(this.servers, part) + numberAt(servers, node) - serversOut <= this.limits.servers
    );
  }

  private gain(node: number, part: number): number {
    const row = node * this.nodes;
    return numberAt(this.bound, row + part) - numberAt(this.bound, row + numberAt(this.partOf, node));
  }

  /** The best step among nodes that rest no longer, or that leads to a cut lighter than any before. Ties: the lowest numbers. */
  bestStep(now: number, toBeat: number): Step | null {
    let best: Step | null = null;
    let bestGain = -Infinity;
    const isOpen = (gain: number, a: number, b: number): boolean =>
      gain > toBeat || (numberAt(this.freeFrom, a) <= now && (b < 0 || numberAt(this.freeFrom, b) <= now));
    const empty = this.workloads.indexOf(0);
    for (let node = 0; node < this.nodes; node += 1) {
      const own = numberAt(this.partOf, node);
      for (let part = 0; part < this.nodes; part += 1) {
        if (part === own || (numberAt(this.workloads, part) === 0 && part !== empty)) continue;
        const gain = this.gain(node, part);
        if (gain <= bestGain || !isOpen(gain, node, -1) || !this.fits(node, part, -1)) continue;
        best = { node, part, back: -1, gain };
        bestGain = gain;
      }
      for (let back = node + 1; back < this.nodes; back += 1) {
        const part = numberAt(this.partOf, back);
        if (part === own) continue;
        const between = 2 * numberAt(this.between, node * this.nodes + back);
        const gain = this.gain(node, part) + this.gain(back, own) - between;
        if (gain <= bestGain || !isOpen(gain, node, back)) continue;
        if (!this.fits(node, part, back) || !this.fits(back, own, node)) continue;
        best = { node, part, back, gain };
        bestGain = gain;
      }
    }
    return best;
  }

  take({ node, part, back }: Step, now: number): void {
    const own = numberAt(this.partOf, node);
    const rest = 3 + (now % 7) + Math.floor(this.nodes / 8);
    this.move(node, part);
    this.freeFrom[node] = now + rest;
    if (back < 0) return;
    this.move(back, own);
    this.freeFrom[back] = now + rest;
  }

  private move(node: number, part: number): void {
    const own = numberAt(this.partOf, node);
    this.load(node, own, -1);
    this.load(node, part, 1);
    this.partOf[node] = part;
    this.eachEdge(node, (neighbour, weight) => {
      const row = neighbour * this.nodes;
      this.bound[row + own] = numberAt(this.bound, row + own) - weight;
      this.bound[row + part] = numberAt(this.bound, row + part) + weight;
    });
  }
}
