import { MigrationError } from '../../shared/contracts/errors';
import { groupScope } from '../../shared/domain/environments';
import { environmentType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import type { AzureResources } from '../../shared/ports/azure-resources';
import { failed, ok, skipped, type Check } from '../../shared/ports/check';
import type { Store } from '../../shared/ports/store';

const SHOWN = 10;

const problemOf = async (azure: AzureResources, scope: string): Promise<string | null> => {
  try {
    return (await azure.resource(scope)) === null ? `${scope} is not there` : null;
  } catch (error) {
    if (error instanceof MigrationError) return `${scope}: ${error.message}`;
    throw error;
  }
};

/** Whether Resource Manager lets the application read the resource groups of all environments that were not removed. */
export const resourceGroupsCheck = (store: Store, azure: AzureResources): Check => ({
  name: 'resource-manager',
  mend:
    'Create the group (az group create), and grant the identity of the application Contributor on it: az role assignment create ' +
    '--role Contributor --assignee <its principal id> --scope <the group>. On one machine: az login. Another cloud: ' +
    'CAUSEWAY_ARM_ENDPOINT.',
  run: async () => {
    const scopes = new Set<string>();
    for await (const { body } of findAll(store, environmentType, 'all', 'environment'))
      if (body.status !== 'removed') scopes.add(groupScope(body));
    if (scopes.size === 0) return skipped('no environment is described');
    const problems: string[] = [];
    // One after another: reads are counted by Azure, and there are few groups.
    for (const scope of scopes) {
      const problem = await problemOf(azure, scope);
      if (problem !== null) problems.push(problem);
    }
    if (problems.length === 0) return ok(`may read ${scopes.size} resource groups`);
    const more = problems.length > SHOWN ? ` and ${problems.length - SHOWN} more` : '';
    return failed(`${problems.slice(0, SHOWN).join('; ')}${more}`);
  },
});
