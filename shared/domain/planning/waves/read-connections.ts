import type { Connection } from '../../../contracts/planning/portfolio';
import { couplingOf } from './dependency-kinds';
import { servicesOf } from './infrastructure-ports';
import { numberAt } from './partition/number-at';

/** Dependencies sorted by from, then to. */
export interface Edges {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly coupling: Uint8Array;
  /** How much it is used: the binary logarithm of what was observed. */
  readonly bits: Uint8Array;
  readonly services: Uint8Array;
}

/**
 * What was read of connections, as long as they are in memory: half a million names are looked up once, and not again at every edit
 * of a plan. It holds for the workloads it was read with; names are compared before it is used.
 */
const alreadyRead = new WeakMap<
  readonly Connection[],
  { readonly ids: readonly string[]; readonly edges: Edges }
>();

/** Connections among these workloads, sorted by from, then to. */
export function readConnections(
  indexOf: ReadonlyMap<string, number>,
  connections: readonly Connection[],
): Edges {
  const known = alreadyRead.get(connections);
  if (known && holdsFor(known.ids, indexOf)) return known.edges;
  const edges = read(indexOf, connections);
  alreadyRead.set(connections, { ids: [...indexOf.keys()], edges });
  return edges;
}

function holdsFor(ids: readonly string[], indexOf: ReadonlyMap<string, number>): boolean {
  if (ids.length !== indexOf.size) return false;
  let next = 0;
  for (const id of indexOf.keys()) if (ids[next++] !== id) return false;
  return true;
}

function read(indexOf: ReadonlyMap<string, number>, connections: readonly Connection[]): Edges {
  const from = new Int32Array(connections.length);
  const to = new Int32Array(connections.length);
  const source = new Int32Array(connections.length);
  let count = 0;
  let lastName = '';
  let last: number | undefined;
  connections.forEach((connection, number) => {
    if (connection.from !== lastName) {
      lastName = connection.from;
      last = indexOf.get(lastName);
    }
    const used = last === undefined ? undefined : indexOf.get(connection.to);
    if (last === undefined || used === undefined || used === last) return;
    from[count] = last;
    to[count] = used;
    source[count] = number;
    count += 1;
  });
  const order = sortedPairs(from.subarray(0, count), to.subarray(0, count), indexOf.size);
  const coupling = new Uint8Array(count);
  const bits = new Uint8Array(count);
  const services = new Uint8Array(count);
  order.forEach((edge, at) => {
    const connection = connections[numberAt(source, edge)];
    if (!connection) return;
    coupling[at] = couplingOf(connection.ports);
    bits[at] = 32 - Math.clz32(Math.min(connection.observations, 0x7fffffff));
    services[at] = servicesOf(connection.ports);
  });
  return {
    from: order.map((edge) => numberAt(from, edge)),
    to: order.map((edge) => numberAt(to, edge)),
    coupling,
    bits,
    services,
  };
}

/** Positions of pairs in rising order of from, then to; equal pairs keep theirs. */
export function sortedPairs(from: Int32Array, to: Int32Array, numbers: number): Int32Array {
  const order = new Int32Array(from.length);
  let isSorted = true;
  for (let i = 0; i < order.length; i += 1) {
    order[i] = i;
    if (i === 0) continue;
    const before = numberAt(from, i - 1) - numberAt(from, i);
    isSorted &&= before < 0 || (before === 0 && numberAt(to, i - 1) <= numberAt(to, i));
  }
  return isSorted ? order : countingSort(countingSort(order, to, numbers), from, numbers);
}

/** Positions by the number that `key` has for them, those of one number in the order given. */
function countingSort(order: Int32Array, key: Int32Array, numbers: number): Int32Array {
  const starts = new Int32Array(numbers + 1);
  for (const edge of order) {
    const next = numberAt(key, edge) + 1;
    starts[next] = numberAt(starts, next) + 1;
  }
  for (let i = 0; i < numbers; i += 1) starts[i + 1] = numberAt(starts, i + 1) + numberAt(starts, i);
  const sorted = new Int32Array(order.length);
  for (const edge of order) {
    const number = numberAt(key, edge);
    const position = numberAt(starts, number);
    sorted[position] = edge;
    starts[number] = position + 1;
  }
  return sorted;
}
