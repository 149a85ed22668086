import type {
  CutDependency,
  PlanContent,
  PlanProblem,
  PlannedWave,
  SharedService,
} from '../../../contracts/planning/plan';
import type { PlanEdit } from '../../../contracts/planning/edit';
import type { Connection, InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Capacity } from '../../../contracts/planning/settings';

/** A workload as far as waves look at it: what the inventory and its classification say. */
export interface WaveCandidate {
  readonly workload: Pick<
    InventoryWorkload,
    | 'id'
    | 'application'
    | 'businessUnit'
    | 'owner'
    | 'environment'
    | 'isInternal'
    | 'criticality'
    | 'dataGb'
    | 'changeGbPerDay'
    | 'dependsOn'
  > & { readonly servers: ArrayLike<unknown> };
  readonly complexity: number;
  readonly risk: number;
  /** 0 first. */
  readonly precedence: number;
  /** A remediation that blocks it is open. */
  readonly isBlocked: boolean;
}

export interface WaveGroupingInput {
  readonly candidates: readonly WaveCandidate[];
  readonly connections: readonly Connection[];
  readonly capacity: Pick<Capacity, 'workloadsPerWave' | 'serversPerWave'>;
  /** Named by people; others are recognised. */
  readonly sharedServices: readonly string[];
  /** In the order they were made. Those that waves don't look at (`date`, `method`) may be among them. */
  readonly edits: readonly PlanEdit[];
  /** The waves to disturb as little as possible (R11), in order; null: planned from nothing. */
  readonly previous: readonly { readonly workloadIds: readonly string[] }[] | null;
  /** What was said of those waves, if it was said of the same candidates, connections and settings; absent: nothing is taken over. */
  readonly said?: Said;
}

/** As much of a plan before as waves and cuts can be taken over from. */
export type Said = Pick<PlanContent, 'waves' | 'cuts' | 'edits'>;

export type GroupedWave = Omit<PlannedWave, 'dates'>;

/** All lists in the order of `PlanContent`; the cuts' deadlines follow from dates: they are null, or those there were. */
export interface WaveGrouping {
  readonly waves: readonly GroupedWave[];
  readonly cuts: readonly CutDependency[];
  readonly sharedServices: readonly SharedService[];
  readonly excluded: readonly { readonly workloadId: string; readonly reason: string }[];
  readonly problems: readonly PlanProblem[];
}
