import { Worker } from 'node:worker_threads';
import inspector from 'node:inspector';
import type { LogFormat } from '../log';

const HEARTBEAT_MS = 250;

/** What the watching thread is given. */
export interface WatchdogData {
  /** Counts heartbeats of the thread that runs functions. */
  readonly heartbeats: Int32Array;
  readonly heartbeatMs: number;
  readonly blockedMs: number;
  readonly logFormat: LogFormat;
}

/**
 * Watches the event loop from a thread of its own and says, while it is held up, which function holds it up and where its code is: of
 * one that never returns nobody else can tell. Each function is named once. Returns what ends it.
 */
export const startWatchdog = (blockedMs: number, logFormat: LogFormat): (() => Promise<void>) => {
  // Who debugs holds the loop up on purpose, and has the debugger for himself.
  if (blockedMs <= 0 || inspector.url() !== undefined) return async () => undefined;
  const heartbeats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const beat = setInterval(() => Atomics.add(heartbeats, 0, 1), HEARTBEAT_MS);
  beat.unref();
  const workerData: WatchdogData = { heartbeats, heartbeatMs: HEARTBEAT_MS, blockedMs, logFormat };
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };
  const worker = new Worker(require.resolve('./watchdog-thread'), { workerData, resourceLimits });
  worker.unref();
  // It can do without: what it would have said is lost, nothing else.
  worker.on('error', () => clearInterval(beat));
  return async () => {
    clearInterval(beat);
    await worker.terminate();
  };
};
