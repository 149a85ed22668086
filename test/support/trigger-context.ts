import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  Invocation,
  ListenerContext,
  LoadedFunction,
  RetryPolicy,
  TriggerListener,
} from '../../host/function-app';
import { ManualClock } from './manual-clock';

/** A registered function without the worker library: it proves what a trigger hands over, not what an SDK makes of it. */
export const triggeredFunction = (
  name: string,
  trigger: Readonly<Record<string, unknown>> & { readonly type: string },
  handler: (invocation: Invocation) => unknown,
  retry: RetryPolicy | null = null,
): LoadedFunction => ({
  name,
  trigger: { name: 'trigger', direction: 'in', ...trigger },
  inputs: [],
  outputs: [],
  retry,
  invoke: async (invocation) => ({ returnValue: await handler(invocation), outputs: {} }),
});

/** A data folder, a clock and a log for listeners, as the host would give them; a fatal error is kept where a host would end. */
export class TriggerContext {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'causeway-triggers-'));
  readonly logged: string[] = [];
  readonly fatal: unknown[] = [];
  readonly #listeners: TriggerListener[] = [];

  constructor(readonly clock = new ManualClock('2026-11-21T00:00:00Z')) {}

  for(functions: readonly LoadedFunction[], more: Partial<ListenerContext> = {}): ListenerContext {
    return {
      functions,
      clock: this.clock,
      dataDir: this.dataDir,
      hostJson: {},
      settings: {},
      log: (level, text) => this.logged.push(`${level} ${text}`),
      fatal: (error) => {
        this.fatal.push(error);
        return undefined as never;
      },
      ...more,
    };
  }

  /** Starts a listener that `close` will drain. */
  async start(listener: TriggerListener): Promise<TriggerListener> {
    this.#listeners.push(listener);
    await listener.start();
    return listener;
  }

  async close(): Promise<void> {
    for (const listener of this.#listeners) await listener.drain();
    rmSync(this.dataDir, { recursive: true });
  }
}

const PATIENCE_MS = 120_000;

/** Lets the event loop turn until it is so, or fails: a loop that outlived its test would keep jest from ending. */
export const until = async (isSo: () => boolean): Promise<void> => {
  const giveUpAtMs = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > giveUpAtMs) throw new Error(`never so: ${isSo.toString()}`);
    await nextTurn();
  }
};

/** Turns enough for everything that is ready to have happened. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
};

/** A promise and the function that resolves it. */
export const latch = (): { readonly opened: Promise<void>; open(): void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
};
