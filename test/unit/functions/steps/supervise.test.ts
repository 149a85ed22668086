import { afterEach, describe, expect, it } from '@jest/globals';
import { supervised } from '../../../../functions/steps/supervise';
import { done } from '../../../../functions/steps/step';
import { cutoverPartition } from '../../../../shared/ledger/documents';
import { StepUnderTest } from '../../../support/step-under-test';

const MINUTE_MS = 60_000;
const broken = Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' });

describe('a copy that is supervised', () => {
  let under: StepUnderTest;
  afterEach(() => under.stop());

  /** The step's answers, one for each time that passed since the one before. */
  const answers = async (errors: readonly (Error | null)[], minutesBetween: number) => {
    under = await StepUnderTest.start();
    const context = await under.context('copyPart', { assetId: 'files', pass: 1, part: 1 });
    const left = [...errors];
    const step = supervised(async () => {
      const error = left.shift();
      if (error) throw error;
      return done('files-mover', 'copied');
    });
    const results = [];
    for (let n = 0; n < errors.length; n += 1) {
      results.push(await step(context));
      under.under.now += minutesBetween * MINUTE_MS;
    }
    return results;
  };
  const logged = async () =>
    (await under.under.log(cutoverPartition(under.cutoverId))).filter(({ kind }) =>
      kind.startsWith('transfer.'),
    );

  it('R122 R133 waits out what may pass, and says in the log that it stood still and that it moves again', async () => {
    const results = await answers([broken, broken, broken, null], 2);
    expect(results.map(({ kind }) => kind)).toEqual(['pending', 'pending', 'pending', 'done']);
    expect(results.slice(0, 3).map((each) => ('retryAfterMs' in each ? each.retryAfterMs : 0))).toEqual([
      10_000, 20_000, 40_000,
    ]);
    expect(await logged()).toMatchObject([
      { kind: 'transfer.stalled', facts: { trouble: 'transient', reason: 'the connection broke' } },
      { kind: 'transfer.resumed' },
    ]);
  });

  it('R122 asks a person about a stall that does not end', async () => {
    const results = await answers([broken, broken, broken, broken], 10);
    expect(results.at(-2)).toMatchObject({ kind: 'pending' });
    expect(results.at(-1)).toMatchObject({
      kind: 'failed',
      code: 'transfer-stalled',
      reason: 'nothing moved for 30 minutes (transient): the connection broke',
    });
  });

  it('R122 throws at once what waiting does not mend', async () => {
    await expect(answers([new Error('a mistake')], 1)).rejects.toThrow('a mistake');
    expect(await logged()).toEqual([]);
  });
});
