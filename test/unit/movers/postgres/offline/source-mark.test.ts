import { describe, expect, it } from '@jest/globals';
import { compareMarks, type SourceMark } from '../../../../../shared/movers/postgres/offline/source-mark';

const MARK: SourceMark = {
  ...{ nextTransaction: '100', walPosition: '0/1', systemIdentifier: '1', databaseId: '5' },
  ...{ countersSince: '', serverSince: 'monday', preparedTransactions: 0, otherSessions: 0 },
  writes: { 'public.a': 7 },
};

describe('compareMarks', () => {
  it('R97 takes a source for unchanged where no transaction wrote, whatever else moved', () => {
    expect(compareMarks(MARK, { ...MARK, walPosition: '0/2', serverSince: 'tuesday' })).toEqual({
      kind: 'unchanged',
      by: 'transactions',
    });
  });

  it('R97 goes by the counters of its tables where another database of the server wrote', () => {
    expect(compareMarks(MARK, { ...MARK, nextTransaction: '105' })).toEqual({
      kind: 'unchanged',
      by: 'counters',
    });
  });

  it.each([
    ['a row', { nextTransaction: '101', writes: { 'public.a': 8 } }, 'public.a'],
    [
      'a row of a table that had none',
      { nextTransaction: '101', writes: { 'public.a': 7, 'public.b': 1 } },
      'public.b',
    ],
    ['counters that began anew', { nextTransaction: '101', serverSince: 'tuesday' }, 'began anew'],
    ['another database', { databaseId: '6' }, 'another database'],
    ['a prepared transaction', { preparedTransactions: 1 }, 'prepared'],
  ])('R97 tells of %s', (_what, change, reason) => {
    expect(compareMarks(MARK, { ...MARK, ...change })).toEqual({
      kind: 'changed',
      reason: expect.stringContaining(reason),
    });
  });
});
