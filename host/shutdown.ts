import type { SystemClock } from './clock';
import type { Engine } from './engine/engine';
import type { ListenerContext, TriggerListener } from './function-app';
import type { LoadedApp } from './loader/load-app';
import type { Operations } from './operations/operations';
import type { Outputs } from './outputs/outputs';
import type { HttpGate } from './triggers/http-gate';
import type { HttpServer } from './triggers/http-server';

/** What a host has open, or, where its start failed, what it had opened by then. */
export interface OpenParts {
  readonly server: HttpServer;
  readonly gate: HttpGate;
  readonly listeners: TriggerListener[];
  outputs?: Outputs;
  app?: LoadedApp;
  /** Its `appStart` hooks have run. */
  isAppStarted?: boolean;
  operations?: Operations;
  engine?: Engine;
  /** The host's own. */
  clock?: SystemClock;
}

/**
 * Takes no more work, lets what runs end up to the limit, and closes everything in the reverse order of its opening, whatever of it
 * fails. An invocation that has not ended by then is cut off: nothing that it still does counts, and what it was for is begun again
 * at the next start. The durable API stays reachable until then, since functions call it.
 */
export const shutDown = async (
  { server, gate, listeners, outputs, app, isAppStarted, operations, engine, clock }: OpenParts,
  limitMs: number,
  log: ListenerContext['log'],
): Promise<void> => {
  const deadline = new Deadline(limitMs, log);
  const stopTelling = operations?.beginStopping();
  await deadline.wait('triggers', () =>
    Promise.all([gate.close(), ...listeners.map((listener) => listener.drain())]),
  );
  await deadline.wait('orchestrations', () => engine?.drain());
  await deadline.wait('appTerminate hooks', () => (isAppStarted === true ? app?.terminate() : undefined));
  stopTelling?.();
  if (deadline.isOver) {
    app?.cutOff();
    log(
      'warn',
      `The ${limitMs / 1000} s for stopping are over: what still runs is cut off, and begun again at the next start`,
    );
  }
  await deadline.wait('outputs', () => outputs?.close());
  await server.close(deadline.leftMs);
  await operations?.close();
  engine?.close();
  clock?.close();
};

class Deadline {
  isOver = false;
  readonly #atMs: number;

  constructor(
    limitMs: number,
    private readonly log: ListenerContext['log'],
  ) {
    this.#atMs = Date.now() + limitMs;
  }

  get leftMs(): number {
    return Math.max(this.#atMs - Date.now(), 0);
  }

  /** Never rejects: one part that fails keeps no other from being closed. */
  async wait(what: string, work: () => unknown): Promise<void> {
    const over = Promise.withResolvers<'over'>();
    const timer = setTimeout(() => over.resolve('over'), this.leftMs);
    const done = (async () => work())().catch((error: unknown) =>
      this.log('error', `While the host stopped its ${what} failed`, { error }),
    );
    const first = await Promise.race([done, over.promise]);
    clearTimeout(timer);
    if (first === 'over') this.isOver = true;
  }
}
