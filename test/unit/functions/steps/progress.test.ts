import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { filesContext } from '../../../../functions/steps/files';
import { progressType } from '../../../../shared/ledger/documents';
import { StepUnderTest } from '../../../support/step-under-test';

describe('progress of a slice', () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  let under: StepUnderTest;
  afterEach(async () => {
    warned.mockClear();
    await under.stop();
  });

  it('that cannot be saved is warned of and troubles nobody', async () => {
    under = await StepUnderTest.start({});
    under.beforeCommit = (operations) => {
      if (operations.some((operation) => 'type' in operation && operation.type === progressType))
        throw new Error('the disk is full');
    };
    const context = await under.context('copyPart', { assetId: 'files', pass: 1, part: 1 });
    filesContext(context, under.asset).progress({ totalItems: 1, doneItems: 1, totalBytes: 1, doneBytes: 1 });
    for (let turn = 0; turn < 10_000 && warned.mock.calls.length === 0; turn += 1) await setImmediate();
    expect(warned.mock.calls).toEqual([
      ['Progress was not saved: Error: the disk is full', { code: 'CAUSEWAY_PROGRESS' }],
    ]);
  });
});
