import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { StoredInstant } from '../../shared/contracts/primitives';
import { nowIso, type Ledger } from '../../shared/ledger/ledger';
import { ok, type Check } from '../../shared/ports/check';
import { create, remove, type DocumentType } from '../../shared/ports/store';

const probeType: DocumentType<{ at: string }> = {
  name: 'doctor-probe',
  schema: z.object({ at: StoredInstant }),
};
const PARTITION = 'doctor';

/** Writes, reads and deletes a document of its own: whoever may do that may do all that the application does. */
export const storeCheck = ({ store, clock }: Pick<Ledger, 'store' | 'clock'>): Check => ({
  name: 'store',
  mend:
    'In Azure: database causeway with the containers ledger and leases (infra/), COSMOS__accountEndpoint, and the SQL role ' +
    'Cosmos DB Built-in Data Contributor for the identity of the application. On one machine: a data folder that can be written.',
  run: async () => {
    const id = randomUUID();
    const at = nowIso({ clock });
    await store.commit(PARTITION, [create(probeType, id, { at })]);
    const stored = await store.read(probeType, PARTITION, id);
    if (stored === null) throw new Error('a document just written cannot be read');
    await store.commit(PARTITION, [remove(probeType, stored)]);
    return ok('a document was written, read and deleted');
  },
});
