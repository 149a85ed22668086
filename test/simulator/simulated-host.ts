import type { SeededRandom } from '../faults/seeded-random';
import type { ManualClock } from '../support/manual-clock';
import type { CrashingEngine } from './crashing-engine';
import type { SimulatedInstance } from './simulated-instance';
import type { SimulatedWork } from './simulated-work';

/** What a simulation shows of itself to what acts on it and to what judges it. */
export interface SimulatedHost {
  readonly random: SeededRandom;
  readonly work: SimulatedWork;
  readonly instances: SimulatedInstance[];
  readonly problems: string[];
  /** Those of the process that runs now. */
  readonly clock: ManualClock;
  readonly current: CrashingEngine;
  note(move: string): void;
}
