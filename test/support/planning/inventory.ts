import { InventoryServer, InventoryWorkload } from '../../../shared/contracts/planning/portfolio';
import { PlanSettings } from '../../../shared/contracts/planning/settings';
import type { z } from 'zod';

/** A workload of the inventory of which nothing is known but what is given. */
export const inventoryWorkload = (
  facts: Partial<z.input<typeof InventoryWorkload>> & { readonly id: string },
): InventoryWorkload => InventoryWorkload.parse({ name: facts.id, application: facts.id, ...facts });

export const inventoryServer = (
  facts: Partial<z.input<typeof InventoryServer>> & { readonly name: string },
): InventoryServer => InventoryServer.parse({ id: facts.name, ...facts });

/** A line of 1 Gbit/s, measured; windows on Saturday nights. */
export const planSettings = (changes: Partial<z.input<typeof PlanSettings>> = {}): PlanSettings =>
  PlanSettings.parse({
    earliestStart: '2027-01-04T00:00:00Z',
    paths: [{ kind: 'express-route', state: 'provisioned', megabitsPerSecond: 1_000, isMeasured: true }],
    ...changes,
  });
