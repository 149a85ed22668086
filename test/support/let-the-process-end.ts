import { afterAll, beforeAll, jest } from '@jest/globals';

/** For an answer that went down with its connection the SDK waits a minute, which must not keep the process of a test from ending. */
export const letTheProcessEnd = (): void => {
  beforeAll(() => {
    const { setTimeout: original } = globalThis;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation((work, ms, ...given) => {
      const timer = original(work, ms, ...given);
      return (ms ?? 0) < 50_000 ? timer : timer.unref();
    });
  });
  afterAll(() => void jest.restoreAllMocks());
};
