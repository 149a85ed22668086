import { describe, expect, it } from '@jest/globals';
import { RestError } from '@azure/storage-blob';
import fc from 'fast-check';
import { MigrationError } from '../../../shared/contracts/errors';
import { afterTrouble, troubleOf, type Trouble } from '../../../shared/domain/transfer-trouble';

const rest = (statusCode?: number, code?: string) =>
  new RestError('as the service says', { ...(statusCode && { statusCode }), ...(code && { code }) });
const system = (code: string) => Object.assign(new Error(code), { code });

describe('trouble of a copy', () => {
  it.each<[string, unknown, Trouble]>([
    ['503', rest(503), 'busy'],
    ['429', rest(429), 'busy'],
    ['an answer that never came', rest(), 'transient'],
    ['500', rest(500), 'transient'],
    ['a broken connection', system('ECONNRESET'), 'transient'],
    ['a name that is not found for now', system('EAI_AGAIN'), 'transient'],
    ['what a connection did to something else', new Error('x', { cause: system('EPIPE') }), 'transient'],
    ['401', rest(401), 'credential'],
    ['401 as our own error', new MigrationError('unauthenticated', 'x', { cause: rest(401) }), 'credential'],
    [
      'a token that ran out',
      new MigrationError('forbidden', 'x', { cause: rest(403, 'AuthenticationFailed') }),
      'credential',
    ],
    ['an identity that is away', new MigrationError('identity-unavailable', 'x'), 'credential'],
    [
      'a right that is missing',
      new MigrationError('forbidden', 'x', { cause: rest(403, 'AuthorizationFailure') }),
      'permanent',
    ],
    [
      'a blob of somebody else',
      new MigrationError('target-conflict', 'x', { cause: rest(412) }),
      'permanent',
    ],
    ['a full disk', system('ENOSPC'), 'permanent'],
    ['a mistake of ours', new TypeError('x'), 'permanent'],
    ['no error at all', 'x', 'permanent'],
  ])('R122 %s is told by code and status', (_, error, expected) => {
    expect(troubleOf(error)).toBe(expected);
  });

  it('R122 is waited out longer each time, but never past the time when a person has to look', () => {
    const troubles = fc.constantFrom<Trouble>('busy', 'transient', 'credential');
    fc.assert(
      fc.property(troubles, fc.nat({ max: 40 }), fc.nat({ max: 7_200_000 }), (trouble, tries, stalledMs) => {
        const next = afterTrouble(trouble, { tries, stalledMs });
        if (next.kind === 'give-up') return expect(stalledMs).toBeGreaterThanOrEqual(15 * 60_000);
        expect(next.inMs).toBeGreaterThan(0);
        expect(next.inMs).toBeLessThanOrEqual(5 * 60_000);
        const later = afterTrouble(trouble, { tries: tries + 1, stalledMs });
        expect(later).toMatchObject({ kind: 'again' });
        if (later.kind === 'again') expect(later.inMs).toBeGreaterThanOrEqual(next.inMs);
        expect(afterTrouble(trouble, { tries, stalledMs: stalledMs + next.inMs + 3_600_000 })).toEqual({
          kind: 'give-up',
        });
      }),
    );
    expect(afterTrouble('permanent', { tries: 0, stalledMs: 0 })).toEqual({ kind: 'give-up' });
  });
});
