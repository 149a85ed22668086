import { createDefaultHttpClient, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { strFromU8, unzipSync, type UnzipFileInfo } from 'fflate';
import { MigrationError } from '../../contracts/errors';
import { isLoopback } from './arm-policies';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 1_000;
const TIMEOUT_MS = 60_000;

/** Keys under which services have given a signed address, at the top or under `properties`. */
const KEYS = ['downloadUrl', 'downloadUri', 'sasUrl', 'sasUri', 'url', 'uri'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The signed address in a reply, however the service calls it; null where there is none. */
export const signedUrlIn = (body: unknown): string | null => {
  if (!isObject(body)) return null;
  for (const holder of [body, body['properties']])
    for (const key of isObject(holder) ? KEYS : []) {
      const value = (holder as Record<string, unknown>)[key];
      if (typeof value === 'string' && value !== '') return value;
    }
  return null;
};

/** Only the host may be told to anybody: the rest of the address is the permission. */
const refuse = (url: URL, what: string): MigrationError =>
  new MigrationError('internal', `download from ${url.host} ${what}`);

/** Fetches what a signed address gives; null where it is not there. Goes without a token. No error holds the address. */
export const signedDownload = async (
  address: string,
  http: HttpClient = createDefaultHttpClient(),
): Promise<Buffer | null> => {
  const url = new URL(address);
  const local = url.protocol === 'http:' && isLoopback(address);
  if (url.protocol !== 'https:' && !local) throw refuse(url, 'is not encrypted');
  const request = createPipelineRequest({
    url: address,
    timeout: TIMEOUT_MS,
    allowInsecureConnection: local,
    streamResponseStatusCodes: new Set([200]),
  });
  const response = await http.sendRequest(request).catch(() => {
    throw refuse(url, 'did not answer');
  });
  if (response.status === 404) return null;
  if (response.status !== 200 || !response.readableStreamBody)
    throw refuse(url, `was answered with status ${response.status}`);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.readableStreamBody) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > MAX_BYTES) throw refuse(url, 'is larger than anything expected');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
};

const isZip = (content: Buffer): boolean => content.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004';

/** The parsed JSON of a download's file of that name, packed or not; undefined where an archive has none. Throws where it is no JSON. */
export const jsonFileIn = (content: Buffer, name: string): unknown => {
  if (!isZip(content)) return JSON.parse(content.toString('utf8')) as unknown;
  let files = 0;
  let sizeBytes = 0;
  const filter = (file: UnzipFileInfo): boolean => {
    files += 1;
    sizeBytes += file.originalSize;
    if (files > MAX_FILES || sizeBytes > MAX_BYTES)
      throw new MigrationError(
        'too-large',
        `the archive with ${name} unpacks to more than anything expected`,
      );
    return baseName(file.name) === name.toLowerCase();
  };
  const [found] = Object.values(unzipSync(content, { filter }));
  return found === undefined ? undefined : (JSON.parse(strFromU8(found)) as unknown);
};

const baseName = (path: string): string => path.split(/[\\/]/).at(-1)?.toLowerCase() ?? '';
