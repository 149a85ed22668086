import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  judgeSequence,
  nextOf,
  type SequenceState,
} from '../../../../../shared/movers/postgres/verification/judge-sequence';

const sequence = (more: Partial<SequenceState> = {}): SequenceState => ({
  ...{ lastValue: 100n, isCalled: true, increment: 1n, min: 1n, max: 1_000n, cache: 1n, cycle: false },
  ...more,
});

describe('sequences of both sides', () => {
  it('R139 are judged by what comes next, given out or not', () => {
    expect(judgeSequence(sequence(), sequence())).toBe('equal');
    expect(judgeSequence(sequence(), sequence({ lastValue: 101n, isCalled: false }))).toBe('equal');
    expect(judgeSequence(sequence(), sequence({ isCalled: false }))).toBe('behind');
    expect(judgeSequence(sequence(), sequence({ lastValue: 132n }))).toBe('ahead');
  });

  it('count downwards as well', () => {
    const down = { increment: -3n, min: -1_000n, max: 500n };
    expect(judgeSequence(sequence(down), sequence({ ...down, lastValue: 97n }))).toBe('ahead');
    expect(judgeSequence(sequence(down), sequence({ ...down, lastValue: 103n }))).toBe('behind');
  });

  it('must not be used up by the margin, nor lie far beyond it, nor be defined otherwise', () => {
    expect(judgeSequence(sequence({ lastValue: 990n }), sequence({ lastValue: 1_000n }))).toBe('exhausted');
    const large = { max: 2n ** 62n };
    expect(judgeSequence(sequence(large), sequence({ ...large, lastValue: 200_000n }))).toBe('far-ahead');
    expect(judgeSequence(sequence(), sequence({ cache: 20n }))).toBe('otherwise-defined');
  });

  it('begin again at their end where they cycle', () => {
    const round = { cycle: true, min: 1n, max: 1_000n };
    expect(
      judgeSequence(sequence({ ...round, lastValue: 995n }), sequence({ ...round, lastValue: 10n })),
    ).toBe('ahead');
    expect(
      judgeSequence(sequence({ ...round, lastValue: 10n }), sequence({ ...round, lastValue: 995n })),
    ).toBe('behind');
  });

  it('R139 never pass a follower that would give out what the leader has given out', () => {
    const value = fc.bigInt({ min: 1n, max: 1_000n });
    fc.assert(
      fc.property(value, fc.boolean(), value, fc.boolean(), (ours, called, theirs, calledThere) => {
        const leader = sequence({ lastValue: ours, isCalled: called });
        const follower = sequence({ lastValue: theirs, isCalled: calledThere });
        const passes = ['equal', 'ahead', 'far-ahead'].includes(judgeSequence(leader, follower));
        if (passes) expect(nextOf(follower)).toBeGreaterThanOrEqual(nextOf(leader));
        else expect(nextOf(follower) < nextOf(leader) || nextOf(follower) > follower.max).toBe(true);
      }),
    );
  });
});
