import { MigrationError } from '../shared/contracts/errors';
import type { BlobTargets } from '../shared/ports/blob-target';

/** Many workloads may name many: an account answers a few at a time. */
const PARALLEL_LOOKS = 8;

/** How a container is made, on an account that is signed in to and on Azurite or another of a connection string. */
export const howToMake = (name: string): string =>
  `az storage container create --name ${name} --auth-mode login --account-name <account> ` +
  '(Azurite: --connection-string "$CAUSEWAY_BLOB_CONNECTION" instead of the last two)';

const problemOf = async (blobs: BlobTargets, name: string): Promise<string | null> => {
  try {
    await blobs.container(name).probe();
    return null;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return error.code === 'not-found'
      ? `container ${blobs.container(name).url} is not there: ${howToMake(name)}`
      : `container ${name}: ${error.message}`;
  }
};

/** What keeps containers from being moved to, each once (R92). Trouble that may pass is thrown. */
export const containerProblems = async (blobs: BlobTargets, names: readonly string[]): Promise<string[]> => {
  const distinct = [...new Set(names)];
  const problems: (string | null)[] = [];
  for (let from = 0; from < distinct.length; from += PARALLEL_LOOKS) {
    const batch = distinct.slice(from, from + PARALLEL_LOOKS);
    problems.push(...(await Promise.all(batch.map((name) => problemOf(blobs, name)))));
  }
  return problems.filter((problem) => problem !== null);
};
