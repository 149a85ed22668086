import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClaimChecks } from '../../shared/ports/claim-checks';

export interface ClaimChecksUnderTest {
  readonly claimChecks: ClaimChecks;
  stop(): Promise<void>;
}

export const describeClaimChecks = (name: string, open: () => Promise<ClaimChecksUnderTest>): void => {
  describe(`${name} keeps what is too large for a message`, () => {
    let under: ClaimChecksUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.stop());

    it('gives back the same text, megabytes and other scripts too', async () => {
      const body = JSON.stringify({ text: '移行 ✓ '.repeat(300_000) });
      const reference = await under.claimChecks.put('wave:1/event#1?', body);
      expect(await under.claimChecks.get(reference)).toBe(body);
    });

    it('keeps an id checked in again under the same reference', async () => {
      const first = await under.claimChecks.put('e1', '{"n":1}');
      expect(await under.claimChecks.put('e1', '{"n":1}')).toBe(first);
      expect(await under.claimChecks.put('e2', '{"n":2}')).not.toBe(first);
      expect(await under.claimChecks.get(first)).toBe('{"n":1}');
    });

    it.each([
      '',
      'nowhere',
      '../secrets.json',
      `event-data/${'0'.repeat(64)}.json`,
      `${'0'.repeat(64)}.json`,
    ])('has nothing under the reference "%s"', async (reference) => {
      await expect(under.claimChecks.get(reference)).rejects.toMatchObject({ code: 'not-found' });
    });
  });
};
