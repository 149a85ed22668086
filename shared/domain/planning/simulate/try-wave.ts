import { MINUTE_MS } from '../dates/dating-input';
import type { Draws } from './draws';
import { drawnMinutes } from './duration';
import type { SimulatedWave } from './simulation-model';

export interface Failures {
  noGo: number;
  rolledBack: number;
  /** Rolled back, because contingency included there was no time left to test it. */
  overrun: number;
}

export interface Attempt extends Failures {
  /** Minutes after its start at which the last that arrived was tested. */
  testedAfter: number;
  /** How many have not arrived yet. */
  missing: number;
}

const firstFree = (slots: readonly number[]): number => {
  let first = 0;
  for (let slot = 1; slot < slots.length; slot += 1)
    if ((slots[slot] as number) < (slots[first] as number)) first = slot;
  return first;
};

/**
 * One try at what of a wave has not arrived, as many cutovers at once as allowed, in the planned order. What rests on one that fails
 * waits for the next try with it (R35). `arrived` has an entry for each member and is brought up to date.
 */
export function tryWave(
  { members, testingMinutes, neededMs }: SimulatedWave,
  concurrent: number,
  attempt: number,
  draws: Draws,
  arrived: Uint8Array,
): Attempt {
  const result = { noGo: 0, rolledBack: 0, overrun: 0, testedAfter: 0, missing: 0 };
  const slots = Array.from({ length: Math.min(concurrent, members.length) }, () => 0);
  const ends = new Float64Array(members.length);
  const latest = neededMs / MINUTE_MS - testingMinutes;
  for (const [place, { workload, downtime, noGo, rolledBack, waits }] of members.entries()) {
    if (arrived[place] === 1) continue;
    result.missing += 1;
    if (waits.length > 0 && waits.some((other) => arrived[other] !== 1)) continue;
    const fate = draws.fate(workload, attempt);
    if (fate < noGo) {
      result.noGo += 1;
      continue;
    }
    const slot = firstFree(slots);
    const start = waits.reduce((late, other) => Math.max(late, ends[other] ?? 0), slots[slot] ?? 0);
    const end = start + Math.max(1, drawnMinutes(downtime, draws.downtime(workload, attempt)));
    slots[slot] = end;
    if (end > latest) result.overrun += 1;
    else if (fate < noGo + rolledBack) result.rolledBack += 1;
    else {
      arrived[place] = 1;
      ends[place] = end;
      result.missing -= 1;
      result.testedAfter = Math.max(result.testedAfter, end + testingMinutes);
    }
  }
  return result;
}
