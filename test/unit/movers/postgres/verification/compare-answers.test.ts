import { describe, expect, it } from '@jest/globals';
import {
  canonicalLine,
  compareAnswers,
  type Answer,
} from '../../../../../shared/movers/postgres/verification/compare-answers';

const rows = (...lines: string[]): Answer => ({ kind: 'rows', lines, ms: 1 });

describe('answers to critical reports', () => {
  it('R140 are compared as canonical JSON: members in any order, floats but for their last digits', () => {
    const fields = [
      { name: 'j', dataTypeID: 114 },
      { name: 'f', dataTypeID: 701 },
      { name: 'n', dataTypeID: 1_700 },
    ];
    const line = canonicalLine(fields, ['{"b": 1, "a": [1, 2]}', '0.30000000000000004', '1.50']);
    expect(line).toBe('[["j",{"a":[1,2],"b":1}],["f",0.3],["n","1.50"]]');
    expect(canonicalLine(fields, ['{"a":[1,2],"b":1}', '0.3', '1.50'])).toBe(line);
    expect(canonicalLine(fields, ['{"a":[1,2],"b":1}', '0.3', '1.5'])).not.toBe(line);
    expect(canonicalLine(fields, ['{"a":9007199254740993}', 'NaN', null])).not.toBe(
      canonicalLine(fields, ['{"a":9007199254740992}', 'NaN', null]),
    );
  });

  it('R140 tell another order from other rows, and a failure from both', () => {
    expect(compareAnswers(rows('a', 'b'), rows('a', 'b')).verdict).toBe('equal');
    expect(compareAnswers(rows('a', 'b'), rows('b', 'a'))).toMatchObject({
      verdict: 'order',
      source: 'a',
      target: 'b',
    });
    expect(compareAnswers(rows('a', 'b'), rows('a'))).toMatchObject({
      verdict: 'differs',
      source: 'b',
      target: null,
    });
    const failed: Answer = { kind: 'failed', message: 'no such table', ms: 1 };
    expect(compareAnswers(failed, failed).verdict).toBe('failed');
    expect(compareAnswers(rows(), { kind: 'too-large', ms: 1 }).verdict).toBe('too-large');
  });
});
