import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../../../../shared/movers/postgres/offline/pace';

describe('Pace', () => {
  it('R131 lets one through at once and has the next wait for as long as its bytes take', () => {
    const pace = new Pace(1_000);
    expect(pace.waitMs(0)).toBe(0);
    pace.sent(500, 0);
    expect(pace.waitMs(0)).toBe(500);
    expect(pace.waitMs(400)).toBe(100);
    expect(pace.waitMs(600)).toBe(0);
  });

  it('R131 keeps a debt of bytes when the rate changes, and forgets it where there is no rate any more', () => {
    const pace = new Pace(1_000);
    pace.sent(4_000, 0);
    pace.setRate(2_000, 1_000);
    expect(pace.waitMs(1_000)).toBe(1_500);
    pace.setRate(null, 1_000);
    expect(pace.waitMs(1_000)).toBe(0);
  });
});
