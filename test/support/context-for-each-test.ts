import { afterEach, beforeEach, expect } from '@jest/globals';
import type { TriggerContext } from './trigger-context';

/** Has a context made before each test of a suite, and closed after it; a test that means an error to be fatal takes it out. */
export const contextForEachTest = (make: () => TriggerContext): void => {
  let context: TriggerContext;
  beforeEach(() => {
    context = make();
  });
  afterEach(async () => {
    await context.close();
    expect(context.fatal).toEqual([]);
  });
};
