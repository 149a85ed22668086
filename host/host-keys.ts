import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Keys of this host: `function` opens functions of level function, `admin` those and of level admin, `system` the durable API. */
export interface HostKeys {
  readonly function: string;
  readonly admin: string;
  readonly system: string;
}

/** Reads the keys from the data folder, or makes them at the first start. Readable by the owner only. */
export const loadKeys = (dataDir: string): HostKeys => {
  const file = path.join(dataDir, 'keys.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as HostKeys;
  const keys = { function: newKey(), admin: newKey(), system: newKey() };
  writeFileSync(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return keys;
};

/** Takes the same time whether or not they agree. */
export const isSameKey = (given: string | null | undefined, expected: string): boolean =>
  typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const newKey = (): string => randomBytes(32).toString('base64url');
