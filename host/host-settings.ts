import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HostError } from './host-error';

export type HostJson = Readonly<Record<string, unknown>>;
export type Settings = Readonly<Record<string, string | undefined>>;

/** host.json of the application; `{}` where there is none. */
export const loadHostJson = (appDir: string): HostJson => readJsonFile(path.join(appDir, 'host.json')) ?? {};

/**
 * Puts the `Values` of local.settings.json into the environment, where a variable that is set already wins,
 * then `overrides`, and returns the environment: an application reads its settings there, as on Azure.
 */
export const loadSettings = (appDir: string, overrides: Settings = {}): Settings => {
  const values = (readJsonFile(path.join(appDir, 'local.settings.json'))?.Values ?? {}) as Record<
    string,
    unknown
  >;
  for (const [name, value] of Object.entries(values)) process.env[name] ??= String(value);
  for (const [name, value] of Object.entries(overrides)) if (value !== undefined) process.env[name] = value;
  return process.env;
};

/** The value at a dotted path of host.json, `fallback` where there is none. Throws HostError where it is of another type. */
export const hostSetting = <T extends string | number>(
  hostJson: HostJson,
  dotted: string,
  fallback: T,
): T => {
  let value: unknown = hostJson;
  for (const part of dotted.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[part];
  if (value === undefined || value === null) return fallback;
  if (typeof value === typeof fallback) return value as T;
  const wanted = typeof fallback === 'number' ? 'a number' : 'a text';
  throw new HostError(
    'settings-invalid',
    `host.json: ${dotted} must be ${wanted}, not ${JSON.stringify(value)}`,
  );
};

/** The object in a file, null where there is none. Throws HostError `settings-invalid`. */
export const readJsonFile = (file: string): Record<string, unknown> | null => {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostError('settings-invalid', `${file} is not valid JSON: ${reason}`, { cause: error });
  }
};
