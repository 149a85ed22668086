import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  agrees,
  judgeRow,
  UNREAD,
  type Reading,
  type RowHistory,
  type RowVerdict,
} from '../../../../../shared/movers/postgres/verification/judge-readings';

/** Judges by one reading after the other. */
function judge(readings: readonly Reading[]): RowVerdict | 'open' {
  let history: RowHistory = UNREAD;
  for (const reading of readings) {
    const verdict = judgeRow(history, reading);
    if (typeof verdict === 'string') return verdict;
    history = verdict;
  }
  return 'open';
}

/** One reading: the leader's version at first, how many it writes until it is read again, which of them the follower has by then. */
const moment = fc.record({ writes: fc.nat({ max: 3 }), applied: fc.nat({ max: 3 }) });

describe('readings of a row while clients write', () => {
  it('R139 never accuse a follower that has some version between the two readings of the leader', () => {
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 40 }), (moments) => {
        let version = 0;
        const readings = moments.map(({ writes, applied }): Reading => {
          const before = version;
          version += writes;
          return {
            before: `v${before}`,
            follower: `v${Math.min(version, before + applied)}`,
            after: `v${version}`,
          };
        });
        expect(judge(readings)).not.toBe('differs');
      }),
    );
  });

  it('R139 always find a row that stands still on the leader and is another one on the follower', () => {
    const wrong = fc.constantFrom('lost', 'other');
    fc.assert(
      fc.property(fc.array(wrong, { minLength: 5, maxLength: 5 }), (followers) => {
        expect(judge(followers.map((follower) => ({ before: 'v', follower, after: 'v' })))).toBe('differs');
      }),
    );
  });

  it('take five readings to accuse and one to acquit', () => {
    const wrong = { before: 'v', follower: 'w', after: 'v' };
    expect(judge([wrong, wrong, wrong, wrong])).toBe('open');
    expect(judge([wrong, wrong, wrong, wrong, { before: 'v', follower: 'u', after: 'u' }])).toBe('equal');
    expect(judge([wrong, wrong, wrong, wrong, wrong])).toBe('differs');
  });

  it('leave a row that never stands still unsettled, instead of for ever open', () => {
    const moving = Array.from({ length: 25 }, (_, n) => ({
      before: `v${n}`,
      follower: 'x',
      after: `v${n + 1}`,
    }));
    expect(judge(moving.slice(0, 24))).toBe('open');
    expect(judge(moving)).toBe('unsettled');
  });

  it('agree with either reading of the leader', () => {
    expect(agrees({ before: 'a', follower: 'a', after: 'b' })).toBe(true);
    expect(agrees({ before: 'a', follower: 'b', after: 'b' })).toBe(true);
    expect(agrees({ before: 'a', follower: 'c', after: 'b' })).toBe(false);
  });
});
