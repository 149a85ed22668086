import type { ControlOperation, ControlOutcome, ControlRequest } from '../contracts/controls';

/** The workload's own switches: the only way Causeway touches a running application. */
export interface WorkloadControls {
  /**
   * Asks for one operation. Idempotent by `request.idempotencyKey`: asked again, the workload answers as before. Outcomes are
   * values; only transport trouble is thrown.
   */
  perform(operation: ControlOperation, request: ControlRequest): Promise<ControlOutcome>;
}
