import type { Portfolio } from '../../../contracts/planning/portfolio';
import { numberAt } from '../waves/partition/number-at';

/**
 * By place of the workload: how many others it talks to in either direction, as observed and as stated. Names become numbers first:
 * half a million connections in sets of names took seven times as long.
 */
export function countNeighbours({ workloads, connections }: Portfolio): Int32Array {
  const numbers = new Map(workloads.map(({ id }, at) => [id, at]));
  const numberOf = (id: string): number => {
    const number = numbers.get(id) ?? numbers.size;
    if (number === numbers.size) numbers.set(id, number);
    return number;
  };
  const stated = workloads.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
  const one = new Int32Array(connections.length + stated);
  const other = new Int32Array(one.length);
  let links = 0;
  const link = (from: string, to: string): void => {
    one[links] = numberOf(from);
    other[links] = numberOf(to);
    links += 1;
  };
  for (const { from, to } of connections) link(from, to);
  for (const { id, dependsOn } of workloads) for (const { on } of dependsOn) link(id, on);
  return differentPartners(one, other, numbers.size).slice(0, workloads.length);
}

/** By number: how many different ones it is linked with. */
function differentPartners(one: Int32Array, other: Int32Array, size: number): Int32Array {
  const next = new Int32Array(size + 1);
  for (const ends of [one, other]) for (const end of ends) next[end + 1] = numberAt(next, end + 1) + 1;
  for (let i = 0; i < size; i += 1) next[i + 1] = numberAt(next, i + 1) + numberAt(next, i);
  const starts = next.slice();
  const partners = new Int32Array(2 * one.length);
  const put = (end: number, partner: number): void => {
    partners[numberAt(next, end)] = partner;
    next[end] = numberAt(next, end) + 1;
  };
  for (let i = 0; i < one.length; i += 1) {
    put(numberAt(one, i), numberAt(other, i));
    put(numberAt(other, i), numberAt(one, i));
  }
  const counts = new Int32Array(size);
  const seenBy = new Int32Array(size).fill(-1);
  for (let i = 0; i < size; i += 1) {
    for (let at = numberAt(starts, i); at < numberAt(starts, i + 1); at += 1) {
      const partner = numberAt(partners, at);
      if (seenBy[partner] === i) continue;
      seenBy[partner] = i;
      counts[i] = numberAt(counts, i) + 1;
    }
  }
  return counts;
}
