import { MigrationError } from '../../shared/contracts/errors';
import type { BlobTarget, BlobTargets } from '../../shared/ports/blob-target';
import { failed, ok, skipped, warning, type Check } from '../../shared/ports/check';
import type { Clock } from '../../shared/ports/clock';
import { howToMake } from '../target-containers';

const GRANT =
  'Name the account (CAUSEWAY_BLOB_CONNECTION), create the container, and grant the identity of the application Storage Blob Data Contributor on its account.';
/** Storage refuses requests whose clock is 15 minutes off, Entra's tokens are good for a minute either way. */
const SKEW_FAILED_MS = 60_000;
/** An answer says its second only, and may have been on its way for a while. */
const SKEW_WARNING_MS = 15_000;

/** Whether a container can be reached and asked; writing is proved by the first backup. */
export const containerCheck = (name: string, open: () => BlobTarget | null, mend = GRANT): Check => ({
  name,
  mend,
  run: async () => {
    const container = open();
    if (container === null) return skipped('none is set up');
    try {
      await container.probe();
    } catch (error) {
      if (!(error instanceof MigrationError) || error.code !== 'not-found') throw error;
      return failed(`${container.url} is not there: ${howToMake(container.url.split('/').at(-1) ?? name)}`);
    }
    return ok(`${container.url} answers`);
  },
});

/** Null where the account does not answer, which is another check's finding. */
const timeOf = async (blobs: BlobTargets, container: string): Promise<Date | null> => {
  try {
    return (await blobs.container(container).probe()).serviceTime;
  } catch {
    return null;
  }
};

/** Our clock beside that of the storage service, which every answer of it names. */
export const clockCheck = (blobs: BlobTargets, container: string, clock: Clock): Check => ({
  name: 'clock',
  mend: 'Set the clock of this machine by a time service (NTP).',
  run: async () => {
    const serviceTime = await timeOf(blobs, container);
    if (serviceTime === null) return skipped('no storage account says what time it is');
    const skewMs = Math.abs(clock.now().getTime() - serviceTime.getTime());
    const detail = `${(skewMs / 1_000).toFixed(1)} s from the clock of the storage account`;
    if (skewMs >= SKEW_FAILED_MS) return failed(detail);
    return skewMs >= SKEW_WARNING_MS ? warning(detail) : ok(detail);
  },
});
