import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';
import { SecretName } from '../../contracts/primitives';
import type { Secrets } from '../../ports/secrets';
import { isMissingFile } from './missing-file';

const SecretsFile = z.record(z.string(), z.string());
const OTHERS = 0o077;

/**
 * Secrets from the environment (`db-password` is CAUSEWAY_SECRET_DB_PASSWORD), else from a JSON object of texts by name in a
 * file, read anew each time so that a rotated secret is seen. `forbidden` where anybody but its owner may open the file.
 */
export class LocalSecrets implements Secrets {
  constructor(
    private readonly file: string,
    private readonly environment: Readonly<Record<string, string | undefined>> = process.env,
  ) {}

  async read(name: string): Promise<string> {
    if (!SecretName.safeParse(name).success) {
      throw new MigrationError('invalid-input', 'A secret name has a letter, then letters, digits, hyphens');
    }
    const variable = variableOf(name);
    const value = this.environment[variable] || (await this.#readFile()).get(name);
    if (value) return value;
    throw new MigrationError(
      'secret-missing',
      `No secret ${name}: set ${variable} or add it to ${this.file}`,
    );
  }

  async #readFile(): Promise<Map<string, string>> {
    let handle: FileHandle;
    try {
      handle = await open(this.file);
    } catch (error) {
      if (isMissingFile(error)) return new Map();
      throw error;
    }
    try {
      await this.#refuseShared(handle);
      return parse(await handle.readFile('utf8'), this.file);
    } finally {
      await handle.close();
    }
  }

  async #refuseShared(handle: FileHandle): Promise<void> {
    // Windows has no such bits: there the folder's access list decides.
    if (process.platform === 'win32') return;
    const { mode } = await handle.stat();
    if ((mode & OTHERS) === 0) return;
    throw new MigrationError('forbidden', `${this.file} is open to others: chmod 600 ${this.file}`);
  }
}

const variableOf = (name: string) => `CAUSEWAY_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;

/** Without a cause: the parser's message would quote the text, hence values. */
function parse(text: string, file: string): Map<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  const parsed = SecretsFile.safeParse(json);
  if (parsed.success) return new Map(Object.entries(parsed.data));
  throw new MigrationError('invalid-input', `${file} is not a JSON object of texts`);
}
