// When the host is killed: moments drawn from a seed and met by what is seen from outside, so that they fall on every stage and
// between any two writes.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instead } from '../support/http-relay';
import type { TestWorkload, WorkloadTouch } from '../support/test-workload';
import { DataFiles } from './data-files';
import type { SeededRandom } from './seeded-random';

const SURPRISES = [
  'at once',
  'a moment later',
  'before a hook is asked',
  'before a hook has answered',
  'at a request to storage',
  'between store and bus',
  'after an episode',
] as const;
type Surprise = (typeof SURPRISES)[number];

export interface KillMoment {
  /** So many log entries of all waves and cutovers must be there. */
  readonly afterLogEntries: number;
  readonly then: Surprise;
  /** Milliseconds, requests or episodes, as the surprise counts. */
  readonly count: number;
}

/** One in each of as many equal parts of the log as there are kills. */
export function drawMoments(random: SeededRandom, kills: number, expectedLogEntries: number): KillMoment[] {
  const part = expectedLogEntries / kills;
  return Array.from({ length: kills }, (_, index) => ({
    afterLogEntries: Math.floor((index + random.next()) * part),
    then: random.pick(SURPRISES),
    count: 1 + random.below(60),
  }));
}

const LOOK_EVERY_MS = 2;
/** A surprise that does not come (no more hooks to ask) is not waited for longer. */
const SURPRISE_WITHIN_MS = 3_000;

export class Killer {
  #onTouch: ((touch: WorkloadTouch) => Instead | undefined) | null = null;

  constructor(
    private readonly dataDir: string,
    /** Sends SIGKILL before it returns. */
    private readonly kill: () => void,
    workloads: readonly TestWorkload[],
  ) {
    for (const workload of workloads) workload.stepIn = (touch) => this.#onTouch?.(touch);
  }

  /** Kills at that moment; false where the wave was over before. */
  async strike({ afterLogEntries, then, count }: KillMoment): Promise<boolean> {
    const files = new DataFiles(this.dataDir);
    const isOver = (): boolean => files.all('wave').every(({ endedAt }) => endedAt !== null);
    try {
      while (files.logEntries() < afterLogEntries) {
        if (isOver()) return false;
        await sleep(LOOK_EVERY_MS);
      }
      await this.#surprise(files, then, count);
      return true;
    } finally {
      this.#onTouch = null;
      files.close();
    }
  }

  async #surprise(files: DataFiles, then: Surprise, count: number): Promise<void> {
    switch (then) {
      case 'at once':
        return this.kill();
      case 'a moment later':
        await sleep(count * 5);
        return this.kill();
      case 'before a hook is asked':
        return this.#atTouch(({ kind }) => kind === 'hook', 1 + (count % 3), 'break-off');
      case 'before a hook has answered':
        return this.#atTouch(({ kind }) => kind === 'hook', 1 + (count % 3), 'edit');
      case 'at a request to storage':
        return this.#atTouch(({ kind }) => kind === 'blob', count, 'break-off');
      case 'between store and bus':
        return this.#once(() => files.events() > files.published());
      case 'after an episode': {
        const until = files.episodes() + (count % 12);
        return this.#once(() => files.episodes() >= until);
      }
    }
  }

  /** Looks without a pause, for the moment lasts less than a timer's tick. */
  async #once(hasCome: () => boolean): Promise<void> {
    const deadline = performance.now() + SURPRISE_WITHIN_MS;
    while (!hasCome() && performance.now() < deadline)
      await new Promise<void>((resolve) => setImmediate(resolve));
    this.kill();
  }

  /** `break-off`: the request never arrives. `edit`: it was carried out, and its answer never arrives. */
  async #atTouch(
    isMeant: (touch: WorkloadTouch) => boolean,
    nth: number,
    how: 'break-off' | 'edit',
  ): Promise<void> {
    let seen = 0;
    const met = new Promise<void>((resolve) => {
      const killNow = (): void => {
        this.kill();
        resolve();
      };
      this.#onTouch = (touch) => {
        if (!isMeant(touch) || (seen += 1) !== nth) return undefined;
        if (how === 'edit')
          return {
            kind: 'edit',
            edit: (reply) => {
              killNow();
              return reply;
            },
          };
        killNow();
        return { kind: 'break-off' };
      };
    });
    const tooLate = new AbortController();
    await Promise.race([
      met,
      sleep(SURPRISE_WITHIN_MS, undefined, { signal: tooLate.signal }).catch(() => undefined),
    ]);
    tooLate.abort();
    this.kill();
  }
}
