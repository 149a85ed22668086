import type { RunbookAsset } from '../../contracts/runbook';
import type { Runbook, Runbooks } from '../../ports/runbook';
import type { Secrets } from '../../ports/secrets';
import type { ArmClient } from './arm-client';
import { AzureMigrateRunbook } from './azure-migrate-runbook';
import { PostgresMigrationRunbook } from './postgres-migration-runbook';
import { RecoveryPlanRunbook } from './recovery-plan-runbook';

/** What Azure's own services move is looked at this often. */
const POLL_MS = 15_000;

/** How many runbooks are kept open, so that their definitions are not read at every look. */
const KEPT = 100;

/** Opens runbooks of the services that Resource Manager reaches. */
export class ArmRunbooks implements Runbooks {
  readonly #open = new Map<string, Runbook>();

  constructor(
    private readonly client: ArmClient,
    private readonly secrets: Secrets,
    private readonly pollMs: number = POLL_MS,
  ) {}

  open({ runbook }: RunbookAsset): Runbook {
    const key = JSON.stringify(runbook);
    const known = this.#open.get(key);
    if (known) return known;
    const opened = this.#new(runbook);
    const [oldest] = this.#open.keys();
    if (this.#open.size >= KEPT && oldest !== undefined) this.#open.delete(oldest);
    this.#open.set(key, opened);
    return opened;
  }

  #new(runbook: RunbookAsset['runbook']): Runbook {
    const { client, secrets, pollMs } = this;
    switch (runbook.service) {
      case 'azure-migrate':
        return new AzureMigrateRunbook(client, runbook, pollMs);
      case 'postgresql-migration':
        return new PostgresMigrationRunbook(client, secrets, runbook, pollMs);
      case 'site-recovery':
        return new RecoveryPlanRunbook(client, runbook, pollMs);
    }
  }
}
