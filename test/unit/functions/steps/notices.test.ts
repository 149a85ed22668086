import { describe, expect, it } from '@jest/globals';
import { notifyStakeholders } from '../../../../functions/steps/people';
import type { StepContext } from '../../../../functions/steps/step';
import type { Notice } from '../../../../shared/contracts/notice';
import { LedgerUnderTest } from '../../../support/ledger-under-test';
import { sampleCutover } from '../../../support/sample-cutover';
import { sampleWorkload } from '../../../support/sample-plan';

describe('what stakeholders are told', () => {
  it.each([
    [1_000, 'of up to a minute.'],
    [60_000, 'of up to a minute.'],
    [60_001, 'of up to 2 minutes.'],
  ])('R83 says an outage of %i ms in whole minutes', async (acceptableDowntimeMs, words) => {
    const under = new LedgerUnderTest();
    try {
      await under.putWave();
      const told: Notice[] = [];
      const notifier = {
        notify: async (notice: Notice) => {
          told.push(notice);
          return { kind: 'delivered', via: 'a list' };
        },
      };
      const cutover = sampleCutover({ workload: sampleWorkload({ acceptableDowntimeMs }) });
      const services = { ledger: under.ledger, notifier };
      await notifyStakeholders({ services, cutover, order: { key: 'a' } } as unknown as StepContext);
      expect(told[0]?.body).toContain(words);
    } finally {
      under.close();
    }
  });
});
