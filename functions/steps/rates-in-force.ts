import { changeCutover, readCutover } from '../../shared/ledger/cutovers';
import type { FilesAsset } from '../../shared/contracts/workload';
import type { TransferLimits } from '../../shared/contracts/transfer';
import { limitsInForce } from '../../shared/domain/limits-in-force';
import type { StepContext } from './step';

const UNLIMITED = 'unlimited';

/**
 * The limits of an asset by now, with the rates that hold in words, null where none do. Each time others hold than before, by the hours
 * of a schedule or because somebody changed them, the log says so (R131 R133), once for all slices.
 */
export async function ratesInForce(
  { services, order }: StepContext,
  asset: FilesAsset,
): Promise<{ limits: TransferLimits; inWords: string | null }> {
  const { body } = await readCutover(services.ledger, order.cutoverId);
  const inForce = limitsInForce(body.limits[asset.id] ?? asset.limits, services.clock.now());
  const rates = inForce.inWords ?? UNLIMITED;
  if ((body.ratesInForce?.[asset.id] ?? UNLIMITED) === rates) return inForce;
  await changeCutover<void>(services.ledger, order.cutoverId, ({ body: cutover }, now) => {
    const before = cutover.ratesInForce?.[asset.id] ?? UNLIMITED;
    if (before === rates) return { change: null, result: undefined };
    const summary = `${asset.id}: rates from now on: ${rates}; before: ${before}`;
    const log = [{ kind: 'transfer.rates', actor: 'worker', summary, facts: { rates, before } }];
    const told = { ...cutover.ratesInForce, [asset.id]: rates };
    return { change: { body: { ...cutover, ratesInForce: told, updatedAt: now }, log }, result: undefined };
  });
  return inForce;
}
