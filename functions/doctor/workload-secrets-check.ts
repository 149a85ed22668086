import { workloadType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import { secretsOf, type NamedSecret } from '../../shared/domain/secrets-of';
import { ok, skipped, warning, type Check } from '../../shared/ports/check';
import type { Secrets } from '../../shared/ports/secrets';
import type { Store } from '../../shared/ports/store';
import { missingSecrets } from '../missing-secrets';

const SHOWN = 10;

/** Whether every secret that a workload names is there. Only a warning: those of one that has moved may have been taken away. */
export const workloadSecretsCheck = (store: Store, secrets: Secrets): Check => ({
  name: 'workload-secrets',
  mend:
    'Store these secrets before the cutovers of their workloads begin, or mend their names there. In Azure the identity of the ' +
    'application needs Key Vault Secrets User; on one machine they are CAUSEWAY_SECRET_<NAME> or in secrets.json of the data folder.',
  run: async () => {
    const named: NamedSecret[] = [];
    for await (const { body } of findAll(store, workloadType, 'all', 'workload'))
      named.push(...secretsOf(body).map(({ name, use }) => ({ name, use: `${body.id}, ${use}` })));
    if (named.length === 0) return skipped('no workload names one');
    const problems = await missingSecrets(secrets, named);
    if (problems.length === 0) return ok(`${new Set(named.map(({ name }) => name)).size} are there`);
    const more = problems.length > SHOWN ? ` and ${problems.length - SHOWN} more` : '';
    return warning(`${problems.slice(0, SHOWN).join('; ')}${more}`);
  },
});
