import { setTimeout as sleep } from 'node:timers/promises';
import { loadSql } from '../load-sql';
import type { DatabaseSide } from './database-side';

export interface Lag {
  readonly ms: number;
  readonly bytes: number;
}

const POLL_MS = 5;
const LONGEST_POLL_MS = 50;
/** By then, where others write, the log that is waited for is on disk. */
const FLUSH_AT = 2;
/** Where nobody follows by a slot that we know, writes made a moment ago get a moment. */
const UNKNOWN_WAIT_MS = 20;

/** The follower did not catch up in time: nothing can be judged now. */
export class FollowerBehind extends Error {
  override readonly name = 'FollowerBehind';
}

/** How far the follower has applied what the leader wrote, as the leader knows by its replication slot. */
export class ApplyProgress {
  constructor(
    private readonly leader: DatabaseSide,
    private readonly slot: string,
    private readonly patienceMs: number,
  ) {}

  /** Where the leader is. */
  async position(): Promise<string> {
    const [line] = await this.leader.rows<{ lsn: string }>(loadSql('verification/position'));
    return line?.lsn ?? '0/0';
  }

  /** Resolves once all that can be seen on the leader by now is applied; throws `FollowerBehind`. */
  async caughtUp(patienceMs = this.patienceMs): Promise<void> {
    const lsn = await this.position();
    const deadline = performance.now() + patienceMs;
    let pollMs = POLL_MS;
    for (let polls = 0; ; polls += 1) {
      const state = await this.state(lsn);
      if (state === null) return sleep(UNKNOWN_WAIT_MS);
      if (state.applied) return;
      if (performance.now() > deadline) throw new FollowerBehind();
      if (polls === FLUSH_AT) await this.leader.rows(loadSql('verification/flush'));
      await sleep(pollMs);
      pollMs = Math.min(LONGEST_POLL_MS, pollMs * 1.5);
    }
  }

  /** Null where nobody follows. */
  async lag(): Promise<Lag | null> {
    const state = await this.state('0/0');
    return state === null ? null : { ms: state.lag_ms, bytes: state.lag_bytes };
  }

  private async state(lsn: string) {
    const [line] = await this.leader.rows<{ applied: boolean; lag_ms: number; lag_bytes: number }>(
      loadSql('verification/applied'),
      [this.slot, lsn],
    );
    return line ?? null;
  }
}
