import type { Classification } from '../../../contracts/planning/classification';
import type { PlanContent, PlanHead, PlannedWave } from '../../../contracts/planning/plan';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';

/** A workload of the wave with what the rules say of it. */
export interface WaveMember {
  readonly workload: InventoryWorkload;
  readonly classification: Classification;
}

export interface WaveDocumentInput {
  readonly head: PlanHead;
  readonly settings: PlanContent['settings'];
  readonly wave: PlannedWave;
  /** In the wave's order. */
  readonly members: readonly WaveMember[];
  readonly cuts: PlanContent['cuts'];
}
