import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { MigrationError } from '../../contracts/errors';
import type { BlobTarget } from '../../ports/blob-target';
import type { ClaimChecks } from '../../ports/claim-checks';

const REFERENCE = /^claims\/[A-Za-z0-9%._-]+\.json$/;

/**
 * Claims as blobs of one container, which must exist; nothing deletes them here, a rule of the account does after some days.
 * A reference is a name and not an address: it can't send a reader elsewhere, and holds no signature.
 */
export class BlobClaimChecks implements ClaimChecks {
  constructor(private readonly container: BlobTarget) {}

  async put(id: string, body: string): Promise<string> {
    const reference = `claims/${encodeURIComponent(id).replace(/[!'()*~]/g, '_')}.json`;
    const content = Buffer.from(body, 'utf8');
    const md5 = createHash('md5').update(content).digest('base64');
    const options = { md5, metadata: {}, contentType: 'application/json' };
    try {
      await this.container.put(reference, content, { ...options, condition: { kind: 'absent' } });
    } catch (error) {
      // An event never changes, so what lies there under its id is its body, written by an earlier try.
      const there = error instanceof MigrationError && error.code === 'target-conflict';
      if (!there || (await this.container.properties(reference))?.md5 !== md5) throw error;
    }
    return reference;
  }

  async get(reference: string): Promise<string> {
    if (!REFERENCE.test(reference)) throw new MigrationError('not-found', 'this is no reference to a claim');
    return (await buffer(await this.container.read(reference))).toString('utf8');
  }
}
