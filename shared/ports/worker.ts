import type { StepResult, WorkOrder } from '../contracts/step';

/**
 * Whoever reaches the sources. The first one lives in this process; one beside a source will answer `pending` until its result
 * has come in. Each asset names its worker by where its orders are sent.
 */
export interface Worker {
  /**
   * Performs an order, or goes on with it. At-least-once: the same order may come again, also while it runs elsewhere; `epoch`
   * grows with every claim, and only the holder of the newest may keep writing. Throws on transient trouble.
   */
  perform(order: WorkOrder, claim: WorkClaim): Promise<StepResult>;
}

export interface WorkClaim {
  readonly epoch: number;
  /** False once a newer claim exists or the lease is gone: stop at the next checkpoint. Renews the lease. */
  heartbeat(): Promise<boolean>;
  /** True when a command waits for this cutover (pause, cancel, …): stop at the next checkpoint with `interrupted`. */
  interrupted(): Promise<boolean>;
}
