import { describe, expect, it } from '@jest/globals';
import type { CopyTrial, FilesTrial } from '../../../shared/contracts/copy-trial';
import { render } from '../../../clients/cli/render';
import { showReport } from '../../../clients/cli/show-report';

const files: FilesTrial = {
  strata: [
    {
      ...{ size: 'tiny', depth: 'shallow', files: 900, bytes: 9e6, sampledFiles: 128 },
      ...{ sampledBytes: 1.3e6, sampledMs: 210 },
    },
    { size: 'large', depth: 'deep', files: 0, bytes: 0, sampledFiles: 0, sampledBytes: 0, sampledMs: 0 },
  ],
  ...{ files: 900, bytes: 9e6, whole: true, requestsInFlight: 8, durationMs: 400, forecastMs: 1_500 },
  ...{ failedItems: 1, failures: [{ path: 'a/b', reason: 'cannot be read: EACCES' }] },
};
const database: CopyTrial = {
  strata: [
    {
      ...{ stratum: 'medium', tables: 2, bytes: 5e7, sampledTables: 2, sampledChunks: 2 },
      ...{ sampledBytes: 3.2e7, sampledMs: 900 },
    },
  ],
  ...{ bytes: 5e7, streams: 2, durationMs: 1_000, forecastMs: 700 },
};
const kept = (trial: FilesTrial | CopyTrial) => ({
  ...{ id: 'trial.docs', at: '2026-11-21T12:00:02.000Z', summary: 'should take 1.5 s', details: { trial } },
});

describe('a trial at the terminal', () => {
  it('R81 shows what was sampled of each stratum of files, and what failed', () => {
    const text = render(showReport(kept(files)), 'table');
    expect(text).toContain('trial.docs  2026-11-21T12:00:02.000Z  should take 1.5 s');
    expect(text).toMatch(/tiny +shallow +900 +9\.0 MB +128 +1\.3 MB +210/);
    expect(text).toContain('Items that failed: 1');
    expect(text).toMatch(/a\/b +cannot be read: EACCES/);
    expect(text).not.toContain('large');
    expect(JSON.parse(render(showReport(kept(files)), 'json'))).toEqual(kept(files));
  });

  it('R81 shows that of a database the same way', () => {
    const text = render(showReport(kept(database)), 'table');
    expect(text).toMatch(/medium +2 +50\.0 MB +2 +32\.0 MB +900/);
  });
});
