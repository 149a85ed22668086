import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MigrationError } from '../../contracts/errors';
import type { ClaimChecks } from '../../ports/claim-checks';
import { isMissingFile } from './missing-file';

/** Claim checks of one machine: a file each in a folder. Nothing removes them; events too large for a message are rare. */
export class FolderClaimChecks implements ClaimChecks {
  constructor(private readonly folder: string) {}

  /** Written aside and renamed: a reader never sees half a body. */
  async put(id: string, body: string): Promise<string> {
    const reference = `${createHash('sha256').update(id).digest('hex')}.json`;
    await mkdir(this.folder, { recursive: true });
    const aside = join(this.folder, `.${reference}.${process.pid}`);
    const file = await open(aside, 'w', 0o600);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, join(this.folder, reference));
    return reference;
  }

  async get(reference: string): Promise<string> {
    if (!/^[0-9a-f]{64}\.json$/.test(reference)) throw notKept(reference);
    try {
      return await readFile(join(this.folder, reference), 'utf8');
    } catch (error) {
      throw isMissingFile(error) ? notKept(reference) : error;
    }
  }
}

const notKept = (reference: string): MigrationError =>
  new MigrationError('not-found', `nothing is kept under ${reference}`);
