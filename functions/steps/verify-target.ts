import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createHash } from 'node:crypto';
import type { BlobTarget } from '../../shared/ports/blob-target';
import type { Endpoint } from '../../shared/contracts/endpoint';
import type { FilesAsset } from '../../shared/contracts/workload';
import { filesAssetsOf } from '../../shared/domain/assets';
import { environmentPartition, environmentType } from '../../shared/ledger/documents';
import { endpointsOf } from '../activities/go-through-checklist';
import { endpointProblems } from '../activities/look-at-endpoints';
import { checkDatabases } from './postgres/preflight';
import { done, failed, type Step, type StepContext } from './step';
import { transferIdOf } from './files';
import { tryFilesFirst } from './try-files';

const md5Of = (content: Buffer): string => createHash('md5').update(content).digest('base64');

/** Writes, reads back and deletes one small blob: the rights and the way there are proved by using them. */
const roundTrip = async (target: BlobTarget, name: string): Promise<void> => {
  const content = Buffer.from(`causeway target verification ${name}`);
  const existing = await target.properties(name);
  if (existing) await target.remove(name, existing.etag);
  const put = await target.put(name, content, {
    condition: { kind: 'absent' },
    md5: md5Of(content),
    metadata: {},
  });
  const chunks: Buffer[] = [];
  for await (const chunk of await target.read(name)) chunks.push(Buffer.from(chunk as Uint8Array));
  if (!Buffer.concat(chunks).equals(content)) throw new Error('what was read back is not what was written');
  await target.remove(name, put.etag);
};

/** R94: the endpoint's name resolves from here. */
const resolves = async (url: string): Promise<string> => {
  const { hostname } = new URL(url);
  if (isIP(hostname.replace(/^\[|\]$/g, ''))) return hostname;
  return (await lookup(hostname)).address;
};

/** R127: nobody else's blobs lie where this transfer writes, those of an earlier try included. */
const strangers = async (target: BlobTarget, asset: FilesAsset, transferId: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const blob of target.list(asset.prefix)) {
    if (blob.metadata['causeway_transfer'] !== transferId) found.push(blob.name);
    if (found.length >= 5) break;
  }
  return found;
};

const verifyAsset = async (context: StepContext, asset: FilesAsset): Promise<string[]> => {
  const target = context.services.blobs.container(asset.container);
  try {
    await resolves(target.url);
    await target.probe();
    await roundTrip(target, `${asset.prefix}.causeway-probe-${context.cutover.id}`);
    const blobs = await strangers(target, asset, transferIdOf(context.cutover.id, asset.id));
    return blobs.length === 0
      ? []
      : [
          `${asset.container}/${asset.prefix} holds blobs that this cutover did not write (${blobs.join(', ')}): empty it or choose another prefix`,
        ];
  } catch (error) {
    return [`${target.url}: ${error instanceof Error ? error.message : String(error)}`];
  }
};

/** What the workload has to reach from its target, by itself and by the checklist of its environment, is found and answers (R94). */
const endpointsToVerify = async ({ services, cutover }: StepContext): Promise<Endpoint[]> => {
  const { endpoints = [], targetEnvironment: id } = cutover.workload;
  if (id === undefined) return endpoints;
  const stored = await services.ledger.store.read(environmentType, environmentPartition(id), id);
  return [...endpoints, ...(stored ? endpointsOf(stored.body) : [])];
};

/** R81 R92 R93 R94 R95: the target exists, can be reached, takes and gives data, is empty of strangers, and a sample was tried. */
export const verifyTarget: Step = async (context) => {
  const endpoints = await endpointsToVerify(context);
  const unreachable = await endpointProblems(context.services.endpoints, endpoints);
  if (unreachable.length > 0)
    return failed('target-unreachable', unreachable.join('; '), { problems: unreachable });
  const looked = endpoints.map(({ id, host, protocol }) => ({ id, host, protocol }));
  const databases = await checkDatabases(context);
  if (databases) return databases;
  const assets = filesAssetsOf(context.cutover.workload);
  if (assets.length === 0)
    return done(
      'workload-record',
      'no container to verify: databases and runbooks have targets of their own',
      {
        endpoints: looked,
      },
    );
  const problems = (await Promise.all(assets.map((asset) => verifyAsset(context, asset)))).flat();
  const backup = context.services.blobs.container(context.services.settings.backupContainer);
  await backup.probe().catch((error: unknown) => {
    problems.push(
      `backup container ${backup.url}: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  if (problems.length > 0) return failed('target-not-ready', problems.join('; '), { problems });
  const trying = await tryFilesFirst(context);
  if (trying) return trying;
  const containers = assets.map((asset) => context.services.blobs.container(asset.container).url);
  return done('azure-blob', `reached, written, read and emptied again: ${containers.join(', ')}`, {
    containers,
    backup: backup.url,
    endpoints: looked,
  });
};
