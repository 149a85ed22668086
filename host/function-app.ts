/** What the loader hands to the triggers: the functions an application registered, ready to be invoked. */

/** A trigger, input or output binding as the application registered it (function.json vocabulary of Azure Functions). */
export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly direction: 'in' | 'out' | 'inout';
  readonly [property: string]: unknown;
}

/** Retry bookkeeping the worker protocol shows to a function (`context.retryContext`). */
export interface RetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  /** Why the attempt before failed. */
  readonly exception: { readonly message: string; readonly source?: string; readonly stackTrace?: string };
}

export interface Invocation {
  /** The trigger's value, already in the shape the SDK expects for this binding type. */
  readonly triggerData: unknown;
  readonly triggerMetadata?: Record<string, unknown>;
  readonly retryContext?: RetryContext;
  /** A new one where absent. */
  readonly invocationId?: string;
  /** The span that the invocation belongs to (W3C Trace Context). */
  readonly traceParent?: string;
  /** Called with the invocation's context before the handler sees it. */
  readonly observe?: (context: object) => void;
}

export interface InvocationResult {
  /** What the trigger is answered with; of an HTTP function the value of its `http` output. */
  readonly returnValue: unknown;
  /** What the handler was given, for one that can go on with it; absent where hooks or outputs expect every run. */
  readonly context?: object;
}

export interface LoadedFunction {
  readonly name: string;
  readonly trigger: Binding;
  readonly inputs: readonly Binding[];
  readonly outputs: readonly Binding[];
  readonly retry: RetryPolicy | null;
  /**
   * Runs hooks and handler, then stores outputs. Rejects with what the handler threw, and after `functionTimeout` of host.json whatever
   * it does. Never retries: that is the trigger's business.
   */
  invoke(invocation: Invocation): Promise<InvocationResult>;
}

/** `retry` of a v4 function registration, as functions-core receives it. */
export interface RetryPolicy {
  readonly strategy: 'fixedDelay' | 'exponentialBackoff';
  /** -1 is without limit. */
  readonly maxRetryCount: number;
  readonly delayIntervalMs?: number;
  readonly minimumIntervalMs?: number;
  readonly maximumIntervalMs?: number;
}

/** The time every part of the host goes by, so that a test can let three weeks pass. */
export interface HostClock {
  now(): number;
  /** Calls back once `now()` has reached `atMs`; returns a function that forgets it. */
  at(atMs: number, callback: () => void): () => void;
}

/** One kind of trigger (timer, Service Bus, …) driving all the functions of that kind. */
export interface TriggerListener {
  start(): Promise<void>;
  /** Takes no more work and resolves when what was under way has ended. Safe to call twice. */
  drain(): Promise<void>;
}

export interface ListenerContext {
  readonly functions: readonly LoadedFunction[];
  readonly clock: HostClock;
  /** Folder of the host's SQLite files. */
  readonly dataDir: string;
  /** host.json, parsed; `{}` where absent. */
  readonly hostJson: Readonly<Record<string, unknown>>;
  /** App settings with `%NAME%` and connection names resolved against them. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields?: Record<string, unknown>,
  ) => void;
  /** Ends the process: a promise to store something could not be kept. */
  readonly fatal: (error: unknown) => never;
}

export type CreateListener = (context: ListenerContext) => TriggerListener;
