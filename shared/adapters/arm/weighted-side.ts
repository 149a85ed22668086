import { z } from 'zod';
import type { TrafficValue } from '../../ports/traffic-switch';

/** An endpoint or an origin: its weight, and whether it takes part at all. */
export const WeightedSide = z.object({
  weight: z.number().int().min(1).max(1_000),
  state: z.enum(['Enabled', 'Disabled']),
});
export type WeightedSide = z.infer<typeof WeightedSide>;

export const weightOf = ({ weight, state }: WeightedSide): number => (state === 'Enabled' ? weight : 0);

/** Weight 0 cannot be written: who gets nothing is disabled and keeps its weight. */
export const withWeight = (side: WeightedSide, weight: number): TrafficValue =>
  weight === 0 ? { weight: side.weight, state: 'Disabled' } : { weight, state: 'Enabled' };
