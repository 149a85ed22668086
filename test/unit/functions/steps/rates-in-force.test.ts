import { afterEach, describe, expect, it } from '@jest/globals';
import { filesContext } from '../../../../functions/steps/files';
import { cutoverPartition } from '../../../../shared/ledger/documents';
import type { TransferLimits } from '../../../../shared/contracts/transfer';
import { StepUnderTest } from '../../../support/step-under-test';

const AT_NIGHT = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  from: '22:00',
  to: '06:00',
  timeZone: 'Europe/Berlin',
  bytesPerSecond: null,
  requestsPerSecond: null,
} as const satisfies NonNullable<TransferLimits['schedule']>[number];

describe('the rates that hold while files are copied', () => {
  let under: StepUnderTest;
  afterEach(() => under.stop());

  const logged = async () =>
    (await under.under.log(cutoverPartition(under.cutoverId))).filter(
      ({ kind }) => kind === 'transfer.rates',
    );
  /** A checkpoint of two slices at once, as they rise together at a boundary of the schedule. */
  const checkpoint = async (at: string) => {
    under.under.now = Date.parse(at);
    const context = await under.context('copyPart', { assetId: 'files', pass: 1, part: 1 });
    const [one, two] = [filesContext(context, under.asset), filesContext(context, under.asset)];
    return (await Promise.all([one.limits(), two.limits()])).map(({ bytesPerSecond }) => bytesPerSecond);
  };

  it('R131 R133 are in the log each time others begin to hold, once for all slices', async () => {
    const rates = { bytesPerSecond: 2_000_000, parallelSlices: 2 };
    under = await StepUnderTest.start({ ...rates, schedule: [{ ...AT_NIGHT, days: [...AT_NIGHT.days] }] });
    const speeds = [];
    for (const time of ['19:00', '20:59', '21:00', '23:00'])
      speeds.push(await checkpoint(`2026-11-23T${time}:00Z`));
    for (const time of ['05:00', '06:00']) speeds.push(await checkpoint(`2026-11-24T${time}:00Z`));
    const [day, night] = [
      [1_000_000, 1_000_000],
      [null, null],
    ];
    expect(speeds).toEqual([day, day, night, night, day, day]);
    const byDay = '2000000 bytes/s';
    const byNight = 'mon tue wed thu fri sat sun 22:00-06:00 Europe/Berlin: unlimited';
    expect(await logged()).toMatchObject([
      { at: expect.stringContaining('2026-11-23T19:00'), facts: { rates: byDay, before: 'unlimited' } },
      { at: expect.stringContaining('2026-11-23T21:00'), facts: { rates: byNight, before: byDay } },
      { at: expect.stringContaining('2026-11-24T05:00'), facts: { rates: byDay, before: byNight } },
    ]);
  });

  it('R133 are not in the log where none ever held', async () => {
    under = await StepUnderTest.start();
    expect(await checkpoint('2026-11-23T12:00:00Z')).toEqual([null, null]);
    expect(await logged()).toEqual([]);
  });
});
