import { afterEach, beforeEach, describe } from '@jest/globals';
import { storeChangesSuite } from './store-changes-suite';
import { storeCommitSuite } from './store-commit-suite';
import type { StoreUnderTest } from './store-fixture';
import { storeLimitsSuite } from './store-limits-suite';
import { storeQuerySuite } from './store-query-suite';

/** What every adapter of the port `Store` promises. */
export function storeSuite(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`Store: ${name}`, () => {
    let subject: StoreUnderTest;
    beforeEach(async () => {
      subject = await makeStore();
    });
    afterEach(() => subject.dispose());

    storeCommitSuite(() => subject);
    storeLimitsSuite(() => subject);
    storeQuerySuite(() => subject);
    storeChangesSuite(() => subject);
  });
}
