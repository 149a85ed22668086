import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody knows whether what was asked for was done. */
export class NoAnswer extends Error {}

/** Waits for an answer that may never come: until `limitMs` is over or `givenUp` aborts. Who is asked is not called off. */
export const answerWithin = async <T>(
  limitMs: number,
  what: string,
  asked: Promise<T>,
  givenUp?: AbortSignal,
): Promise<T> => {
  const ended = new AbortController();
  const signal = givenUp === undefined ? ended.signal : AbortSignal.any([givenUp, ended.signal]);
  const over = sleep(limitMs, undefined, { ref: false, signal }).then(() => {
    throw new NoAnswer(`no answer to ${what} within ${limitMs} ms`);
  });
  try {
    return await Promise.race([asked, over]);
  } finally {
    ended.abort();
  }
};
