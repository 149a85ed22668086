import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HostError } from './host-error';
import { readJsonFile } from './host-settings';

const KEYS_FILE = 'keys.json';

/** Keys of this host: `function` opens functions of level function, `admin` those and of level admin, `system` the durable API. */
export interface HostKeys {
  readonly function: string;
  readonly admin: string;
  readonly system: string;
  /** By function, a key that opens it alone. */
  readonly functions?: Readonly<Record<string, string>>;
}

/**
 * Reads the keys from the data folder, or makes them at the first start. Readable by the owner only. Throws HostError
 * `settings-invalid` on a file that someone has spoilt.
 */
export const loadKeys = (dataDir: string): HostKeys => {
  const file = path.join(dataDir, KEYS_FILE);
  const stored = readJsonFile(file);
  if (stored !== null) return checked(file, stored);
  return storeKeys(dataDir, { function: newKey(), admin: newKey(), system: newKey() });
};

/** A request without a key must never have the one that is asked for. */
const checked = (file: string, stored: Readonly<Record<string, unknown>>): HostKeys => {
  const { functions = {} } = stored;
  const wanted: [string, unknown][] = ['function', 'admin', 'system'].map((name) => [name, stored[name]]);
  for (const [name, key] of Object.entries(functions as object)) wanted.push([`functions.${name}`, key]);
  for (const [name, key] of wanted)
    if (typeof key !== 'string' || key === '')
      throw new HostError('settings-invalid', `${file}: "${name}" must be a text that is not empty.`);
  return stored as unknown as HostKeys;
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

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

export const newKey = (): string => randomBytes(32).toString('base64url');
