import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../../../clients/demo/postgres/start-postgres';

/** A server counts a session once it has ended, which takes it a moment. */
const COUNTED_AFTER_MS = 300;
/** Of one second, on Linux. */
const TICKS = 100;

/**
 * Seconds of processor that this process, its programs and the sessions of the servers have taken so far: unlike the time on the clock,
 * nearly the same whatever else a machine is doing. NaN where the system does not tell (other than Linux).
 */
export async function processorSeconds(servers: readonly PostgresServer[]): Promise<number> {
  if (!existsSync('/proc/self/stat')) return NaN;
  await sleep(COUNTED_AFTER_MS);
  return ['self', ...servers.map(({ pid }) => `${pid}`)].reduce((sum, pid) => sum + secondsOf(pid), 0);
}

/** With children that have ended. The name, in brackets, may hold anything. */
function secondsOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS;
}
