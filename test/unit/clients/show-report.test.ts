import { describe, expect, it } from '@jest/globals';
import { render } from '../../../clients/cli/render';
import { showReport } from '../../../clients/cli/show-report';
import type { RowDifference, VerificationReport } from '../../../shared/contracts/postgres-verification';

const row = (change: Partial<RowDifference>): RowDifference => ({
  ...{ table: { schema: 'public', name: 'staff' }, kind: 'changed', key: { id: '20' }, rowHash: null },
  ...{ columns: [{ name: 'pay', source: '30.00', target: null }], copies: { source: 1, target: 1 } },
  ...change,
});

const verification: VerificationReport = {
  ...{ mode: 'live', epoch: 0, round: 1, leader: 'source', tables: 2, checkedTables: 2, checkedRows: 9_000 },
  ...{ checkedBytes: 4_200_000, chunks: 7, recheckedChunks: 2, unsettledRows: 0, differenceCount: 34 },
  differences: [
    row({}),
    row({ kind: 'missing', key: { id: '10' }, copies: { source: 1, target: 0 } }),
    row({ kind: 'extra', key: null, rowHash: '5', copies: { source: 1, target: 2 } }),
  ],
  findings: [
    {
      ...{ check: 'sequence', severity: 'error', subject: 'public.staff_id_seq' },
      ...{ message: 'It would give out a value again.', source: 'next 3', target: 'next 1' },
    },
  ],
  ...{ findingCount: 1, reports: [], workedMs: 2_000, pausedMs: 0, equal: false },
  trial: { strata: [], differingChunks: 0, durationMs: 100, forecastMs: 1_700 },
  ...{ startedAt: '2026-11-21T12:00:00.000Z', finishedAt: '2026-11-21T12:00:02.000Z' },
};
const kept = { id: 'live.orders', at: '2026-11-21T12:00:02.000Z', summary: '34 rows differ' };

describe('a report at the terminal', () => {
  it('R139 shows both values of each row that differs, and says where the others are', () => {
    const shown = showReport({ ...kept, details: { report: verification } });
    const text = render(shown, 'table');
    expect(text).toMatch(/34 rows differ, the first 3 \(all: cutovers rows\)/);
    expect(text).toMatch(/public\.staff +changed +id=20 +pay +30\.00 +NULL/);
    expect(text).toMatch(/public\.staff +missing +id=10 +pay +30\.00 +-\n/);
    expect(text).toMatch(/public\.staff +extra +no key; 1 and 2 times +pay/);
    expect(text).toMatch(/error +sequence +public\.staff_id_seq +It would give/);
    expect(JSON.parse(render(shown, 'json'))).toMatchObject({ details: { report: { equal: false } } });
  });

  it('R81 shows what a sample forecast beside what then happened', () => {
    const text = render(showReport({ ...kept, details: { report: verification } }), 'table');
    expect(text).toContain('took 2.0 s (forecast by a sample: 1.7 s)');
    expect(text).toContain('4.2 MB in 7 chunks, 2 of them rechecked');
  });

  it('shows any other report as it is', () => {
    const preflight = { ...kept, id: 'preflight.orders', details: { report: { findings: [] } } };
    expect(showReport(preflight)).toEqual({ kind: 'item', item: preflight });
  });
});
