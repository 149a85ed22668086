import type { DataAsset } from '../../shared/contracts/workload';
import { MigrationError } from '../../shared/contracts/errors';
import type { Step } from './step';

type Kind = DataAsset['kind'];

/** One step for each kind of asset: an order names the asset that it is about. */
export const byAsset =
  (steps: Partial<Record<Kind, Step>>): Step =>
  (context) => {
    const { cutover, order } = context;
    const asset = cutover.workload.assets.find(({ id }) => id === order.input['assetId']);
    const step = asset && steps[asset.kind];
    if (!step)
      throw new MigrationError('internal', `order ${order.key} names no asset that ${order.step} is for`);
    return step(context);
  };
