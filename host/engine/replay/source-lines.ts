import { fileURLToPath } from 'node:url';

/** What an orchestrator asks its context for. */
const METHODS = [
  'callActivity',
  'callActivityWithRetry',
  'callSubOrchestrator',
  'callSubOrchestratorWithRetry',
].concat([
  'callEntity',
  'callHttp',
  'continueAsNew',
  'createTimer',
  'lock',
  'signalEntity',
  'waitForExternalEvent',
]);
const MAX_FRAMES = 50;

type Method = (...args: unknown[]) => unknown;

/** Remembers where in the application's code an orchestrator asked for each of its actions. Slow: only for one run, to explain it. */
export class SourceLines {
  /** `file:line:column` of what was asked for last. */
  last: string | null = null;
  private readonly lines = new WeakMap<object, string>();

  /** Watches the orchestration context that the SDK is about to put on the invocation's. */
  watch(context: object): void {
    let value: unknown;
    Object.defineProperty(context, 'df', {
      configurable: true,
      enumerable: true,
      get: () => value,
      set: (df: Record<string, Method>) => {
        for (const name of METHODS) this.watchMethod(df, name);
        value = df;
      },
    });
  }

  of(action: object): string | null {
    return this.lines.get(action) ?? null;
  }

  private watchMethod(df: Record<string, Method>, name: string): void {
    const method = df[name];
    if (typeof method !== 'function') return;
    df[name] = (...args) => {
      const line = callerOutsideOfPackages();
      this.last = line ?? this.last;
      const task = method.apply(df, args);
      const action = (task as { actionObj?: unknown } | undefined)?.actionObj;
      if (line !== null && typeof action === 'object' && action !== null) this.lines.set(action, line);
      return task;
    };
  }
}

const callerOutsideOfPackages = (): string | null => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  for (const frame of frames) {
    const place = /\(?((?:file:|\/|[A-Za-z]:\\).*:\d+:\d+)\)?$/.exec(frame)?.[1];
    if (place === undefined || place.includes('node_modules') || place.includes(__filename)) continue;
    return place.startsWith('file:')
      ? fileURLToPath(place.replace(/:\d+:\d+$/, '')) + (/:\d+:\d+$/.exec(place)?.[0] ?? '')
      : place;
  }
  return null;
};
