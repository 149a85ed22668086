import { setTimeout as sleep } from 'node:timers/promises';

/** The handlers that run, and the sessions they work on. */
export class RunningHandlers {
  readonly #all = new Set<Promise<void>>();
  readonly #bySession = new Map<string, Promise<void>>();

  async track(session: string | null, work: Promise<void>): Promise<void> {
    const ended = work
      .catch(() => undefined)
      .finally(() => {
        this.#all.delete(ended);
        if (session !== null && this.#bySession.get(session) === ended) this.#bySession.delete(session);
      });
    this.#all.add(ended);
    if (session !== null) this.#bySession.set(session, ended);
    await work;
  }

  workOn(session: string): boolean {
    return this.#bySession.has(session);
  }

  /**
   * True once no handler works on the session, which may outlive its lock where a connection dropped; false where that takes longer
   * than the limit, or `stop` aborts.
   */
  async haveLeft(session: string, limitMs: number, stop: AbortSignal): Promise<boolean> {
    const last = this.#bySession.get(session);
    if (last === undefined) return true;
    const left = new AbortController();
    const signal = AbortSignal.any([stop, left.signal]);
    const over = sleep(limitMs, false, { ref: false, signal }).catch(() => false);
    try {
      return await Promise.race([last.then(() => true), over]);
    } finally {
      left.abort();
    }
  }

  async allEnded(): Promise<void> {
    await Promise.all(this.#all);
  }
}
