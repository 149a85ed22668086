import { HostError } from '../host-error';

const DEFAULT_LIMIT_MS = 30 * 60_000;
/** `setTimeout` cannot wait longer than 2^31 - 1 ms. */
const MAX_WAIT_MS = 2_147_483_647;
const TIME_SPAN = /^(?:(\d+)[.:])?(\d{1,2}):([0-5]\d):([0-5]\d)$/;

/** A handler took longer than `functionTimeout` of host.json. */
class FunctionTimeoutError extends Error {
  override name = 'FunctionTimeoutError';
}

interface Running {
  readonly untilMs: number;
  readonly giveUp: () => void;
}

/**
 * Holds handlers to `functionTimeout`. A handler shares its thread with the host and cannot be stopped: whoever waits for it is told
 * that it failed, it runs on, and what it then returns is dropped. Since all have the same limit, the oldest is always the next to reach it.
 */
export class TimeLimit {
  readonly #running = new Set<Running>();
  #timer: NodeJS.Timeout | null = null;

  /** Infinity for no limit. */
  constructor(private readonly limitMs: number) {}

  within<T>(functionName: string, work: Promise<T>): Promise<T> {
    if (this.limitMs === Infinity) return work;
    return new Promise<T>((resolve, reject) => {
      const running: Running = {
        untilMs: performance.now() + this.limitMs,
        giveUp: () => reject(timeoutError(functionName, this.limitMs)),
      };
      const ended = (): void => void this.#running.delete(running);
      this.#running.add(running);
      this.#arm();
      work.finally(ended).then(resolve, reject);
    });
  }

  #arm(): void {
    const [oldest] = this.#running;
    if (this.#timer !== null || oldest === undefined) return;
    const waitMs = Math.min(Math.max(oldest.untilMs - performance.now(), 1), MAX_WAIT_MS);
    this.#timer = setTimeout(() => this.#giveUpOverdue(), waitMs).unref();
  }

  #giveUpOverdue(): void {
    this.#timer = null;
    const nowMs = performance.now();
    for (const running of this.#running) {
      if (running.untilMs > nowMs) break;
      this.#running.delete(running);
      running.giveUp();
    }
    this.#arm();
  }
}

const timeoutError = (functionName: string, limitMs: number): FunctionTimeoutError =>
  new FunctionTimeoutError(
    `Function "${functionName}" did not end within the functionTimeout of ${limitMs / 1000} s.`,
  );

/** `functionTimeout` of host.json, `-1` for none; half an hour where it is absent, as on Azure's plans without a limit of their own. */
export const readFunctionTimeoutMs = (hostJson: Readonly<Record<string, unknown>>): number => {
  const text = hostJson['functionTimeout'];
  if (text === undefined || text === null) return DEFAULT_LIMIT_MS;
  if (text === '-1') return Infinity;
  const [, days = 0, hours, minutes, seconds] = (typeof text === 'string' && TIME_SPAN.exec(text)) || [];
  const limitMs =
    (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  if (limitMs > 0) return limitMs;
  throw new HostError(
    'settings-invalid',
    `host.json: functionTimeout must be hh:mm:ss above 0, or "-1" for none, not ${JSON.stringify(text)}`,
  );
};
