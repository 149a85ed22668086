import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlobServiceClient } from '@azure/storage-blob';
import { FilesTrial } from '../../shared/contracts/copy-trial';
import type { DataReport } from '../../shared/contracts/replication';
import { startCauseway, type Causeway } from '../support/causeway';
import { collect } from '../support/files-transfer';

const FILES = 30;
const isTrial = (path: string): boolean => path.includes('.causeway-trial-');

describe('files that move after a trial', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway();
  });
  afterAll(() => causeway?.stop());

  it('R81 go as a sample first, whose forecast stands beside what the first pass then took', async () => {
    const written: string[] = [];
    const workload = await causeway.makeWorkload({
      id: 'tried',
      files: FILES,
      stepIn: async (touch) => {
        if (touch.kind === 'blob' && touch.method === 'PUT') written.push(touch.path);
        return undefined;
      },
    });
    await causeway.beginWave('with-trial', [workload]);
    const cutover = await causeway.drive(causeway.cutoverIdOf('with-trial', workload));
    expect(cutover.status).toBe('completed');

    const answer = await causeway.send(causeway.people.viewer, 'GET', `cutovers/${cutover.id}/reports`);
    const [report, ...others] = answer.body['value'] as DataReport[];
    expect(others).toEqual([]);
    expect(report).toMatchObject({ kind: 'trial', ok: true });
    expect(report?.summary).toMatch(/and read back: all files, \d+ of .* should take .* it took/);
    const trial = FilesTrial.parse(report?.details['trial']);
    const [first] = Object.values(cutover.passes)[0] ?? [];
    expect(trial).toMatchObject({ files: first?.items, failedItems: 0, tookMs: first?.durationMs });
    expect(trial.strata.some(({ sampledFiles }) => sampledFiles > 0)).toBe(true);

    const samples = trial.strata.reduce((sum, { sampledFiles }) => sum + sampledFiles, 0);
    expect(written.filter(isTrial)).toHaveLength(samples);
    expect(written.findLastIndex(isTrial)).toBeLessThan(
      written.findIndex((path) => path.includes('/folder-')),
    );
    const service = BlobServiceClient.fromConnectionString(causeway.azurite.connectionString);
    const left = await collect(service.getContainerClient('tried').listBlobsFlat());
    expect(left.filter(({ name }) => isTrial(name))).toEqual([]);
  });
});
