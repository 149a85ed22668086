import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const KEYS_FILE = 'keys.json';

/** Keys of this host: `function` opens functions of level function, `admin` those and of level admin, `system` the durable API. */
export interface HostKeys {
  readonly function: string;
  readonly admin: string;
  readonly system: string;
  /** By function, a key that opens it alone. */
  readonly functions?: Readonly<Record<string, string>>;
}

/** Reads the keys from the data folder, or makes them at the first start. Readable by the owner only. */
export const loadKeys = (dataDir: string): HostKeys => {
  const file = path.join(dataDir, KEYS_FILE);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as HostKeys;
  return storeKeys(dataDir, { function: newKey(), admin: newKey(), system: newKey() });
};

/** The keys with one for each of these functions; those that had none get one, which is stored. */
export const withFunctionKeys = (dataDir: string, keys: HostKeys, names: readonly string[]): HostKeys => {
  const known = keys.functions ?? {};
  const added = names.filter((name) => !Object.hasOwn(known, name));
  if (added.length === 0) return keys;
  const functions = { ...known, ...Object.fromEntries(added.map((name) => [name, newKey()])) };
  return storeKeys(dataDir, { ...keys, functions });
};

const storeKeys = (dataDir: string, keys: HostKeys): HostKeys => {
  const file = path.join(dataDir, KEYS_FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return keys;
};

/** Takes the same time whether or not they agree. */
export const isSameKey = (given: string | null | undefined, expected: string): boolean =>
  typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const newKey = (): string => randomBytes(32).toString('base64url');
