import { filesAssetsOf } from '../../shared/domain/assets';
import { workloadType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import type { BlobTargets } from '../../shared/ports/blob-target';
import { failed, ok, skipped, type Check } from '../../shared/ports/check';
import type { Store } from '../../shared/ports/store';
import { containerProblems } from '../target-containers';

const SHOWN = 10;

/** Whether every container that a workload moves to is there: its cutover could not begin. */
export const targetContainersCheck = (store: Store, blobs: BlobTargets): Check => ({
  name: 'target-containers',
  mend:
    'Create these containers in the account that CAUSEWAY_BLOB_CONNECTION names, or mend their names in the workloads; the ' +
    'identity of the application needs Storage Blob Data Contributor on the account.',
  run: async () => {
    const names = new Set<string>();
    for await (const { body } of findAll(store, workloadType, 'all', 'workload'))
      for (const { container } of filesAssetsOf(body)) names.add(container);
    if (names.size === 0) return skipped('no workload moves files');
    const problems = await containerProblems(blobs, [...names]);
    if (problems.length === 0) return ok(`${names.size} are there`);
    const more = problems.length > SHOWN ? ` and ${problems.length - SHOWN} more` : '';
    return failed(`${problems.slice(0, SHOWN).join('; ')}${more}`);
  },
});
