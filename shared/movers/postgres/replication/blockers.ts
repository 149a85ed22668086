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

const POLL_MS = 5;

export interface Seen {
  readonly blockers: readonly string[];
  /** The table to lock first from now on; null where the session did not wait in a circle. */
  readonly firstNext: string | null;
}

/**
 * Watches a session that waits for its locks: ends its statement where it waits in a circle, long before the server would; looks who
 * is in the way once half its time is over and, on the last attempt, where the limits allow it, ends them.
 */
export function watchBlockers(
  client: Client,
  migrationId: string,
  waitingPid: number,
  { limits, last }: AttemptOptions,
): { end(): void; seen(): Promise<Seen> } {
  const blockers = new Map<number | null, string>();
  const since = performance.now();
  let firstNext: string | null = null;
  let over = false;
  const look = async (): Promise<void> => {
    const sql = loadSql(`replication/${last && limits.terminateBlockers ? 'end-blocking' : 'blocking'}`);
    const { rows } = await client.query<Blocker>(sql, [waitingPid]);
    for (const blocker of rows) blockers.set(blocker.pid, sayBlocker(blocker));
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (over) return;
      const crossed = await client.query<{ waited_for: string }>(loadSql('replication/crossed-locks'), [
        waitingPid,
        migrationId,
      ]);
      firstNext = crossed.rows[0]?.waited_for ?? null;
      if (firstNext !== null) return;
      if (performance.now() - since > limits.lockTimeoutMs / 2) await look();
    }
  };
  const watching = watch();
  watching.catch(() => undefined);
  return {
    end: () => void (over = true),
    seen: async () => {
      await watching;
      return { blockers: [...blockers.values()], firstNext };
    },
  };
}
