import { readdirSync, readFileSync } from 'node:fs';

/** Of one second, on Linux. */
const TICKS = 100;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

/**
 * Seconds of processor that these processes and what they started have taken, children that have ended included: unlike the
 * time on the clock, nearly the same whatever else a machine is doing. NaN where the system does not tell (other than Linux).
 */
export const processorSeconds = (pids: readonly number[]): number => {
  const all = statsOfAll();
  if (all.length === 0) return NaN;
  const counted = new Set(pids);
  // A child has a greater number than its parent, but for a wrap-around: look until nothing is new.
  for (let before = 0; before < counted.size;) {
    before = counted.size;
    for (const { pid, parent } of all) if (counted.has(parent)) counted.add(pid);
  }
  return all.reduce((sum, { pid, seconds }) => sum + (counted.has(pid) ? seconds : 0), 0);
};

/** Resident memory of a process in MiB, now and at its most. */
export const residentMib = (pid: number): { readonly now: number; readonly most: number } => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024;
  return { now: mib('VmRSS'), most: mib('VmHWM') };
};

const statsOfAll = (): ProcessStat[] => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(statOf);
  } catch {
    return [];
  }
};

/** The name, in brackets, may hold anything. A process may have ended since it was listed. */
const statOf = (pid: string): ProcessStat[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
    return [{ pid: Number(pid), parent: Number(fields[1]), seconds: ticks / TICKS }];
  } catch {
    return [];
  }
};
