import { MigrationError } from '../shared/contracts/errors';
import type { NamedSecret } from '../shared/domain/secrets-of';
import type { Secrets } from '../shared/ports/secrets';

/** Many workloads may name many: a vault answers a few at a time. */
const PARALLEL_LOOKS = 8;

/** Which of these secrets are not there, each once, with what it is for; never a value. Trouble that may pass is thrown. */
export const missingSecrets = async (secrets: Secrets, named: readonly NamedSecret[]): Promise<string[]> => {
  const distinct = [...Map.groupBy(named, ({ name }) => name)];
  const problems: (string | null)[] = [];
  for (let from = 0; from < distinct.length; from += PARALLEL_LOOKS) {
    const batch = distinct.slice(from, from + PARALLEL_LOOKS);
    const looks = batch.map(([name, uses]) => problemOf(secrets, name, uses));
    problems.push(...(await Promise.all(looks)));
  }
  return problems.filter((problem) => problem !== null);
};

const problemOf = async (
  secrets: Secrets,
  name: string,
  uses: readonly NamedSecret[],
): Promise<string | null> => {
  try {
    await secrets.read(name);
    return null;
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'secret-missing') throw error;
    return `${uses.map(({ use }) => use).join(', ')}: ${error.message}`;
  }
};
