import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 5;

/** Waits for a promise, or until something is so; fails after `limitMs`, saying for what it waited. */
export const before = async <T>(
  limitMs: number,
  what: string,
  awaited: Promise<T> | (() => boolean),
): Promise<void> => {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error(`waited ${limitMs} ms for ${what}`)), limitMs);
  try {
    if (typeof awaited === 'function')
      while (!awaited()) {
        over.signal.throwIfAborted();
        await sleep(LOOK_AGAIN_MS);
      }
    else await Promise.race([awaited, aborted(over.signal)]);
  } finally {
    clearTimeout(timer);
  }
};

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
