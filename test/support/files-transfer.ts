/** Temporary source trees and a mover's context around them, with real files and a real blob service; only claim and clock are played. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { AzureBlobTargets } from '../../shared/adapters/azure-blob/azure-blob-targets';
import { SqliteJournal } from '../../shared/adapters/sqlite/sqlite-journal';
import { FilesAsset } from '../../shared/contracts/workload';
import { TransferLimits, type PassSummary } from '../../shared/contracts/transfer';
import {
  copyPart,
  enumerateSource,
  finishPass,
  verifyItems,
  type FilesContext,
  type VerifyInput,
  type VerifyResult,
} from '../../shared/movers/files';
import type { BlobTarget, BlobTargets } from '../../shared/ports/blob-target';
import type { Journal } from '../../shared/ports/journal';
import { startAzurite } from './azurite';

export const CONTAINER = 'docs';

export interface BlobService {
  readonly blobs: BlobTargets;
  addContainer(this: void, name: string): Promise<void>;
  stop(): Promise<void>;
}

/** A blob service with an empty container. */
export async function blobService(): Promise<BlobService> {
  const { connectionString, stop } = await startAzurite();
  const client = BlobServiceClient.fromConnectionString(connectionString);
  const addContainer = async (name: string): Promise<void> => void (await client.createContainer(name));
  await addContainer(CONTAINER);
  return { blobs: AzureBlobTargets.fromConnectionString(connectionString), addContainer, stop };
}

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'causeway-files-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function writeTree(
  root: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

export const filesAsset = (root: string, more: Partial<FilesAsset> = {}): FilesAsset =>
  FilesAsset.parse({ id: 'docs', kind: 'files', root, container: CONTAINER, ...more });

/** The real journal, in memory: what it promises of disks is proved by its own suite. */
export const memoryJournal = (): Journal => new SqliteJournal(':memory:');

export function filesContext(blobs: BlobTargets, more: Partial<FilesContext> = {}): FilesContext {
  return {
    journal: memoryJournal(),
    blobs,
    clock: { now: () => new Date() },
    limits: async () => TransferLimits.parse({}),
    claim: { heartbeat: async () => true, interrupted: async () => false },
    progress: () => undefined,
    ...more,
  };
}

/** One whole pass, slice after slice; throws if it is refused. */
export async function runPass(
  context: FilesContext,
  asset: FilesAsset,
  pass: number,
  transferId = 'transfer-1',
): Promise<PassSummary> {
  const input = { asset, transferId, pass };
  const { parts } = await enumerateSource(context, input);
  for (let part = 1; part <= parts; part += 1) {
    while ((await copyPart(context, { ...input, part, budgetMs: 60_000 })).end !== 'done');
  }
  const finished = await finishPass(context, input);
  if (finished.kind !== 'done') throw new Error(`pass ${pass}: ${JSON.stringify(finished)}`);
  return finished.summary;
}

/** A whole verification, slice after slice. */
export async function verify(
  context: FilesContext,
  asset: FilesAsset,
  pass: number,
  more: Partial<VerifyInput> = {},
): Promise<VerifyResult> {
  const input: VerifyInput = {
    asset,
    transferId: 'transfer-1',
    pass,
    verificationId: `after-${pass}`,
    mode: 'list',
    sampleShare: 0,
    budgetMs: 60_000,
    ...more,
  };
  for (;;) {
    const result = await verifyItems(context, input);
    if (result.end === 'done') return result;
  }
}

/** Content, names and metadata below a prefix, read back from the service. */
export async function contentOf(target: BlobTarget, prefix: string): Promise<Map<string, Buffer>> {
  const content = new Map<string, Buffer>();
  for await (const { name } of target.list(prefix)) {
    content.set(name.slice(prefix.length), Buffer.concat(await collect<Buffer>(await target.read(name))));
  }
  return content;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
