import type { HostClock } from '../../host/function-app';

/** A host clock that stands still until a test moves it. Does not prove anything about real time-outs. */
export class ManualClock implements HostClock {
  #nowMs: number;
  #alarms: { readonly atMs: number; readonly callback: () => void }[] = [];

  constructor(start: string) {
    this.#nowMs = Date.parse(start);
  }

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, callback: () => void): () => void {
    const alarm = { atMs, callback };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((each) => each !== alarm);
    };
  }

  /** The instants for which somebody waits. */
  get waiting(): readonly string[] {
    return this.#alarms.map(({ atMs }) => new Date(atMs).toISOString()).sort();
  }

  /** Rings what becomes due on the way, earliest first. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const due = this.#alarms.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#alarms = this.#alarms.filter((each) => each !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
    }
    this.#nowMs = endMs;
  }
}
