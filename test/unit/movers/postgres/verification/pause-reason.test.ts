import { describe, expect, it } from '@jest/globals';
import { pauseReason } from '../../../../../shared/movers/postgres/verification/pause-reason';

describe('a verification', () => {
  it('R131 holds back while replication lags or the servers are busy', () => {
    const limits = { lagLimitMs: 1_000, activeSessionsLimit: 50 };
    expect(pauseReason({ lag: { ms: 900, bytes: 0 }, active: 50 }, limits)).toBeNull();
    expect(pauseReason({ lag: { ms: 1_100, bytes: 0 }, active: 0 }, limits)).toBe('lag');
    expect(pauseReason({ lag: { ms: 0, bytes: 2 ** 30 }, active: 0 }, limits)).toBe('lag');
    expect(pauseReason({ lag: null, active: 51 }, limits)).toBe('load');
    expect(pauseReason({ lag: null, active: 51 }, { ...limits, activeSessionsLimit: null })).toBeNull();
  });
});
