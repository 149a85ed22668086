import type { Side } from './replication-context';

/** Nothing was changed, or all of it taken back. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code:
    /** Another call of this migration is under way in these databases. */
    | 'busy'
    /** Not in the phase that this needs, or for an epoch that is over. */
    | 'wrong-phase'
    /** Tables that have neither a key nor leave to send whole rows. */
    | 'no-key'
    | 'lag'
    /** Transactions older than `longTransactionMs`, or locks that were not to be had in `lockAttempts`. */
    | 'blocked'
    | 'drain'
    | 'schema-changed'
    /** A write as an application's role went through the fence: the fence is gone again, the old side serves. */
    | 'fence-ineffective'
    | 'setup';
  readonly reason: string;
}

/** One attempt to stop the writers that was given up; they were held for `heldMs` at most. */
export interface Attempt {
  readonly heldMs: number;
  readonly reason: string;
  /** Sessions that stood in the way: application name, state and age of the transaction. */
  readonly blockers: readonly string[];
}

export interface SwitchMeasures {
  /** From the request for the locks until the other side was open. Across a worker's death: from the seal, by the servers' clocks. */
  readonly windowMs: number;
  /** Until `openRoute` was called: while the other side opens, or after it where an earlier call died in between. */
  readonly routeBeganMs: number;
  /** Until the other side was open and `openRoute` had returned. */
  readonly routedMs: number;
  /** What failed before; empty where the first attempt did it. */
  readonly attempts: readonly Attempt[];
  readonly cutLsn: string;
  readonly steps: Readonly<Record<string, number>>;
}

export type SwitchOutcome =
  | ({ readonly kind: 'switched'; readonly epoch: number } & SwitchMeasures)
  | (Refusal & { readonly attempts: readonly Attempt[] })
  /** A command waits: no writer is held, call again. */
  | { readonly kind: 'interrupted' };

export interface SwitchInput {
  /** The reign that begins: 1 for the first cutover, 2 for the failback after it. A call for one that has begun repeats its outcome. */
  readonly epoch: number;
  /**
   * Points clients at the side that serves now. Called once the other one is sealed, while this one opens, again by a repeated call; must
   * bear that. Where this one never opened and `unfence` took the seal back, clients have to be pointed back.
   */
  readonly openRoute: () => Promise<void>;
  /** Throws or answers why not where the schema is no longer the one that was compared; asked before writers are held. */
  readonly schemaChanged?: () => Promise<string | null>;
}

export type StopOutcome =
  | { readonly kind: 'stopped' }
  /** Those databases were not reached: what was made there is still there. Call again. */
  | { readonly kind: 'partly'; readonly unreachable: readonly Side[] }
  | Refusal;

export type Done = { readonly kind: 'done' } | Refusal;
