import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { supervised } from '../../../../functions/steps/supervise';
import { done } from '../../../../functions/steps/step';
import { targetsBySecret } from '../../../../functions/targets-by-secret';
import { LocalSecrets } from '../../../../shared/adapters/local/local-secrets';
import { TransferLimits } from '../../../../shared/contracts/transfer';
import { copyPart, enumerateSource } from '../../../../shared/movers/files';
import type { BlobTargets } from '../../../../shared/ports/blob-target';
import { startAzurite, type Azurite } from '../../../support/azurite';
import {
  CONTAINER,
  filesAsset,
  filesContext,
  temporaryFolder,
  writeTree,
} from '../../../support/files-transfer';
import { startHttpRelay, type HttpRelay } from '../../../support/http-relay';
import { StepUnderTest } from '../../../support/step-under-test';

/**
 * An account whose shared access signatures are withdrawn while a transfer runs: the emulator behind a relay that refuses all but one
 * of them, in the words of the service's documentation. That Azure refuses a key in the same words is the documentation's word too.
 */
const SECRET = 'blob-signature';
const REFUSAL = {
  kind: 'answer',
  status: 403,
  headers: { 'content-type': 'application/xml', 'x-ms-error-code': 'AuthenticationFailed' },
  body: '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message></Error>',
} as const;
const LARGE = 3 * 8 * 2 ** 20 + 5;

let azurite: Azurite;
let relay: HttpRelay;
let folder: { path: string; remove(): Promise<void> };
let accepted = '';
let onRequest: (number: number) => Promise<void>;
let requests = 0;
let refused = 0;
beforeAll(async () => {
  azurite = await startAzurite();
  await BlobServiceClient.fromConnectionString(azurite.connectionString).createContainer(CONTAINER);
  const origin = new URL(azurite.blobEndpoint).origin;
  relay = await startHttpRelay(
    () => origin,
    async ({ path: asked }) => {
      await onRequest((requests += 1));
      if (new URL(asked, origin).searchParams.get('sig') === new URLSearchParams(accepted).get('sig'))
        return undefined;
      refused += 1;
      return REFUSAL;
    },
  );
});
afterAll(async () => {
  await relay.close();
  await azurite.stop();
});
beforeEach(async () => {
  folder = await temporaryFolder();
  [requests, refused] = [0, 0];
  onRequest = async () => undefined;
  accepted = signature(1);
  await keep(accepted);
});
afterEach(async () => folder.remove());

/** Each number gives another one. */
function signature(hours: number, permissions = 'rwdlac'): string {
  const [, accountName = ''] = /AccountName=([^;]+)/.exec(azurite.connectionString) ?? [];
  const [, key = ''] = /AccountKey=([^;]+)/.exec(azurite.connectionString) ?? [];
  return generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + hours * 3_600_000),
      permissions: AccountSASPermissions.parse(permissions),
      services: AccountSASServices.parse('b').toString(),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
    },
    new StorageSharedKeyCredential(accountName, key),
  ).toString();
}

const secretsFile = () => path.join(folder.path, 'secrets.json');
const keep = (secret: string) =>
  writeFile(secretsFile(), JSON.stringify({ [SECRET]: secret }), { mode: 0o600 });
const targets = (): BlobTargets => {
  const url = `${relay.url}${new URL(azurite.blobEndpoint).pathname}`;
  return targetsBySecret({ url, secretName: SECRET }, new LocalSecrets(secretsFile(), {}));
};

/** Ten small files and one that goes in blocks, enumerated. */
async function transferOf(transferId: string) {
  const root = path.join(folder.path, 'source');
  const small = Array.from({ length: 10 }, (_, n) => [`file-${n}`, `content ${n}`]);
  const large = randomBytes(LARGE);
  await writeTree(root, { ...Object.fromEntries(small), large });
  const limits = async () => TransferLimits.parse({ concurrencyPerSlice: 4 });
  const context = filesContext(targets(), { limits });
  const asset = filesAsset(root, { prefix: `${transferId}/` });
  const part = { asset, transferId, pass: 1, part: 1, budgetMs: 60_000 };
  await enumerateSource(context, part);
  return { context, part, largeMd5: createHash('md5').update(large).digest('base64') };
}

describe('a signature that is renewed while files are copied', () => {
  it('R122 is read again when the account no longer takes the one before, small files and blocks alike', async () => {
    const { context, part, largeMd5 } = await transferOf('renewed');
    let renewals = 0;
    onRequest = async (number) => {
      if (number !== 4 && number !== 15) return;
      renewals += 1;
      accepted = signature(1 + renewals);
      await keep(accepted);
    };
    expect(await copyPart(context, part)).toMatchObject({ end: 'done', copiedItems: 11, failedItems: 0 });
    expect(renewals).toBe(2);
    expect(refused).toBeGreaterThanOrEqual(2);
    const there = await context.blobs.container(CONTAINER).properties('renewed/large');
    expect(there).toMatchObject({ sizeBytes: LARGE, md5: largeMd5 });
  });

  it('R122 is asked for by name where there is no new one, and told to nobody', async () => {
    const { context, part } = await transferOf('withdrawn');
    const withdrawn = accepted.slice(accepted.indexOf('sig=') + 'sig='.length);
    onRequest = async (number) => {
      if (number === 4) accepted = 'none';
    };
    const failure = await copyPart(context, part).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining(`secret ${SECRET} holds (AuthenticationFailed)`),
    });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(withdrawn);

    accepted = signature(2);
    await keep(accepted);
    expect(await copyPart(context, part)).toMatchObject({ end: 'done', copiedItems: 11, failedItems: 0 });
  });

  it('R122 R133 is waited for, and then a person is told which secret it is', async () => {
    const { context, part } = await transferOf('waited');
    accepted = 'none';
    const under = await StepUnderTest.start();
    try {
      const step = supervised(async () => {
        await copyPart(context, part);
        return done('files-mover', 'copied');
      });
      const order = await under.context('copyPart', { assetId: 'files', pass: 1, part: 1 });
      expect(await step(order)).toMatchObject({ kind: 'pending' });
      under.under.now += 20 * 60_000;
      expect(await step(order)).toMatchObject({
        kind: 'failed',
        code: 'transfer-stalled',
        reason: expect.stringContaining(`secret ${SECRET}`),
      });
      accepted = signature(3);
      await keep(accepted);
      expect(await step(order)).toMatchObject({ kind: 'done' });
    } finally {
      await under.stop();
    }
  });

  it('R122 may be an account key', async () => {
    const { context } = await transferOf('by-key');
    accepted = 'none';
    await keep(/AccountKey=([^;]+)/.exec(azurite.connectionString)?.[1] ?? '');
    expect(await context.blobs.container(CONTAINER).probe()).toMatchObject({ requestId: expect.any(String) });
    await keep(randomBytes(64).toString('base64'));
    await expect(targets().container(CONTAINER).probe()).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('does not hide that a right is missing', async () => {
    accepted = signature(1, 'r');
    await keep(accepted);
    await expect(targets().container(CONTAINER).remove('any', '"1"')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('is refused where it is neither a signature nor a key', async () => {
    await keep('a password, perhaps');
    await expect(targets().container(CONTAINER).probe()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.not.stringContaining('perhaps'),
    });
  });
});
