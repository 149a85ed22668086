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

  it('R107 shows what a preflight found by what it means, alike together, each with its remedy', () => {
    const of = (severity: string, code: string, subject: string) => ({
      ...{ severity, code, subject, side: 'source', message: `About ${code}.`, fixedBy: `Mend ${code}.` },
    });
    const findings = [
      of('block', 'table-without-key', 'shop.a'),
      of('block', 'table-without-key', 'and 18 more'),
      of('warn', 'rule', 'no_delete'),
      of('note', 'view', 'shop.rich'),
    ];
    const report = {
      ...{ direction: 'forward', method: 'online', checkedAt: kept.at, fingerprint: 'ab'.repeat(32) },
      ...{ versions: { source: '15.4', target: '17.1' }, tables: 30, sizeBytes: 2_500_000, findings },
    };
    const preflight = { ...kept, id: 'preflight.orders', summary: '2 of 4 block', details: { report } };
    expect(render(showReport(preflight), 'table')).toBe(
      [
        'preflight.orders  2026-11-21T12:00:02.000Z  2 of 4 block',
        '',
        'PostgreSQL 15.4 to 17.1, online, forward; 30 tables, 2.5 MB',
        '',
        'What blocks: 2',
        '  table-without-key (source)  shop.a, and 18 more: About table-without-key.',
        '                              Fixed by: Mend table-without-key.',
        '',
        'Worth knowing beforehand: 1',
        '  rule (source)  no_delete: About rule.',
        '                 Fixed by: Mend rule.',
        '',
        'Seen to: 1',
        '  view (source)  shop.rich: About view.',
        '                 Mend view.',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(render(showReport(preflight), 'json'))).toEqual(preflight);
  });

  it('shows any other report as it is', () => {
    const trial = { ...kept, id: 'trial.orders', details: { trial: { bytes: 7 } } };
    expect(showReport(trial)).toEqual({ kind: 'item', item: trial });
  });
});
