import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AzureBlobTargets } from '../../shared/adapters/azure-blob/azure-blob-targets';
import { BlobClaimChecks } from '../../shared/adapters/azure-blob/blob-claim-checks';
import { startAzurite, type Azurite } from '../support/azurite';

describe('BlobClaimChecks', () => {
  let azurite: Azurite;
  let claims: BlobClaimChecks;
  beforeAll(async () => {
    azurite = await startAzurite();
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
    await service.createContainer('claims');
    await service.createContainer('elsewhere');
    await service.getContainerClient('elsewhere').getBlockBlobClient('claims/x.json').upload('no', 2);
    claims = new BlobClaimChecks(
      AzureBlobTargets.fromConnectionString(azurite.connectionString).container('claims'),
    );
  });
  afterAll(() => azurite.stop());

  it('gives back what was checked in, under a reference that follows from the id', async () => {
    const body = JSON.stringify({ text: 'ü'.repeat(300_000) });
    const reference = await claims.put('cutover:first--shop:12', body);
    expect(await claims.put('cutover:first--shop:12', body)).toBe(reference);
    expect(await claims.get(reference)).toBe(body);
  });

  it('never puts another body in the place of one that messages refer to', async () => {
    const reference = await claims.put('a', 'first');
    await expect(claims.put('a', 'second')).rejects.toMatchObject({ code: 'target-conflict' });
    expect(await claims.get(reference)).toBe('first');
  });

  it('keeps apart ids that differ in a sign only', async () => {
    const references = await Promise.all(['a:b', 'a/b', 'a b', 'a%3Ab'].map((id) => claims.put(id, id)));
    expect(new Set(references).size).toBe(4);
    expect(await Promise.all(references.map((each) => claims.get(each)))).toEqual([
      'a:b',
      'a/b',
      'a b',
      'a%3Ab',
    ]);
  });

  it.each(['claims/absent.json', '../elsewhere/claims/x.json', 'http://example.org/claims/x.json', ''])(
    'finds nothing under %j',
    async (reference) => {
      await expect(claims.get(reference)).rejects.toMatchObject({ code: 'not-found' });
    },
  );
});
