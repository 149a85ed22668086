import type { Client } from 'pg';
import { loadSql } from '../load-sql';
import type { AttemptOptions } from './stop-attempt';

export interface Blocker {
  /** Null: a prepared transaction, which no session can be ended for. */
  readonly pid: number | null;
  readonly who: string;
  readonly age_ms: number | null;
}

/** Who holds what a switch would wait for, in transactions older than that. */
export async function blockersOf(
  client: Client,
  migrationId: string,
  olderThanMs: number,
): Promise<readonly Blocker[]> {
  const { rows } = await client.query<Blocker>(loadSql('replication/blockers'), [migrationId, olderThanMs]);
  return rows;
}

export const sayBlocker = ({ who, age_ms }: Blocker): string =>
  age_ms === null ? who : `${who}, for ${Math.round(age_ms)} ms`;

export async function pidOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

const ENDING_POLL_MS = 20;

/**
 * Looks who keeps a session waiting once half its time is over; on the last attempt, where the limits allow it, ends them from then
 * on. `end` resolves with what was seen.
 */
export function watchBlockers(
  client: Client,
  waitingPid: number,
  { limits, last }: AttemptOptions,
): { end(): Promise<readonly string[]> } {
  const ends = last && limits.terminateBlockers;
  const seen = new Set<string>();
  let over = false;
  const look = async (): Promise<void> => {
    do {
      const { rows } = await client.query<Blocker>(
        loadSql(ends ? 'replication/end-blocking' : 'replication/blocking'),
        [waitingPid],
      );
      rows.map(sayBlocker).forEach((blocker) => seen.add(blocker));
      if (ends) await new Promise((resolve) => setTimeout(resolve, ENDING_POLL_MS));
    } while (ends && !over);
  };
  let looking = Promise.resolve();
  const timer = setTimeout(() => (looking = look()), limits.lockTimeoutMs / 2);
  return {
    end: async () => {
      over = true;
      clearTimeout(timer);
      await looking;
      return [...seen];
    },
  };
}
