import { randomUUID } from 'node:crypto';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlobJournal, type BlobJournalOptions } from '../../shared/adapters/azure-blob/blob-journal';
import { StaleWriteError } from '../../shared/contracts/errors';
import { startAzurite, type Azurite } from '../support/azurite';
import { startHttpRelay, type Touch } from '../support/http-relay';
import { journalSuite } from './journal-suite';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(async () => azurite.stop());

const sleep = async () => undefined;
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);

async function newContainer(): Promise<string> {
  const name = `journal-${randomUUID()}`;
  await BlobServiceClient.fromConnectionString(azurite.connectionString).createContainer(name);
  return name;
}

const open = (container: string, options: BlobJournalOptions = {}, origin?: string): BlobJournal => {
  const { connectionString: real, blobEndpoint } = azurite;
  const connectionString = origin === undefined ? real : real.replace(new URL(blobEndpoint).origin, origin);
  return new BlobJournal({ kind: 'connection-string', connectionString }, container, {
    retry: { sleep },
    ...options,
  });
};

const suite = (name: string, options: BlobJournalOptions) =>
  journalSuite(name, async () => {
    const container = await newContainer();
    const reopen = async () => open(container, options);
    return { journal: await reopen(), reopen, dispose: async () => undefined };
  });
suite('append blobs', {});
suite('append blobs that take two appends each', { partBlocks: 3 });

async function readAll(journal: BlobJournal, segment: string, from?: number): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of journal.read('j', segment, from)) lines.push(line);
  return lines;
}

describe('BlobJournal', () => {
  /** Passes everything on, but loses the answer to the first request that `matches` names. */
  const losingAnswerOf = async (matches: (touch: Touch) => boolean) => {
    let lost = 0;
    const relay = await startHttpRelay(
      () => azurite.blobEndpoint,
      (touch) => {
        if (lost > 0 || !matches(touch)) return undefined;
        lost += 1;
        return { kind: 'lose-answer' };
      },
    );
    return { relay, lost: () => lost };
  };

  it.each([
    ['append', /comp=appendblock/],
    ['creation of a blob', /jsonl$/],
  ])('knows its own %s again whose answer was lost', async (_, path) => {
    const container = await newContainer();
    const { relay, lost } = await losingAnswerOf((touch) => touch.method === 'PUT' && path.test(touch.path));
    const journal = open(container, {}, relay.url);
    await journal.append('j', 's', 0, [0, 1]);
    expect(lost()).toBe(1);
    await journal.append('j', 's', 2, [2]);
    expect(await readAll(journal, 's')).toEqual([0, 1, 2]);
    await expect(journal.append('j', 's', 2, [2])).rejects.toBeInstanceOf(StaleWriteError);
    await relay.close();
  });

  it('knows its own closing of a full blob again whose answer was lost', async () => {
    const container = await newContainer();
    const { relay, lost } = await losingAnswerOf(({ body }) => body.includes('"closed":true'));
    const journal = open(container, { partBlocks: 2 }, relay.url);
    for (const n of numbers(0, 4)) await journal.append('j', 's', n, [n]);
    expect(lost()).toBe(1);
    expect(await readAll(journal, 's')).toEqual(numbers(0, 4));
    await relay.close();
  });
});
