import { readCutover } from '../../shared/ledger/cutovers';
import { runbookAssetsOf } from '../../shared/domain/assets';
import { pauseRun } from '../../shared/movers/runbook';
import type { Services } from '../services';
import { runbookMemory } from '../steps/runbook';

/** While a cutover is paused, held or waits for a guard, the runs of its runbooks stand still too. Nothing else is touched. */
export const standStill = async (services: Services, cutoverId: string): Promise<void> => {
  const { body: cutover } = await readCutover(services.ledger, cutoverId);
  for (const asset of runbookAssetsOf(cutover.workload))
    await pauseRun(services.runbooks.open(asset), runbookMemory(services, cutoverId, asset));
};
