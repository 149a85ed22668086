import { setTimeout as sleep } from 'node:timers/promises';

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Waits for what the SDK cannot be called off from: it repeats a read that nobody answers for up to two hours. Rejects with a
 * `TimeoutError` after the limit.
 */
export const withinLimit = async <T>(limitMs: number, asked: Promise<T>): Promise<T> => {
  const ended = new AbortController();
  const over = sleep(limitMs, undefined, { ref: false, signal: ended.signal }).then(() => {
    throw new TimeoutError(`no answer within ${limitMs} ms`);
  });
  try {
    return await Promise.race([asked, over]);
  } finally {
    ended.abort();
  }
};
