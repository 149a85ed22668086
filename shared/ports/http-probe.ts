import type { AcceptanceCheck } from '../contracts/workload';

/** Why a check did not pass; `unreachable` covers everything short of an answer but `timeout`. */
export type ProbeProblem =
  'wrong-status' | 'wrong-body' | 'slow' | 'timeout' | 'unreachable' | 'too-large' | 'address-refused';

export interface ProbeResult {
  readonly name: string;
  readonly ok: boolean;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly problem: ProbeProblem | null;
  /** One sentence for people; empty where ok. */
  readonly detail: string;
}

/** Looks at a running workload as its users do. */
export interface HttpProbe {
  /** One GET judged against the check. Never throws for what the workload does: that is the result. */
  run(check: AcceptanceCheck): Promise<ProbeResult>;
  /** Every check once, at most four at a time, results in the order of the checks: one sample of the observation (R136 R143). */
  sample(checks: readonly AcceptanceCheck[]): Promise<readonly ProbeResult[]>;
}
