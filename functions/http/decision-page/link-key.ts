import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { MigrationError } from '../../../shared/contracts/errors';
import { StoredInstant } from '../../../shared/contracts/primitives';
import { nowIso, type Ledger } from '../../../shared/ledger/ledger';
import { create, type DocumentType } from '../../../shared/ports/store';

/** The key that links to gates are signed with. It lies in the store: whoever has it can make links, which authorise nothing. */
export const LinkKey = z.object({ key: z.string().regex(/^[A-Za-z0-9_-]{43}$/), createdAt: StoredInstant });
export type LinkKey = z.infer<typeof LinkKey>;

export const linkKeyType: DocumentType<LinkKey> = { name: 'link-key', schema: LinkKey };
const PARTITION = 'keys';
const ID = 'gate-links';

/** The key; null as long as no link was made. */
export async function readLinkKey({ store }: Pick<Ledger, 'store'>): Promise<string | null> {
  return (await store.read(linkKeyType, PARTITION, ID))?.body.key ?? null;
}

/** The key, made by the first who needs it. */
export async function makeLinkKey(ledger: Pick<Ledger, 'store' | 'clock'>): Promise<string> {
  const existing = await readLinkKey(ledger);
  if (existing !== null) return existing;
  const made = { key: randomBytes(32).toString('base64url'), createdAt: nowIso(ledger) };
  try {
    await ledger.store.commit(PARTITION, [create(linkKeyType, ID, made)]);
    return made.key;
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'already-exists') throw error;
    return makeLinkKey(ledger);
  }
}
