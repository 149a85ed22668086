import { MigrationError } from '../contracts/errors';
import type { KeptConfiguration } from '../contracts/records';
import { create } from '../ports/store';
import { cutoverPartition, keptConfigurationType } from './documents';
import { nowIso, type Ledger } from './ledger';

const ID = 'traffic';

/** Keeps what was in force before traffic moved (R147). The first one counts: a later switch would report its own work. */
export const keepConfiguration = async (
  ledger: Ledger,
  cutoverId: string,
  configuration: KeptConfiguration['configuration'],
): Promise<void> => {
  const kept = { id: ID, keptAt: nowIso(ledger), configuration } as const;
  try {
    await ledger.store.commit(cutoverPartition(cutoverId), [create(keptConfigurationType, ID, kept)]);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'already-exists') throw error;
  }
};

/** Null where traffic was never switched, or nothing was said about what was before. */
export const keptConfiguration = async (
  ledger: Ledger,
  cutoverId: string,
): Promise<KeptConfiguration['configuration'] | null> => {
  const stored = await ledger.store.read(keptConfigurationType, cutoverPartition(cutoverId), ID);
  return stored?.body.configuration ?? null;
};
