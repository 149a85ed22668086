import type { RunbookAsset, RunbookExecution, RunbookStepDefinition } from '../contracts/runbook';

export type Readiness =
  /** Can be started; its steps as defined, in order. */
  | { readonly kind: 'ready'; readonly steps: readonly RunbookStepDefinition[]; readonly detail: string }
  | { readonly kind: 'not-ready'; readonly reason: string };

export type Acted =
  | { readonly kind: 'accepted' }
  /** The service says no, or has no such action. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Nothing is under way that could be cancelled, and nothing will be unless it is let go. */
export interface Idle {
  readonly kind: 'idle';
}

/**
 * One runbook of a service that moves data itself. Refusals are values; transient trouble and lost rights are thrown. No error,
 * value or log of it holds a credential or a signed address.
 */
export interface Runbook {
  /** What evidence names as its source: `azure-migrate`, … */
  readonly source: string;
  /** How long to wait between two looks at a run. */
  readonly pollMs: number;
  /** Whether a run could be started now. Changes nothing. */
  readiness(): Promise<Readiness>;
  /** Ids of all runs there have been. */
  runs(): Promise<readonly string[]>;
  /**
   * Starts a run. Not idempotent: after a lost answer, compare `runs` with what it was before. Null where the service accepted and
   * named no run.
   */
  start(): Promise<Acted & { readonly runId?: string }>;
  /** A run as it is now. Throws `not-found` where there is no such run. */
  state(runId: string): Promise<RunbookExecution>;
  /** Asked of the whole run; effective some time after it was accepted. `idle` is an answer to `cancel` alone. */
  perform(runId: string, action: 'pause' | 'resume' | 'cancel'): Promise<Acted | Idle>;
  /** Lets an approval step go, for every entity that is ready. `comment`: who decided and why, kept where the service takes one. */
  approve(runId: string, stepId: string, comment: string): Promise<Acted>;
  /** Says that a manual step has been done. */
  complete(runId: string, stepId: string, comment: string): Promise<Acted>;
  /** Has a failed step run again. */
  retry(runId: string, stepId: string): Promise<Acted>;
}

/** Opens the runbook that an asset names; the credentials are the adapter's own business. */
export interface Runbooks {
  open(asset: RunbookAsset): Runbook;
}
